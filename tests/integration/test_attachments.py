"""Files brought to a case: what is taken, what is refused, and who may bring one when."""

import io
import zipfile

import pytest

from app.db import Session
from app.errors import Conflict, Invalid, NotFound
from app.flow.attach import Upload, attach, clean_name
from app.flow.submit import Application, save_draft
from tests import dairi
from tests.desk import Desk
from tests.fixtures_demo import DemoWorld

PDF = b"%PDF-1.7 contoh"


@pytest.fixture
def desk(demo_office: DemoWorld) -> Desk:
    return Desk("2026-11-23 08:00")


def archive(part: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(part, "<xml/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (PDF, "application/pdf", "apa saja.exe.pdf"),
        (b"\xff\xd8\xff\xe0 foto", "image/jpeg", "apa saja.exe.jpg"),
        (
            archive("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "apa saja.exe.docx",
        ),
    ],
)
def test_the_type_is_told_by_the_content(desk: Desk, content: bytes, kind: str, name: str) -> None:
    number = draft(desk)
    row = attach(desk.who("applicant"), number, Upload("apa saja.exe", content, "npwp"), desk.now)
    assert (row.media_type, row.name) == (kind, name)


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90", b"<html>", archive("payload.js"), PDF + b"0" * 11_000_000]
)
def test_what_is_no_document_is_refused_at_the_field(desk: Desk, content: bytes) -> None:
    number = draft(desk)
    with pytest.raises(Invalid) as refused:
        attach(desk.who("applicant"), number, Upload("berkas.pdf", content, "npwp"), desk.now)
    assert set(refused.value.errors) == {"file"}


def test_a_second_file_replaces_the_first_which_stays(desk: Desk) -> None:
    number = draft(desk)
    first = attach(desk.who("applicant"), number, Upload("a.pdf", PDF, "npwp"), desk.now)
    second = attach(desk.who("applicant"), number, Upload("b.pdf", PDF + b"2", "npwp"), desk.now)
    assert first.id != second.id
    Session.refresh(first)
    assert (first.replaced_at is not None, second.replaced_at) == (True, None)


def test_nobody_in_the_office_touches_a_draft(desk: Desk) -> None:
    number = draft(desk)
    for username in ("front_officer", "applicant2"):
        with pytest.raises(NotFound):
            attach(desk.who(username), number, Upload("a.pdf", PDF, "npwp"), desk.now)


def test_the_applicant_waits_while_the_office_examines(desk: Desk) -> None:
    dairi.submit(desk)
    with pytest.raises(Conflict):
        attach(desk.who("applicant"), desk.number, Upload("a.pdf", PDF, "npwp"), desk.now)
    desk.do("front_officer", "check", dairi.checklist(npwp={"state": "missing"}))
    attach(desk.who("applicant"), desk.number, Upload("a.pdf", PDF, "npwp"), desk.now)


def test_a_name_is_never_a_path() -> None:
    assert clean_name("../../etc/passwd", "image/png") == "passwd.png"
    assert clean_name('C:\\x\\"a|b".PDF', "application/pdf") == "ab.PDF"
    assert clean_name("///", "image/jpeg") == "berkas.jpg"
    assert clean_name("foto.jpeg", "image/jpeg") == "foto.jpeg"


def draft(desk: Desk) -> str:
    return save_draft(desk.who("applicant"), Application(dairi.SERVICE, dairi.APPLICATION), desk.now).number
