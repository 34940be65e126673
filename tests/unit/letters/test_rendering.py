"""Letters become PDFs that read right, and every mistake is named."""

import io
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from pikepdf.models.metadata import decode_pdf_date
from pypdf import PdfReader

from app import clock
from app.errors import Invalid
from app.letters.check import try_sample
from app.letters.render import DRAFT, Options, Rendered, Renderer, RenderRequest
from app.letters.sample import sample_context
from tests.unit.letters.conftest import NOW, URL, letter_of, load, shipped

Render = Callable[..., Rendered]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_letter_of_correspondence_has_its_parts_in_place(render: Render) -> None:
    rendered = render(load("approval"))
    said = words(rendered.pdf)
    for part in (
        "PEMERINTAH KABUPATEN CONTOH",
        "Nomor",
        "Sifat",
        "Lampiran",
        "Hal",
        "Kota Contoh, 23 November 2026",
        "Yth. Direktur PT Gerbang Industri Mimpi (Fiktif)",
        "Rp500.000.000.000,00 (lima ratus miliar rupiah)",
        "Kepala Dinas,",
        "NIP 19800101 200501 1 001",
        "Tembusan:",
        "secara elektronik",
        "Halaman 1 dari 1",
        URL,
    ):
        assert part in said
    assert rendered.pages == 1
    assert "Paraf Hierarki" not in said


def test_initials_stand_on_the_office_copy_only(render: Render) -> None:
    assert "Paraf Hierarki" in words(render(load("approval"), office_copy=True).pdf)


def test_a_draft_is_watermarked(render: Render) -> None:
    assert DRAFT in words(render(load("approval"), watermark=DRAFT).pdf)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_copies_stand_on_the_page_of_the_last_signature(
    renderer: Renderer, sources: dict[str, str], count: int
) -> None:
    letter = shipped("ipki/report")
    context = sample_context(letter)
    context = {**context, "members": context["members"][:count]}
    options = Options(verify_url=URL)
    rendered = renderer.render(RenderRequest(letter, sources, context, options, "report"))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages]
    assert [("Tembusan:" in page, "Disegel oleh" in page) for page in pages] == [(False, False), (True, True)]


def test_a_decree_keeps_its_last_ruling_with_the_signature_and_counts_its_pages(render: Render) -> None:
    rendered = render(load("permit"))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages]
    assert rendered.pages == 2
    assert "KETIGA" in pages[1]
    assert "Ditetapkan di" in pages[1]
    assert rendered.signature_places["signer"][0] == 1
    assert "Halaman 1 dari 2" in " ".join(pages[0].split())
    assert "DINAS PENANAMAN MODAL" not in pages[1]


def test_paper_is_a4_or_f4(render: Render) -> None:
    for name, size in (("approval", (595, 842)), ("permit", (609, 935))):
        box = PdfReader(io.BytesIO(render(load(name)).pdf)).pages[0].mediabox
        assert (round(float(box.width)), round(float(box.height))) == size


def test_each_member_has_a_place_to_confirm_minutes(render: Render) -> None:
    rendered = render(load("minutes"))
    assert sorted(rendered.signature_places) == ["member1", "member2", "member3"]
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert sorted(str(field.T) for field in pdf.Root.AcroForm.Fields) == ["member1", "member2", "member3"]


def test_minutes_whose_confirmations_are_recorded_are_sealed_once(render: Render) -> None:
    letter = load("minutes")
    members = [
        {**member, "confirmed_at": at}
        for member, at in zip(
            letter.sample["members"],
            ("2026-11-25T10:45:00+07:00", "2026-11-25T11:00:00+07:00", ""),
            strict=True,
        )
    ]
    rendered = render(letter.model_copy(update={"sample": {**letter.sample, "members": members}}))
    assert sorted(rendered.signature_places) == ["signer"]
    said = words(rendered.pdf)
    assert said.count("Dikonfirmasi secara elektronik 25 November 2026 pukul 1") == 2
    assert "Menunggu konfirmasi" in said


def test_only_embedded_fonts_are_used(render: Render) -> None:
    with pikepdf.open(io.BytesIO(render(load("permit"), watermark=DRAFT).pdf)) as pdf:
        fonts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary)
            and thing.get("/Type") == "/Font"
            and "/FontDescriptor" in thing
        ]
        plain = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary)
            and thing.get("/Type") == "/Font"
            and "/FontDescriptor" not in thing
        ]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
        assert {str(font.BaseFont) for font in plain} <= {"/Helvetica"}  # reportlab names it, no text uses it


