"""An administrator brings a printed SOP in, and takes the documents of a live one out."""

import io
import json
import re
from typing import Any

import pikepdf
from openpyxl import load_workbook
from sqlalchemy import delete

from app.db import Session
from app.definitions.models_draft import ChangeSet, Draft
from app.definitions.process_check import EFFECTS
from app.people.models import Appointment
from app.sop import book
from tests.unit.sop.test_bpmn import process_of
from tests.unit.sop.test_import import text_of
from tests.web.conftest import Browser, OpenBrowser

IMPORT = "/studio/import"


def given(service: str = "baru", office: str = "dairi", words: str = "", **more: object) -> dict[str, object]:
    return {"service": service, "office": office, "words": words, **more}


def kept() -> set[str]:
    return {draft.key for draft in Session.query(Draft).filter_by(state="open")}


def test_a_pasted_sop_is_shown_with_its_doubts_and_kept_only_when_asked(browser: OpenBrowser) -> None:
    admin = browser("admin")
    read = admin.post(IMPORT, given(words=text_of("004"))).text
    assert "Menerima dan memeriksa kelengkapan berkas" in read
    assert "Ke mana arah" in read
    assert "Tanda tercetak di kolom" in read
    assert not kept()
    assert admin.post(IMPORT, given(words=text_of("004"), make="1")).status_code == 302
    assert kept() == {"baru/process", "baru/application", "baru/service"}
    made = Session.query(ChangeSet).one()
    problems = admin.get("/studio/drafts/process/baru/process").get_json()["problems"]
    doubts = {each["path"] for each in problems if each["message"].startswith("Belum dijawab")}
    assert "steps.paraf_surat_penolakan.interpretation" in doubts, "the marks of this row were shifted"
    assert admin.post(f"/studio/sets/{made.id}/publish").status_code == 422
    assert {draft.change_set_id for draft in Session.query(Draft)} == {made.id}


def test_a_service_is_not_imported_twice(browser: OpenBrowser) -> None:
    admin = browser("admin")
    for status in (302, 422):
        assert admin.post(IMPORT, given(words=text_of("001"), make="1")).status_code == status
    assert Session.query(ChangeSet).count() == 1
    refused = admin.post(IMPORT, given("dairi_ipui", words=text_of("001"), make="1"))
    assert "sudah ada" in refused.text.lower()


def test_a_sheet_counts_as_its_text(browser: OpenBrowser) -> None:
    sheet = io.BytesIO(book.write(process_of("recommendation")))
    answer = browser("admin").post(IMPORT, given(sheet=(sheet, "sop.xlsx")))
    assert "Kabid Industri" in answer.text or "KABID INDUSTRI" in answer.text
    refused = browser("admin").post(IMPORT, given(sheet=(io.BytesIO(b"PK nothing"), "sop.xlsx")))
    assert refused.status_code == 422
    assert "bukan berkas XLSX" in refused.text


def test_what_is_wrong_is_said_at_its_field(browser: OpenBrowser) -> None:
    admin = browser("admin")
    for wrong, sentence in (
        (given("Izin Baru", words="x"), "huruf kecil"),
        (given(words="Selamat pagi"), "Tabel langkah tidak ditemukan"),
        (given(office="tidak_ada", words="x"), "Not a valid choice"),
    ):
        answer = admin.post(IMPORT, wrong)
        assert answer.status_code == 422
        assert sentence in answer.text or "pilihan" in answer.text.lower()
    assert not kept()


def test_documents_of_the_live_process(browser: OpenBrowser) -> None:
    admin = browser("admin")
    pdf = admin.get("/studio/sop/dairi_ipui/process.pdf")
    with pikepdf.open(io.BytesIO(pdf.data)) as opened:
        assert len(opened.pages) > 2
    sheet = load_workbook(io.BytesIO(admin.get("/studio/sop/dairi_ipui/process.xlsx").data)).worksheets[0]
    assert sheet.max_row > 25
    assert b"<definitions" in admin.get("/studio/sop/dairi_ipui/process.bpmn").data
    assert admin.get("/studio/sop/no/such.pdf").status_code == 404
    assert browser("front_officer").get("/studio/sop/dairi_ipui/process.pdf").status_code == 403


def test_scenarios_walk_the_draft_with_the_tables_of_its_set(browser: OpenBrowser) -> None:
    admin = browser("admin")
    page = admin.text("/studio/scenarios/dairi_ipui/process")
    assert "skenario sampai ke akhirnya" in page
    assert "Kembalikan kepada pemohon" in page
    assert "Fotokopi NPWP: <strong>Sesuai</strong>" in page
    assert "checklist." not in page, "questions and answers go by their titles"
    source = admin.get("/studio/drafts/process/dairi_ipui/process").get_json()
    broken = source["text"].replace("next: hand_over", "next: number_permit", 1)
    saved = admin.client.put(
        "/studio/drafts/process/dairi_ipui/process",
        json={"text": broken, "version": 0, "base_revision": source["base_revision"]},
        headers={"X-CSRFToken": admin.token},
    )
    assert saved.status_code == 200
    assert "skenario gagal" in admin.text("/studio/scenarios/dairi_ipui/process")


def test_what_an_sop_lacks_is_said_at_its_row(browser: OpenBrowser) -> None:
    admin = browser("admin")
    shape = admin.get("/studio/drafts/process/dairi_ipui/process").get_json()["shape"]
    assert remarks(admin, shape) == {}
    Session.execute(delete(Appointment).where(Appointment.role == "general_affairs"))
    Session.commit()
    lacking = {key for key, step in shape["steps"].items() if step.get("actor") == "general_affairs"}
    found = remarks(admin, shape)
    assert lacking
    assert lacking <= found.keys()
    assert "belum ada yang ditetapkan" in found[min(lacking)]


def test_a_person_who_would_have_to_check_himself_is_named_at_the_row(browser: OpenBrowser) -> None:
    admin = browser("admin")
    shape = admin.get("/studio/drafts/process/dairi_ipui/process").get_json()["shape"]
    checks, checked = "initial_refusal_secretary", "initial_refusal_head"
    shape["steps"][checks] |= {"actor": shape["steps"][checked]["actor"], "not_by": [checked]}
    assert "tidak boleh dikerjakan satu orang" in remarks(admin, shape)[checks]


def remarks(browser: Browser, shape: dict[str, Any]) -> dict[str, str]:
    """What is said of each step."""
    headers = {"X-CSRFToken": browser.token, "Accept": "application/json"}
    address = "/studio/sop-flow/dairi_ipui/process"
    answer = browser.client.post(address, json={"value": shape}, headers=headers).get_json()
    return {each["path"].removeprefix("steps."): each["message"] for each in answer["remarks"]}


def test_the_editor_offers_every_deed_with_the_messages_of_the_service(browser: OpenBrowser) -> None:
    page = browser("admin").text("/studio/sop-editor/dairi_ipui/process")
    found = re.search(r"<script type=\"application/json\" data-words>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    words = json.loads(found[1])
    assert {verb for verb, _ in words["verbs"]} == set(EFFECTS)
    assert "submitted" in dict(words["objects"]["notify"])
    assert "oss/10" in dict(words["objects"]["send"])
