"""The administrators' desk: what is in force, and why a file is not."""

import html
import io
import re

from werkzeug.test import TestResponse

from app import clock
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.problem import Problem
from app.errors import text
from app.publishing.file_problems import keep
from app.publishing.publish import publish
from app.publishing.revisions import Act
from tests.browser.people import said
from tests.desk import wib
from tests.web.conftest import Browser, OpenBrowser


def test_an_administrator_lands_on_the_definitions(browser: OpenBrowser) -> None:
    page = browser("admin").client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "dairi_ipui/completeness" in page.text
    assert "/data/" in page.text  # the generated screens are one click away


def test_the_navigation_begins_with_the_studio_and_knows_its_pages(browser: OpenBrowser) -> None:
    admin = browser("admin")
    page = admin.text("/studio/table/dairi_ipui/completeness")
    first = re.search(r'<nav class="bar-nav".*?<a href="([^"]+)"( aria-current="page")?', page, re.DOTALL)
    assert first is not None
    assert first.groups() == ("/studio/", ' aria-current="page"')
    assert 'href="/account/password/"' in page, "one's own password is one click away"


def test_a_file_that_is_not_in_force_says_where_and_why(browser: OpenBrowser) -> None:
    problem = Problem("steps.check", text("There is no such %(kind)s.", kind="form"), 12, "rules/x.yaml")
    keep([problem], wib("2026-11-23 08:00"))
    Session.commit()
    page = browser("admin").get("/studio/")
    assert "rules/x.yaml" in page.text
    assert ":12" in page.text


def test_a_definition_shows_its_text_and_its_revisions(browser: OpenBrowser) -> None:
    page = browser("admin").get("/studio/process/dairi_ipui/process")
    assert "kind: process" in page.text
    assert browser("admin").get("/studio/process/no/such").status_code == 404


def test_officers_and_applicants_have_no_business_here(browser: OpenBrowser) -> None:
    for username in ("front_officer", "applicant"):
        assert browser(username).get("/studio/").status_code == 403


def test_a_change_goes_live_through_a_set(browser: OpenBrowser) -> None:
    admin = browser("admin")
    kind, key = "decision_table", "dairi_ipui/completeness"
    address = f"/studio/drafts/{kind}/{key}"
    shown = admin.get(address).get_json()
    assert (shown["version"], shown["problems"]) == (0, [])
    value = {**shown["shape"], "title": "Kelengkapan baru"}
    saved = save(admin, address, value=value, version=0, base_revision=shown["base_revision"])
    assert saved.status_code == 200, saved.text
    assert saved.get_json()["text"] == shown["text"].replace(shown["shape"]["title"], "Kelengkapan baru", 1)
    assert "Kelengkapan baru" in admin.text(f"/studio/diff/{kind}/{key}")
    made = admin.post("/studio/sets/make", {"kind": kind, "key": key})
    page = admin.text(made.location)
    assert "Kelengkapan baru" in page
    assert admin.post(f"{made.location}/publish").status_code == 302
    assert current().get(kind, key).shape.title == "Kelengkapan baru"
    assert "Kelengkapan baru" in admin.text("/studio/")
    assert admin.post(f"{made.location}/roll-back").status_code == 302
    Session.rollback()
    assert current().get(kind, key).shape.title == shown["shape"]["title"]


def test_what_does_not_fit_is_refused_on_the_page_of_the_set(browser: OpenBrowser) -> None:
    admin = browser("admin")
    kind, key = "form", "dairi_ipui/application"
    address = f"/studio/drafts/{kind}/{key}"
    shown = admin.get(address).get_json()
    text_ = shown["text"].replace("land_area_m2:", "area_m2:")
    answer = save(admin, address, text=text_, version=0, base_revision=shown["base_revision"])
    assert answer.get_json()["problems"][0]["line"]
    made = admin.post("/studio/sets/make", {"kind": kind, "key": key})
    refused = admin.post(f"{made.location}/publish")
    assert refused.status_code == 422
    assert "land_area_m2" in refused.text
    assert current().get(kind, key).number == 1


def test_two_browsers_lose_nothing(browser: OpenBrowser) -> None:
    one, two = browser("admin"), browser("admin")
    address = "/studio/drafts/form/dairi_ipui/application"
    shown = one.get(address).get_json()
    begin = {"version": 0, "base_revision": shown["base_revision"]}
    save(one, address, text=shown["text"] + "# satu\n", **begin)
    answer = save(two, address, text="# dua\n" + shown["text"], **begin)
    assert answer.status_code == 409
    found = answer.get_json()
    assert ("# satu" in found["theirs"], "# dua" in found["yours"]) == (True, True)
    assert found["merged"].startswith("# dua")
    assert found["merged"].endswith("# satu\n")
    assert "Admin Contoh mengubah" in found["message"]


