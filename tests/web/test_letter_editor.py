"""Letters behind their editor: read, written, tried with a case, and what is refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.parse import parse
from app.flow.preview_letter import case_context
from app.letters.tree import Node, node, words
from app.people.access import person_named
from app.publishing.drafts import find
from tests import dairi
from tests.desk import Desk, wib
from tests.web.conftest import Browser, OpenBrowser

KEY = "dairi_ipui/request"
LETTERS = sorted(
    key
    for key in (
        "dairi_ipui/permit", "ipki/report", "ipui_magetan/report", "recommendation/return_letter",
        "iuki_verification/minutes",
    )
)  # fmt: skip


def post(browser: Browser, address: str, **body: object) -> TestResponse:
    headers = {"X-CSRFToken": browser.token, "Accept": "application/json"}
    return browser.client.post(f"/studio/{address}", json=body, headers=headers)


def text(key: str = KEY) -> str:
    return current().text("letter", key)


def read(browser: Browser, key: str = KEY) -> Any:
    answer = post(browser, f"letter-read/{key}", text=text(key))
    assert answer.status_code == 200
    return answer.get_json()


def written(browser: Browser, doc: Node, head: Mapping[str, Any] | None = None, key: str = KEY) -> Any:
    answer = post(browser, f"letter-write/{key}", doc=doc, head=head or {}, text=text(key))
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


@pytest.mark.parametrize("key", LETTERS)
def test_a_letter_of_every_service_opens_and_is_written_as_it_was(browser: OpenBrowser, key: str) -> None:
    admin = browser("admin")
    assert "data-letter-editor" in admin.text(f"/studio/letter-editor/{key}")
    given = read(admin, key)
    assert [each["fault"] for each in given["speech"] if each["fault"]] == []
    assert written(admin, given["doc"], key=key)["text"] == text(key)


def test_chips_say_titles_and_conditions_are_sentences(browser: OpenBrowser) -> None:
    labels = [each["label"] for each in read(browser("admin"))["speech"]]
    assert "Nama perusahaan" in labels
    assert "Nilai investasi · terbilang" in labels
    assert "hanya bila “Hal yang perlu diperiksa tim” terisi" in labels or any(
        "hanya bila" in x for x in labels
    )


def test_what_nothing_provides_is_named(browser: OpenBrowser) -> None:
    admin = browser("admin")
    given = read(admin)
    wrong = [
        node("field", expression=code) for code in ("data.application.no_such", "loose +", "today|tanggal")
    ]
    given["doc"]["content"].append(node("paragraph", [words("x"), *wrong]))
    speech = written(admin, given["doc"])["speech"]
    assert [bool(each["fault"]) for each in speech[-3:]] == [True, True, False]
    assert "data.application.no_such" in speech[-3]["fault"]


def test_the_head_changes_and_the_rest_of_the_file_stays(browser: OpenBrowser) -> None:
    admin = browser("admin")
    given = read(admin)
    head = {"subject": "Hal yang baru", "copies_to": ["Bupati Dairi."], "enclosures": ""}
    changed = written(admin, given["doc"], head)["text"]
    before, after = text().splitlines(), changed.splitlines()
    gone, new = [line for line in before if line not in after], [line for line in after if line not in before]
    assert [line.partition(":")[0] for line in gone] == ["subject"] + (
        ["enclosures"] if len(gone) > 1 else []
    )
    assert sorted(new) == ["copies_to: [Bupati Dairi.]", "subject: Hal yang baru"]
    shape: Any = parse("letter", KEY, changed).shape
    assert (shape.subject, shape.copies_to, shape.enclosures) == ("Hal yang baru", ("Bupati Dairi.",), "-")


def test_a_condition_is_written_for_a_known_field_only(browser: OpenBrowser) -> None:
    admin = browser("admin")
    given = {"path": "data.application.land_area_m2", "operator": "more", "value": 500}
    answer = post(admin, f"letter-condition/{KEY}", **given)
    assert answer.get_json()["code"] == "if data.application.land_area_m2 > 500"
    optional = post(admin, f"letter-condition/{KEY}", path="data.application.location", operator="filled")
    assert optional.get_json()["code"] == 'if data.application.get("location")'
    for wrong in ({**given, "path": "data.x"}, {**given, "operator": "explode"}, {**given, "value": {}}):
        assert post(admin, f"letter-condition/{KEY}", **wrong).status_code == 422


def test_the_preview_is_the_letter_as_pages(browser: OpenBrowser) -> None:
    admin = browser("admin")
    made = post(admin, f"letter-preview/{KEY}", text=text()).get_json()
    assert made["count"] == len(made["pages"]) == 1
    assert made["pages"][0].startswith("iVBOR")  # PNG
    pdf = admin.get(f"/studio/letter-pdf/{KEY}")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    broken = text().replace("{{ case.service_title }}", "{{ case.no_such }}")
    refused = post(admin, f"letter-preview/{KEY}", text=broken)
    assert refused.status_code == 422
    assert "case.no_such" in refused.get_json()["fault"]["message"]
    assert post(admin, f"letter-preview/{KEY}", text="nothing").status_code == 422


def test_an_administrator_sees_the_structure_of_a_case_and_nobody_in_it(
    browser: OpenBrowser, desk: Desk
) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "sign_orders")
    admin = browser("admin")
    assert admin.get(f"/studio/letter-cases/{KEY}?q={desk.number[-3:]}").get_json()["cases"] == [desk.number]
    letter: Any = parse("letter", KEY, text()).shape
    found = case_context(
        person_named("admin", wib("2026-11-23 08:00")),
        desk.number,
        ["dairi_ipui/service"],
        letter,
        wib("2026-11-23 08:00"),
    )
    assert not found.is_whole
    answers = found.context["data"]["application"]
    assert answers["company_name"] == "[Nama perusahaan]"
    assert (answers["land_area_m2"], answers["legal_form"], answers["letter_date"]) == (
        2400,
        "sole",
        "2026-11-20",
    )
    assert answers["products"][0]["new_capacity"] == 3000
    said = repr(found.context)
    for secret in (
        "Mebel",
        "9990000000154",
        "Rumondang",
        "1211014505800001",
        "0123456789012345",
        "mebel@contoh",
        "Kursi kayu",
    ):
        assert secret not in said
    made = post(admin, f"letter-preview/{KEY}", text=text(), case=desk.number)
    assert (made.status_code, made.get_json()["is_whole"]) == (200, False)
    assert looks(desk) == 0


def looks(desk: Desk) -> int:
    query = select(func.count()).where(
        AuditEvent.chain == f"case:{desk.case.id}", AuditEvent.action == "letter.previewed"
    )
    return Session.scalar(query) or 0


def test_who_reads_the_case_anyway_sees_it_whole_and_leaves_one_line(desk: Desk) -> None:
    dairi.submit(desk)
    letter: Any = parse("letter", KEY, text()).shape
    officer = person_named("front_officer", wib("2026-11-23 08:00"))
    for _ in range(2):
        found = case_context(officer, desk.number, ["dairi_ipui/service"], letter, wib("2026-11-23 08:05"))
        assert found.is_whole
        assert found.context["party"]["name"] == "UD Mebel Bukit Angan (Fiktif)"
    assert looks(desk) == 1


def test_cases_of_other_services_are_none_of_this_letters(browser: OpenBrowser, desk: Desk) -> None:
    dairi.submit(desk)
    admin = browser("admin")
    other = "iuki_verification/approval"
    assert admin.get(f"/studio/letter-cases/{other}").get_json()["cases"] == []
    refused = post(admin, f"letter-preview/{other}", text=text(other), case=desk.number)
    assert refused.status_code == 422
    assert "fault" in refused.get_json()


def test_chosen_paragraphs_become_a_clause_in_the_same_change_set(browser: OpenBrowser) -> None:
    admin = browser("admin")
    save(admin, text().replace("Untuk itu kami", "Karena itu kami"))
    admin.post("/studio/sets/make", {"kind": "letter", "key": KEY})
    kept = node(
        "doc",
        [node("paragraph", [words("Kalimat "), node("field", expression="case.number")], look="alinea")],
    )
    answer = post(admin, f"letter-clauses/{KEY}", title="Kalimat kita", law="Perbup 13/2020", doc=kept)
    assert answer.status_code == 200, answer.get_json()
    own = answer.get_json()["clauses"][0]
    assert (own["title"], own["law"]) == ("Kalimat kita", "Perbup 13/2020")
    clause, letter = find(("clauses", "dairi_ipui/clauses")), find(("letter", KEY))
    assert clause is not None
    assert letter is not None
    assert '<p class="alinea">Kalimat {{ case.number }}</p>' in clause.text
    assert clause.change_set_id == letter.change_set_id
    again = post(admin, f"letter-clauses/{KEY}", title="Kalimat kita", doc=kept)
    assert [each["key"] for each in again.get_json()["clauses"][:2]] == [
        "dairi_ipui.kalimat_kita",
        "dairi_ipui.kalimat_kita_2",
    ]
    assert post(admin, f"letter-clauses/{KEY}", title=" ", doc=kept).status_code == 422


def save(admin: Browser, source: str) -> None:
    headers = {"X-CSRFToken": admin.token, "Accept": "application/json"}
    shown = admin.get(f"/studio/drafts/letter/{KEY}").get_json()
    body = {"text": source, "version": shown["version"], "base_revision": shown["base_revision"]}
    assert admin.client.put(f"/studio/drafts/letter/{KEY}", json=body, headers=headers).status_code == 200


EMPTY = "---\nkind: letter\n---\n"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("letter-read", {}),
        ("letter-read", {"text": "no fences"}),
        ("letter-read", {"text": "---\na: [\n---\n<p>x</p>"}),
        ("letter-write", {"text": EMPTY, "head": {}, "doc": {"type": "paragraph"}}),
        ("letter-write", {"text": EMPTY, "head": [], "doc": {"type": "doc"}}),
        ("letter-write", {"text": EMPTY, "head": {"sample": {}}, "doc": {"type": "doc"}}),
        ("letter-write", {"text": EMPTY, "head": {"title": 5}, "doc": {"type": "doc"}}),
        ("letter-preview", {"text": 5}),
        ("letter-clauses", {"title": "x", "doc": {"type": "doc"}}),
    ],
)  # fmt: skip
def test_what_cannot_be_a_letter_is_refused(browser: OpenBrowser, address: str, body: dict[str, Any]) -> None:
    assert post(browser("admin"), f"{address}/{KEY}", **body).status_code == 422


def test_only_administrators_edit_letters(browser: OpenBrowser) -> None:
    officer = browser("front_officer")
    for address in ("letter-editor", "letter-pdf", "letter-cases"):
        assert officer.get(f"/studio/{address}/{KEY}").status_code == 403
    for address in ("letter-read", "letter-write", "letter-preview", "letter-condition", "letter-clauses"):
        assert post(officer, f"{address}/{KEY}", text=text()).status_code == 403


def test_a_change_is_told_in_the_words_of_the_letter(browser: OpenBrowser) -> None:
    admin = browser("admin")
    key = "dairi_ipui/permit"
    changed = text(key).replace("Pemegang persetujuan wajib", "Pemegang izin wajib").rstrip()
    changed += "\n<p>Diberikan kepada <b>{{ data.application.company_name }}</b>.</p>\n"
    headers = {"X-CSRFToken": admin.token, "Accept": "application/json"}
    body = {"text": changed, "version": 0, "base_revision": 1}
    assert admin.client.put(f"/studio/drafts/letter/{key}", json=body, headers=headers).status_code == 200
    found = admin.text(f"/studio/diff/letter/{key}").partition("Baris demi baris")[0]
    assert "KEDUA: Pemegang <del>persetujuan</del> wajib" in found
    assert "KEDUA: Pemegang <ins>izin</ins> wajib" in found
    assert "⟨hanya bila “Ketentuan khusus” terisi" in found
    assert "Diberikan kepada [Nama perusahaan]." in found
    assert "{{" not in found


def test_a_change_of_markup_alone_is_told_line_by_line(browser: OpenBrowser) -> None:
    admin = browser("admin")
    changed = text().replace("<p", '<p align="center"', 1)
    headers = {"X-CSRFToken": admin.token, "Accept": "application/json"}
    body = {"text": changed, "version": 0, "base_revision": 1}
    assert admin.client.put(f"/studio/drafts/letter/{KEY}", json=body, headers=headers).status_code == 200
    page = admin.text(f"/studio/diff/letter/{KEY}")
    assert "Tidak ada yang berubah" not in page
    assert 'align="center"' in page
