"""Columns that hold sentences or names are wide enough, whatever stands beside them."""

import pytest
from playwright.sync_api import Browser

from config import ROOT

CSS = (ROOT / "app" / "web" / "static" / "app.css").read_text(encoding="utf-8")
REMARK = "Pelaksanaan dalam tiga hari kerja sejak berkas diterima lengkap dan benar oleh Tim Teknis. " * 3
LANES = '<td class="sop-lane"></td>' * 9
TITLE = "Meninjau lokasi untuk mengetahui kesesuaian antara berkas dan keadaan di lapangan"
ROW = f"""<tr><td class="number">1</td><th>{TITLE}</th>{LANES}<td>Berkas</td><td class="nowrap">3 hari</td>
<td>Data</td><td>{REMARK}</td></tr>"""
NOTE = "Berkas sudah lengkap dan benar, diteruskan kepada Kepala Dinas untuk ditandatangani. " * 6
TASK = f"""<tr><td>Penandatanganan surat permintaan rekomendasi dan surat perintah tugas</td><td>Selesai</td>
<td class="person-cell"><span>Ir. Ratna Contoh, M.Si.</span></td><td>23-11-2026</td><td>{NOTE}</td></tr>"""

pytestmark = pytest.mark.browser


def height(chromium: Browser, table: str, of: str) -> float:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_content(f"<style>{CSS}</style>{table}")
    box = page.locator(of).bounding_box()
    page.close()
    assert box is not None
    return box["height"]


def test_a_long_remark_of_an_sop_makes_no_tower(chromium: Browser) -> None:
    assert height(chromium, f'<table class="sop"><tbody>{ROW}</tbody></table>', "tr") < 240


def test_a_name_with_its_titles_stands_on_one_line(chromium: Browser) -> None:
    assert height(chromium, f'<table class="table table-stack"><tbody>{TASK}</tbody></table>', "tr span") < 24
