"""K31 and every identifier: what cannot have been issued is refused at its field, in words that say why."""

import pytest

from app.definitions.form import FormDefinition
from app.forms.answers import read
from tests.unit.forms.samples import context, form, msgids, read_both, sentences

K31 = form(
    nib={"type": "nib", "title": "NIB", "required": True},
    kbli={"type": "kbli", "title": "KBLI", "required": True},
    land_area_m2={"type": "number", "title": "Luas lahan", "decimals": 2, "min": 0.01, "unit": "m²"},
    letter_date={"type": "date", "title": "Tanggal surat", "not_after": "today"},
)
GOOD = {"nib": "9990000000154", "kbli": "31001", "land_area_m2": "2.400", "letter_date": "2026-11-23"}


def test_k31_good_answers_pass():
    result = read_both(K31, GOOD)
    assert result.acceptable
    assert result.values == {
        "nib": "9990000000154",
        "kbli": "31001",
        "land_area_m2": 2400,
        "letter_date": "2026-11-23",
    }


@pytest.mark.parametrize(
    ("path", "given", "msgid", "sentence"),
    [
        (
            "nib",
            "999000000015",
            "%(title)s has %(digits)d digits; you entered %(n)d.",
            "NIB has 13 digits; you entered 12.",
        ),
        (
            "nib",
            "99900000001AB",
            "%(title)s consists of digits only; remove “%(wrong)s”.",
            "NIB consists of digits only; remove “AB”.",
        ),
        ("nib", "", "%(title)s is required.", "NIB is required."),
        (
            "kbli",
            "3100",
            "%(title)s has %(digits)d digits; you entered %(n)d.",
            "KBLI has 5 digits; you entered 4.",
        ),
        (
            "land_area_m2",
            "-12,5",
            "%(title)s must be at least %(min)s; you entered %(value)s.",
            "Luas lahan must be at least 0,01 m²; you entered -12,5 m².",
        ),
        (
            "letter_date",
            "24-11-2026",
            "%(title)s cannot be later than today (%(limit)s); you entered %(value)s.",
            "Tanggal surat cannot be later than today (23-11-2026); you entered 24-11-2026.",
        ),
    ],
)
def test_k31_each_wrong_answer_is_told_at_its_field(path, given, msgid, sentence):
    result = read_both(K31, {**GOOD, path: given})
    assert msgids(result.errors) == {path: [msgid]}
    assert sentences(result.errors) == {path: sentence}
    assert result.values[path] is None


def test_k31_all_at_once():
    wrong = {"nib": "12", "kbli": "1", "land_area_m2": -1, "letter_date": "2027-01-01"}
    assert set(read_both(K31, wrong).errors) == {"nib", "kbli", "land_area_m2", "letter_date"}


def test_k31_a_number_for_an_identifier_is_refused_since_leading_zeros_are_lost():
    result = read(K31, {**GOOD, "kbli": 1111}, context())
    assert msgids(result.errors) == {"kbli": ["%(title)s must be given as text, so that leading zeros stay."]}


def one(kind: str) -> FormDefinition:
    return form(it={"type": kind, "title": kind.upper()})


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("nik", "1211014107900001", "1211014107900001"),
        ("nik", "1211 0101 0790 0001", "1211010107900001"),
        ("nik", "3174052902000003", "3174052902000003"),
        ("npwp", "09.254.294.3-407.000", "092542943407000"),
        ("npwp", "1211010107900001", "1211010107900001"),
        ("nib", "9990000000017", "9990000000017"),
        ("nip", "19800101 200501 1 001", "198001012005011001"),
        ("nip", "199203042021212005", "199203042021212005"),
        ("kbli", "01111", "01111"),
        ("phone", "0812-3456-7890", "+6281234567890"),
        ("phone", "+62 812 3456 7890", "+6281234567890"),
        ("phone", "(021) 34567890", "+622134567890"),
        ("region", "1211000000", "1211000000"),
        ("region", "12.11.01.2003", "1211012003"),
        ("region", "3520000000", "3520000000"),
        ("email", "nama.orang+izin@contoh.go.id", "nama.orang+izin@contoh.go.id"),
    ],
)
def test_well_formed_identifiers_are_kept_in_one_form(kind, given, kept):
    result = read_both(one(kind), {"it": given})
    assert result.errors == {}
    assert result.values == {"it": kept}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("nik", "121101010790000"),
        ("nik", "9911010107900001"),
        ("nik", "1200010107900001"),
        ("nik", "1211013202900001"),
        ("nik", "1211017213900001"),
        ("nik", "3174052902010003"),
        ("nik", "1211010107900000"),
        ("npwp", "12345678901234"),
        ("npwp", "000000000000000"),
        ("npwp", "09/254.294.3-407.000"),
        ("nib", "99900000000171"),
        ("nib", "９990000000017"),
        ("nip", "198013012005011001"),
        ("nip", "198001012005131001"),
        ("nip", "198001012005013001"),
        ("nip", "118001012005011001"),
        ("kbli", "123456"),
        ("kbli", "00111"),
        ("phone", "12345"),
        ("phone", "0812345678901234"),
        ("region", "0011000000"),
        ("region", "1200010000"),
        ("region", "1211000001"),
        ("region", "12110000"),
        ("email", "nama@contoh"),
        ("email", "nama contoh@contoh.id"),
        ("email", "a@b@c.id"),
        ("email", "a" * 250 + "@contoh.id"),
    ],
)
def test_what_cannot_have_been_issued_is_refused(kind, given):
    result = read_both(one(kind), {"it": given})
    assert set(result.errors) == {"it"}
    assert result.values == {"it": None}
