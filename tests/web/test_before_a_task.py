"""What an officer finds beside a task: why the file came here, in whose words, and the letters it needs."""

from tests import ipki, recommendation
from tests import iuki_verification as iuki
from tests.desk import Desk
from tests.web.conftest import OpenBrowser, field_errors, posted


def page_of(browser: OpenBrowser, desk: Desk, username: str, step: str) -> str:
    return browser(username).text(f"/office/tasks/{desk.task(step, username).id}")


def test_k17_the_division_head_reads_why_the_file_was_returned(browser: OpenBrowser, desk: Desk) -> None:
    recommendation.submit(desk)
    recommendation.walk(desk, "verify")
    desk.do("technical_team", "verify", recommendation.verified(npwp_matches=False))
    assert "NPWP tidak sesuai dengan data pada NIB." in page_of(browser, desk, "division_head", "returned")


def test_k10_the_team_reads_what_is_to_be_corrected_and_opens_the_draft(
    browser: OpenBrowser, desk: Desk
) -> None:
    desk.at("2026-12-22 10:00")
    iuki.submit(desk)
    iuki.walk(desk, "correct_draft")
    desk.do("division_head", "correct_draft", iuki.faulty(figures_right=False))
    html = page_of(browser, desk, "technical_team", "draft_letter")
    for words in ("Kembalikan draf", "Luas, lokasi, atau KBLI dalam draf", "Perbaiki seperti pada catatan."):
        assert words in html
    assert "Surat lain dalam permohonan ini" in html
    assert "500.9/0001/BA/DISPERINDAG/2026" in html


def test_k01_who_uploads_the_report_finds_it_beside_the_task(browser: OpenBrowser, desk: Desk) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "upload")
    html = page_of(browser, desk, "operator", "upload")
    assert "500.9.1/0002/BA/DISPERINDAG/2026" in html.split("Surat lain dalam permohonan ini", 1)[1]


def test_k05_what_is_to_be_improved_is_named_by_its_reason(browser: OpenBrowser, desk: Desk) -> None:
    ipki.submit(desk)
    bad = {"data": ipki.found(roads_built=30)}
    ipki.walk(desk, "", inspect=bad, oss_answers={"data": ipki.NOT_EFFECTIVE})
    html = browser("applicant").text(f"/cases/{desk.number}").split('id="corrections"', 1)[1]
    asked = html.split("</section>", 1)[0]
    assert "Jalan pada lahan perluasan terbangun kurang dari 70%." in asked
    assert "OSS menotifikasi Pemohon" not in asked


def test_k02_the_missing_document_can_be_brought_with_the_new_request(
    browser: OpenBrowser, desk: Desk
) -> None:
    ipki.submit(desk)
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    desk.do("applicant", "fulfil", ipki.commitments(master_plan="missing"))
    page = browser("applicant")
    assert 'name="file-master_plan"' in page.text(f"/cases/{desk.number}")
    desk.do("applicant", "request_inspection", ipki.REQUEST)
    html = page.text(f"/cases/{desk.number}")
    # the form of the commitments has a place of its own for it
    assert 'name="file-master_plan"' not in html
    assert 'name="file_master_plan"' in html


def test_whose_earlier_answers_a_form_begins_with_is_said(browser: OpenBrowser, desk: Desk) -> None:
    said = "Formulir ini sudah berisi isian sebelumnya"
    recommendation.submit(desk)
    recommendation.walk(desk, "initial")
    assert said not in page_of(browser, desk, "division_head", "initial")
    recommendation.walk(desk, "sign", since="initial")
    desk.do("head_of_office", "sign", recommendation.faulty(figures_right=False))
    html = page_of(browser, desk, "division_head", "initial")
    assert said in html
    assert "Diisi oleh Dewi Contoh, S.Sos., 23-11-2026 08.00." in html


def test_a_visit_dated_before_its_task_order_is_refused_at_the_field(
    browser: OpenBrowser, desk: Desk
) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "inspect")
    task = desk.task("inspect", "technical_team")
    team, address = browser("technical_team"), f"/office/tasks/{task.id}"
    early = {**posted(ipki.found(visited_on="2026-11-22")), "version": task.version}
    told = " ".join(field_errors(team.post(address, early).text))
    assert "tidak boleh sebelum tanggal “Surat Tugas” (23-11-2026)" in told
    assert team.post(address, {**early, "visited_on": "2026-11-23"}).status_code == 302


def test_when_all_is_done_nobody_waits_for_a_letter_that_will_not_come(
    browser: OpenBrowser, desk: Desk
) -> None:
    ipki.submit(desk)
    ipki.walk(desk, "oss_answers")
    applicant, coming = browser("applicant"), "Surat muncul di sini begitu diterbitkan."
    assert coming in applicant.text(f"/cases/{desk.number}")
    ipki.walk(desk, "", since="oss_answers")
    page = applicant.text(f"/cases/{desk.number}")
    assert coming not in page
    assert "Tidak ada surat dari permohonan ini yang ditujukan kepada Anda." in page
    inside = browser("operator").text(f"/office/cases/{desk.number}")
    assert "Disetujui oleh anggota" in inside
