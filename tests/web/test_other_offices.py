"""The pages of services that other offices brought along as definitions alone."""

import re

import pytest

from app.cases.models import Task
from app.definitions.catalogue import current
from app.definitions.process import Process
from tests import ipki, magetan
from tests.desk import Desk
from tests.every_service import SERVICES
from tests.web.conftest import OpenBrowser


def test_the_service_page_shows_all_of_the_standard_with_points_below_points(browser: OpenBrowser) -> None:
    html = browser().text("/services/ipui_magetan")
    for words in (
        "Scan akta pendirian dan perubahan (kalau ada)",
        "5 (lima) hari setelah syarat pemenuhan komitmen dinyatakan lengkap dan benar",
        "Kursi pijat",
        "Bagian validasi",
        "WA Center",
        "Formulir IKM secara elektronik",
    ):
        assert words in html
    assert re.search(r"Fasilitas Pendukung\s*<ol type=\"a\"><li>Ruang tunggu", html)
    assert "{'" not in html


def test_an_applicant_chooses_how_a_step_of_theirs_ends(browser: OpenBrowser, desk: Desk) -> None:
    ipki.submit(desk)
    bad = {"data": ipki.found(roads_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    page = browser("applicant")
    html = page.text(f"/cases/{desk.number}")
    assert 'value="again"' in html
    assert 'value="stop"' in html
    task: Task = desk.task("improve")
    address = f"/cases/{desk.number}/tasks/{task.id}"
    assert page.post(address, {"version": str(task.version)}).status_code == 422
    assert page.post(address, {"version": str(task.version), "outcome": "again"}).status_code == 302
    assert desk.steps() == ["request_inspection"]


def test_an_applicant_fills_in_the_commitments_and_sees_what_is_missing(
    browser: OpenBrowser, desk: Desk
) -> None:
    ipki.submit(desk)
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    page, task = browser("applicant"), desk.task("fulfil")
    assert "Rencana induk (master plan)" in page.text(f"/cases/{desk.number}")
    states = {f"checklist-{key}-state": "ok" for key in ipki.COMMITMENTS}
    given = {**states, "checklist-master_plan-state": "missing", "version": str(task.version)}
    assert page.post(f"/cases/{desk.number}/tasks/{task.id}", given).status_code == 302
    html = page.text(f"/cases/{desk.number}")
    assert "Rencana induk (master plan) kawasan sesudah perluasan" in html
    assert desk.steps() == ["request_inspection"]


def test_officers_of_the_other_offices_find_their_tasks(browser: OpenBrowser, desk: Desk) -> None:
    magetan.submit(desk)
    magetan.walk(desk, "field_needed")
    html = browser("processor").text(f"/office/tasks/{desk.task('field_needed').id}")
    assert "Verifikasi lapangan diperlukan" in html
    ipki.submit(desk)
    ipki.walk(desk, "check")
    html = browser("division_head").text(f"/office/tasks/{desk.task('check').id}")
    assert "Berita acara disetujui semua anggota Tim Teknis" in html
    assert "Surat Pengantar ke DPMPTSP" in browser("operator").text("/office/processes/ipki")


@pytest.mark.parametrize("key", [service.key for service in SERVICES])
def test_the_sop_page_draws_each_step_under_who_carries_it_out(browser: OpenBrowser, key: str) -> None:
    html = browser("head_of_office").text(f"/office/processes/{key}")
    process: Process = current().get("process", f"{key}/process").shape
    actors = list(process.actors)
    for name, step in process.steps.items():
        row = html.split(f'id="step-{name}"', 1)[1].split("</tr>", 1)[0]
        drawn = ["sop-symbol" in lane for lane in row.split('<td class="sop-lane')[1:]]
        if step.actor:
            wanted = {step.actor, *step.also}
            assert [actor for actor, has in zip(actors, drawn, strict=True) if has] == [
                actor for actor in actors if actor in wanted
            ], name
        else:
            assert drawn.count(True) == 1, name


def test_rows_that_share_a_time_show_it_once(browser: OpenBrowser) -> None:
    for address in ("/services/ipki", "/office/processes/ipki"):
        html = browser("head_of_office").text(address)
        # 5, 6, the unprinted signature, and 7
        assert html.count("bersama baris 4<") == 4
        assert html.count("bersama baris 18<") == 1