def test_the_same_letter_gives_the_same_bytes_and_tells_when_it_was_made(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clock._fixed", NOW)
    pdf = render(load("approval")).pdf
    assert pdf == render(load("approval")).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert decode_pdf_date(str(opened.docinfo.CreationDate)) == NOW


def test_the_text_hash_follows_the_words_and_nothing_else(render: Render) -> None:
    letter = load("approval")
    text_hash = render(letter).text_hash
    assert render(letter, watermark=DRAFT, office_copy=True, verify_url="").text_hash == text_hash
    assert render(replace_body(letter, "disetujui", "ditolak")).text_hash != text_hash
    assert render(letter.model_copy(update={"subject": "Lain"})).text_hash != text_hash


def replace_body(letter, old: str, new: str):  # type: ignore[no-untyped-def]
    return letter.model_copy(update={"body": letter.body.replace(old, new)})


def test_number_and_date_are_not_part_of_what_initials_approve(
    renderer: Renderer, sources: dict[str, str]
) -> None:
    letter = load("approval")
    context = sample_context(letter)
    request = RenderRequest(letter, sources, context)
    dated = replace(request, context={**context, "letter": {"number": "1/2026", "date": "2026-12-31"}})
    assert renderer.render(request).text_hash == renderer.render(dated).text_hash


def test_values_are_text_and_never_markup(render: Render) -> None:
    letter = letter_of(
        "<p>{{ party.name }}</p>", sample={"party": {"name": "<b>PT</b> & <img src='crest.png'>"}}
    )
    assert "<b>PT</b> & <img src='crest.png'>" in words(render(letter).pdf)


@pytest.mark.parametrize(
    ("body", "name", "line"),
    [
        ("\n<p>satu</p>\n<p>{{ party.nama }}</p>", "party.nama", 3),
        ("<p>{{ tidak_ada }}</p>", "tidak_ada", 1),
        ("<p>\n{% for m in visit.machines %}{{ m.merek }}{% endfor %}</p>", "visit.machines.*.merek", 2),
    ],
)
def test_a_missing_variable_is_named_with_its_line(render: Render, body: str, name: str, line: int) -> None:
    letter = letter_of(body, sample={"party": {"name": "PT"}, "visit": {"machines": [{"name": "Gergaji"}]}})
    with pytest.raises(Invalid) as refused:
        render(letter)
    assert refused.value.text.params == {"name": name, "line": line, "file": "letter"}


@pytest.mark.parametrize(
    "body",
    [
        "<p>{{ 1 / 0 }}</p>",
        "<p>{% if %}</p>",
        "<p>{{ 'x'|tanggal }}</p>",
        "<p>{{ letter.number + 1 }}</p>",
        "<p>{{ ''.__class__.__mro__ }}</p>",
        "<p>{{ letter.update({'a': 1}) }}</p>",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    ],
)
def test_a_mistake_in_the_text_is_refused_with_words(render: Render, body: str) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        render(letter_of(body))


def test_the_gate_tries_the_sample(renderer: Renderer, sources: dict[str, str]) -> None:
    assert try_sample(renderer, load("receipt"), sources, "dairi_ipui/receipt") == []
    problems = try_sample(renderer, letter_of("\n<p>{{ party.name }}</p>"), sources, "dairi_ipui/receipt")
    assert [(problem.line, problem.file) for problem in problems] == [(2, "dairi_ipui/receipt")]


def test_wet_signature_letters_leave_no_field_and_no_claim(render: Render) -> None:
    pdf = render(load("approval"), electronic=False, fields=False).pdf
    assert "secara elektronik" not in words(pdf)
    assert b"/AcroForm" not in pdf


def test_options_are_plain() -> None:
    assert Options().trial


def test_a_letter_looks_the_same_whatever_was_laid_out_before(sources: dict[str, str]) -> None:
    clock.set_clock(NOW)
    changed = {**sources, "shared/letter.css": sources["shared/letter.css"] + "p { color: #a00000; }\n"}

    def rendered(renderer: Renderer, name: str, shared: dict[str, str]) -> bytes:
        letter = load(name)
        return renderer.render(RenderRequest(letter, shared, sample_context(letter), Options(), name)).pdf

    alone = []
    for shared in (sources, changed):
        renderer = Renderer()
        alone.append(rendered(renderer, "approval", shared))
        renderer.close()
    assert alone[0] != alone[1]
    renderer = Renderer()
    for name in ("permit", "minutes", "receipt"):
        rendered(renderer, name, changed)
        rendered(renderer, name, sources)
    assert [rendered(renderer, "approval", shared) for shared in (sources, changed)] == alone
    assert [rendered(renderer, "approval", shared) for shared in (sources, changed)] == alone
    renderer.close()


def test_a_style_that_asks_for_a_file_is_refused_each_time(
    renderer: Renderer, sources: dict[str, str]
) -> None:
    asking = {**sources, "shared/letter.css": "p { background-image: url(file:///etc/passwd); }"}
    letter = load("approval")
    for _ in range(2):
        with pytest.raises(Invalid, match="a file that it may not read"):
            renderer.render(RenderRequest(letter, asking, sample_context(letter), Options()))