def test_two_cells_of_one_row_are_both_kept_and_told_in_the_words_of_the_table(browser: OpenBrowser) -> None:
    one, two = browser("admin"), browser("publisher")
    address = "/studio/drafts/decision_table/ipui_magetan/validation"
    shown = one.get(address).get_json()
    begin = {"version": 0, "base_revision": shown["base_revision"], "begun": shown["text"]}
    rows = shown["shape"]["rows"]
    for person, part in ((one, {"law": "Perda 7"}), (two, {"note": "Catatan baru"})):
        value = {**shown["shape"], "rows": [{**rows[0], **part}, *rows[1:]]}
        answer = save(person, address, value=value, **begin)
    found = answer.get_json()
    assert answer.status_code == 409
    assert ("Perda 7" in found["merged"], "Catatan baru" in found["merged"]) == (True, True)
    assert ("Dasar hukum" in found["changes"], "Perda 7" in found["changes"]) == (True, True)


def test_a_set_says_what_was_published_since_its_draft_began_and_leads_on(browser: OpenBrowser) -> None:
    admin = browser("admin")
    ref = ("decision_table", "ipui_magetan/validation")
    address = f"/studio/drafts/{'/'.join(ref)}"
    shown = admin.get(address).get_json()
    title = "title: Validasi hasil verifikasi teknis"
    save(admin, address, text=shown["text"] + "# draf\n", version=0, base_revision=1)
    made = admin.post("/studio/sets/make", {"kind": ref[0], "key": ref[1]}).location
    publish({ref: shown["text"].replace(title, f"{title} (baru)")}, Act("siti", clock.now()))
    page = admin.get(made).text
    assert said("A newer revision was published since this draft began") in page
    assert said("Everything fits together: the set may go live.") not in page
    admin.post(f"{made}/publish")
    assert "diterbitkan setelah draf ini dimulai" in admin.get(made).text
    assert "(baru)" in current().text(*ref)
    rebase = f"/studio/rebase/{'/'.join(ref)}"
    assert rebase in page
    settled = re.search(r'name="text"[^>]*>\n([^<]*)</textarea>', admin.get(rebase).text)
    assert settled is not None
    assert admin.post(rebase, {"version": "1", "text": html.unescape(settled.group(1))}).status_code == 302
    assert admin.post(f"{made}/publish").status_code == 302
    assert "# draf" in current().text(*ref)
    assert "(baru)" in current().text(*ref)


def test_a_value_that_cannot_be_read_is_answered_in_json(browser: OpenBrowser) -> None:
    answer = save(browser("admin"), "/studio/drafts/form/dairi_ipui/application", nothing=1)
    assert answer.status_code == 422
    assert answer.get_json()["message"]
    for nonsense in (
        {"value": [1]},
        {"text": "a: 1", "version": "1"},
        {"text": "a: 1", "base_revision": [1]},
    ):
        answer = save(browser("admin"), "/studio/drafts/letter/dairi_ipui/permit", **nonsense)
        assert answer.status_code == 422, nonsense


def test_a_file_of_another_tool_that_is_no_table_is_refused(browser: OpenBrowser) -> None:
    admin = browser("admin")
    for part in ('<decision name="a"><decisionTable/></decision>', "<decision/>", "<x><</x>"):
        source = f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">{part}</definitions>'
        file = (io.BytesIO(source.encode()), "a.dmn")
        answer = admin.post("/studio/table-dmn/dairi_ipui/completeness", {"file": file})
        assert answer.status_code == 422, part


def test_every_page_of_the_studio_opens(browser: OpenBrowser) -> None:
    admin = browser("admin")
    for address in (
        "/studio/", "/studio/sets/", "/studio/health", "/studio/health/line",
        "/studio/source/letter/dairi_ipui/permit", "/studio/diff/form/dairi_ipui/application",
        "/studio/moving/dairi_ipui/process", "/studio/roles/roles",
    ):  # fmt: skip
        assert admin.get(address).status_code == 200, address


def test_a_new_definition_is_begun_and_an_old_one_is_taken_out(browser: OpenBrowser) -> None:
    admin = browser("admin")
    begun = admin.post("/studio/new", {"kind": "decision_table", "key": "dairi_ipui/baru"})
    assert begun.status_code == 302
    assert admin.get("/studio/drafts/decision_table/dairi_ipui/baru").get_json()["problems"] == []
    withdrawn = admin.post("/studio/withdraw/decision_table/dairi_ipui/completeness")
    assert admin.post(f"{withdrawn.location}/publish").status_code == 422


def save(browser: Browser, address: str, **body: object) -> TestResponse:
    """Save as a script of a page does."""
    headers = {"X-CSRFToken": browser.token, "Accept": "application/json"}
    return browser.client.put(address, json=body, headers=headers)
