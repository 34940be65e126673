"""The books as official books: printed as filtered, exported as real values, noted in the audit trail."""

import re
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.db import Session
from app.people.models import Office
from app.registers import book
from app.registers.models import Printout
from app.worker.tasks import print_book
from tests import dairi
from tests.desk import Desk, wib
from tests.web.conftest import Browser, OpenBrowser

NOW = wib("2026-11-23 08:00")
LINES = 600  # more than are printed while one waits
LONG = "Permohonan izin perluasan usaha industri dan verifikasi teknis kawasan industri lintas kabupaten"


def office_of(key: str) -> Office:
    return Session.scalars(select(Office).where(Office.key == key)).one()


def fill(key: str, which: str, count: int, subject: str = LONG, series: str = "") -> None:
    """So many lines in a book of an office, by default of the series it is named after."""
    office = office_of(key)
    for _ in range(count):
        seq = book.take(office.id, series or which, 2026)
        line = book.Line(
            office.id, which, series or which, date(2026, 11, 20), f"{subject} {seq}", "PT Contoh", "umum"
        )
        book.enter(line, seq, f"500.16.7.2/{seq:04d}/DPMPSTPK/XI/2026", NOW)
    Session.commit()


def words_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "book.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def clerk(browser: OpenBrowser) -> Browser:
    return browser("general_affairs")


def test_a_book_is_printed_with_head_columns_pages_and_closing_line(clerk: Browser, tmp_path: Path) -> None:
    fill("dairi", "outgoing", 120)
    answer = clerk.get("/office/registers/outgoing/print?office=dairi&from=2026-11-01&until=2026-11-30")
    assert answer.mimetype == "application/pdf"
    words = words_of(answer.data, tmp_path)
    assert "BUKU AGENDA SURAT KELUAR" in words
    assert "Masa 1 November 2026 s.d. 30 November 2026" in words
    with pikepdf.open(BytesIO(answer.data)) as pdf:
        pages = len(pdf.pages)
        box = [float(edge) for edge in pdf.pages[0].mediabox]
    assert box[2] > box[3], "landscape"
    assert re.findall(r"Halaman (\d+) dari (\d+)", words) == [
        (str(n), str(pages)) for n in range(1, pages + 1)
    ]
    assert len(re.findall(r"^\s+\d+\s+20-11-2026", words, re.MULTILINE)) == 120
    assert words.count("Nomor Surat") >= pages - 1, "the head of the table is on each page"
    assert "120 (seratus dua puluh) baris" in words
    assert "Sidikalang, 23 November 2026" in words


def test_the_filter_is_what_is_printed_and_another_office_never_is(clerk: Browser, tmp_path: Path) -> None:
    fill("dairi", "outgoing", 2, "Undangan")
    fill("dairi", "permits", 1, "Izin")
    Session.add(Office(key="lain", name="Lain", short_name="Lain", government="Lain", place="Lain"))
    fill("lain", "outgoing", 3, "Rahasia")
    assert clerk.get("/office/registers/outgoing/print?office=lain").status_code == 404
    assert "Rahasia" not in words_of(clerk.get("/data/registers/print").data, tmp_path)
    screen = words_of(clerk.get("/data/registers/print?_flt_0_book=permits").data, tmp_path)
    assert "BUKU AGENDA PENOMORAN IZIN" in screen
    assert "SURAT KELUAR" not in screen


def test_each_print_and_export_is_an_audit_line(clerk: Browser) -> None:
    fill("dairi", "outgoing", 2)
    clerk.get("/office/registers/outgoing/print?office=dairi")
    clerk.get("/office/registers/outgoing/spreadsheet?office=dairi")
    chain = f"office:{office_of('dairi').id}"
    query = select(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.action.startswith("book."))
    lines = list(Session.scalars(query.order_by(AuditEvent.id)))
    assert [(line.action, line.actor, line.detail["lines"]) for line in lines] == [
        ("book.printed", "general_affairs", 2),
        ("book.exported", "general_affairs", 2),
    ]


def test_a_spreadsheet_holds_real_values_and_no_formula(clerk: Browser) -> None:
    fill("dairi", "outgoing", 1, '=HYPERLINK("http://jahat.test","klik")')
    answer = clerk.get("/office/registers/outgoing/spreadsheet?office=dairi")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
    first = next(iter(sheet.iter_rows(min_row=2)))
    assert (first[0].value, first[0].data_type) == (1, "n")
    assert (first[3].value.date(), first[3].number_format) == (date(2026, 11, 20), "DD-MM-YYYY")
    assert first[5].value.startswith("=HYPERLINK")
    assert (first[5].data_type, first[5].quotePrefix) == ("s", True)


def test_visitors_and_applicants_print_nothing(browser: OpenBrowser) -> None:
    for who, answer in ((None, 302), ("applicant", 403)):
        for address in ("/office/registers/outgoing/print", "/data/registers/print", "/data/numbers/list/"):
            assert browser(who).get(address).status_code == answer, (who, address)


@pytest.fixture
def long_book(clerk: Browser) -> Printout:
    fill("dairi", "outgoing", LINES)
    answer = clerk.get("/office/registers/outgoing/print?office=dairi")
    assert answer.status_code == 302
    printout = Session.scalars(select(Printout)).one()
    assert answer.headers["Location"] == f"/office/prints/{printout.id}"
    return printout


