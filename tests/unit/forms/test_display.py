"""Answers as a person reads them, and uploads judged by their first bytes."""

import pytest

from app.definitions.form import FileField
from app.forms.answers import read
from app.forms.display import display, mask, show
from app.forms.files import check_upload
from tests.unit.forms.samples import context, form

FORM = form(
    [
        {
            "title": "Data",
            "fields": {
                "land": {"type": "number", "title": "Luas", "decimals": 1, "unit": "m²"},
                "money": {"type": "money", "title": "Nilai"},
                "on": {"type": "date", "title": "Tanggal"},
                "agree": {"type": "yes_no", "title": "Setuju"},
                "kind": {"type": "choice", "title": "Jenis", "values": {"a": "Judul A"}},
                "nik": {"type": "nik", "title": "NIK"},
                "team": {"type": "persons", "title": "Tim", "role": "technical_team"},
                "scan": {"type": "file", "title": "Pindaian"},
                "why": {"type": "text", "title": "Alasan"},
                "machines": {
                    "type": "group",
                    "title": "Mesin",
                    "fields": {
                        "name": {"type": "text", "title": "Nama"},
                        "count": {"type": "number", "title": "Jumlah"},
                    },
                },
                "checklist": {"type": "checklist", "title": "Daftar", "required": False},
            },
        },
        {
            "title": "Tersembunyi",
            "show_if": "agree == false",
            "fields": {"x": {"type": "text", "title": "X"}},
        },
    ]
)
GIVEN = {
    "land": 2400,
    "money": 1_250_000_000,
    "on": "2026-11-23",
    "agree": True,
    "kind": "a",
    "nik": "1211010107900001",
    "team": ["ratna", "budi"],
    "scan": [1],
    "machines": [{"name": "Bor", "count": 1200}],
    "checklist": {"npwp": "ok", "photo": {"state": "incomplete", "count": 1, "note": "satu lembar"}},
}


def shown(masked: bool = True):
    values = read(FORM, GIVEN, context()).values
    (part,) = display(FORM, values, context(), masked=masked)
    return {line.key: line for line in part.lines}


def test_values_are_shown_in_indonesian_custom():
    lines = {key: [str(value) for value in line.values] for key, line in shown().items()}
    assert lines == {
        "land": ["2.400 m²"],
        "money": ["Rp1.250.000.000"],
        "on": ["23-11-2026"],
        "agree": ["Yes"],
        "kind": ["Judul A"],
        "nik": ["1211**********01"],
        "team": ["Budi Contoh", "Ratna Contoh"],
        "scan": ["denah.pdf"],
        "why": ["-"],
        "machines": [],
        "checklist": [],
    }


def test_groups_and_checklists_are_tables():
    lines = shown()
    assert lines["machines"].columns == ["Nama", "Jumlah"]
    assert lines["machines"].rows == [["Bor", "1.200"]]
    assert [[str(cell) for cell in row] for row in lines["checklist"].rows] == [
        ["Fotokopi NPWP", "Complete and correct", "", ""],
        ["Akta perubahan", "-", "", ""],
        ["Pas foto 4 x 6", "Incomplete", "1/2", "satu lembar"],
    ]


def test_whoever_may_sees_identifiers_in_full():
    assert shown(masked=False)["nik"].values == ["1211010107900001"]


def test_a_value_whose_choice_is_gone_is_shown_as_it_is():
    field = form(kind={"type": "choice", "title": "Jenis", "values": {"a": "A"}}).sections[0].fields["kind"]
    assert show(field, "z", context()) == ["z"]


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("nik", "1211010107900001", "1211**********01"),
        ("npwp", "092542943407000", "09**********000"),
        ("phone", "+6281234567890", "+6281*******90"),
        ("email", "nama@contoh.id", "n***@contoh.id"),
        ("nib", "9990000000154", "9990000000154"),
        ("nik", "123", "***"),
        ("text", "Budi", "Budi"),
    ],
)
def test_masks_hide_the_middle_of_what_identifies_a_person(kind, value, masked):
    assert mask(kind, value) == masked


PDF = FileField(type="file", title="Pindaian", accept=["pdf", "jpg"], max_mb=1)


@pytest.mark.parametrize(
    ("name", "size", "head", "msgid"),
    [
        ("denah.pdf", 10, b"%PDF-1.7", None),
        ("FOTO.JPEG", 10, b"\xff\xd8\xff\xe0", None),
        ("denah.pdf", 0, b"", "The file “%(name)s” is empty."),
        ("denah.pdf", 2**20 + 1, b"%PDF-", "The file “%(name)s” is larger than %(max)d MB."),
        ("denah.exe", 10, b"MZ", "The file “%(name)s” is not of an accepted type (%(types)s)."),
        ("denah", 10, b"%PDF-", "The file “%(name)s” is not of an accepted type (%(types)s)."),
        ("denah.pdf", 10, b"MZ", "The file “%(name)s” is not a real %(type)s file."),
    ],
)
def test_uploads_are_judged_by_name_size_and_first_bytes(name, size, head, msgid):
    assert [sentence.msgid for sentence in check_upload(PDF, name, size, head)] == ([msgid] if msgid else [])