def test_a_long_book_is_a_job_that_tells_how_far_it_is(
    clerk: Browser, browser: OpenBrowser, long_book: Printout, tmp_path: Path
) -> None:
    page = f"/office/prints/{long_book.id}"
    assert f"0 dari {LINES} baris" in clerk.text(page)
    assert clerk.get(f"{page}/pdf").status_code == 404
    print_book(long_book.id)
    assert "Buka buku cetak" in clerk.text(f"{page}/progress")
    words = words_of(clerk.get(f"{page}/pdf").data, tmp_path)
    found = [int(no) for no in re.findall(r"^\s+(\d+)\s+20-11-2026", words, re.MULTILINE)]
    assert found == list(range(1, LINES + 1))
    assert browser("head_of_office").get(page).status_code == 404, "a print is its asker's"


def test_a_number_is_inserted_with_a_reason_and_keeps_its_place(
    clerk: Browser, browser: OpenBrowser, tmp_path: Path
) -> None:
    fill("dairi", "outgoing", 3)
    page = clerk.text("/office/registers/outgoing?office=dairi")
    links = re.findall(r'href="(/office/insert-number/\d+)"', page)
    assert len(links) == 3
    given = {
        "on": "2026-11-20",
        "counterpart": "UD Contoh",
        "subject": "Undangan rapat",
        "reason": "Terlewat",
    }
    assert "Sisipkan nomor" in clerk.text(links[1])
    assert clerk.post(links[1], {**given, "on": "2026-11-19"}).status_code == 422
    assert clerk.post(links[1], {**given, "reason": " "}).status_code == 422
    assert clerk.post(links[1], given).status_code == 302
    assert clerk.post(links[1], {**given, "subject": "Kedua"}).status_code == 302

    page = clerk.text("/office/registers/outgoing?office=dairi")
    shown = re.findall(r'class="number" data-label="No\.">([^<]+)<', page)
    assert shown == ["3", "2.b", "2.a", "2", "1"]
    assert "500.16.7.2/0002.a/DPMPSTPK/XI/2026" in page
    assert "Terlewat" in page
    found = clerk.text("/office/registers/outgoing?office=dairi&q=Undangan")
    assert re.findall(r'class="number" data-label="No\.">([^<]+)<', found) == ["2.a"]
    printed = words_of(clerk.get("/office/registers/outgoing/print?office=dairi").data, tmp_path)
    assert re.findall(r"^\s+(\d+(?:\.\w)?)\s+20-11-2026", printed, re.MULTILINE) == [
        "1",
        "2",
        "2.a",
        "2.b",
        "3",
    ]
    assert "Sisipan" in printed

    for username in ("back_officer", "applicant", None):
        other = browser(username)
        assert other.get(links[1]).status_code in (302, 403), username
        assert other.post(links[1], given).status_code in (302, 403), username
    assert "/office/insert-number/" not in browser("back_officer").text(
        "/office/registers/outgoing?office=dairi"
    )


def test_a_book_of_several_series_says_to_which_each_number_belongs(clerk: Browser, tmp_path: Path) -> None:
    fill("dairi", "outgoing", 2)
    assert "Nota dinas" not in clerk.text("/office/registers/outgoing?office=dairi")
    fill("dairi", "outgoing", 1, "Usul penugasan", series="notes")
    fill("dairi", "outgoing", 1, "Keterangan", series="surat_keterangan")
    page = clerk.text("/office/registers/outgoing?office=dairi")
    assert re.findall(r'<span class="sub">(S[^<]+|N[^<]+)</span></span></td>', page) == [
        "Surat keterangan", "Nota dinas", "Surat keluar", "Surat keluar",
    ]  # fmt: skip
    printed = words_of(clerk.get("/office/registers/outgoing/print?office=dairi").data, tmp_path)
    assert re.findall(r"Deret (.+)|^\s+(\d+)\s+20-11", printed, re.MULTILINE) == [
        ("Surat keluar 2026", ""), ("", "1"), ("", "2"), ("Nota dinas 2026", ""), ("", "1"),
        ("Surat keterangan 2026", ""), ("", "1"),
    ]  # fmt: skip
    assert "Surat keluar 2026 nomor 1 sampai dengan 2; Nota dinas 2026 nomor 1" in " ".join(printed.split())
    answer = clerk.get("/office/registers/outgoing/spreadsheet?office=dairi")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == [
        "Deret", "Surat keluar", "Surat keluar", "Nota dinas", "Surat keterangan",
    ]  # fmt: skip


def test_the_number_of_a_letter_in_force_is_not_offered_to_be_void(clerk: Browser, desk: Desk) -> None:
    dairi.submit(desk)
    dairi.walk(desk, "coordinate")
    page = clerk.text("/office/registers/outgoing?office=dairi")
    assert "/office/insert-number/" in page
    assert "/data/numbers/edit/" not in page


def test_a_number_is_declared_void_once_with_a_reason(clerk: Browser) -> None:
    fill("dairi", "outgoing", 1)
    page = clerk.text("/office/registers/outgoing?office=dairi")
    void = re.findall(r'href="(/data/numbers/edit/\d+)"', page)[0]
    assert "500.16.7.2/0001/DPMPSTPK/XI/2026" in clerk.text(void), "the page names the number"
    clerk.post(void, {"void_reason": "  "})
    assert void in clerk.text("/office/registers/outgoing?office=dairi")
    answer = clerk.post(void, {"void_reason": "Salah tulis"})
    assert "/office/registers/outgoing?" in answer.headers["Location"], "back to the book"
    page = clerk.text("/office/registers/outgoing?office=dairi")
    assert "Salah tulis" in page
    assert void not in page
    assert "sudah batal: Salah tulis" in clerk.post(void, {"void_reason": "Lagi"}).text
