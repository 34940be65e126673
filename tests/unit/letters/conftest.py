"""Letters for the tests: the shared frames as they ship, sample letters, a renderer, a trial authority."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.definitions.letter import Letter, letter_from, split_letter
from app.letters.render import Options, Rendered, Renderer, RenderRequest, shared_sources
from app.letters.sample import sample_context
from app.letters.sign import Occasion, OpenKey, open_key, sign
from app.letters.stamp import TRIAL_NOTE, StampText
from app.letters.trial_ca import Holder, TrialCa, open_trial_ca

PASSPHRASE = "kata-sandi-contoh"
URL = "https://izin.example.go.id/verify/7F3K92QXABCDEFGH"
NOW = datetime(2026, 12, 30, 3, 45, tzinfo=UTC)
HEAD = Holder("Ir. Contoh Pejabat, M.Si.", "Kepala Dinas", "197004121996032002", "Dinas Contoh")
OCCASION = Occasion("Penandatanganan surat", "Kota Contoh", NOW)
STAMP = StampText("Kepala Dinas", HEAD.name, "30 Desember 2026 pukul 10.45 WIB", URL, TRIAL_NOTE)
_ROOT = Path(__file__).parents[3]


def load(name: str) -> Letter:
    return read(Path(__file__).parent / "letters" / f"{name}.html")


def shipped(key: str) -> Letter:
    """A letter as it ships with the product."""
    return read(_ROOT / "pdf_templates" / f"{key}.html")


def read(path: Path) -> Letter:
    head, body = split_letter(path.read_text(encoding="utf-8"))
    return letter_from(YAML(typ="safe").load(head), body)


def letter_of(body: str, **head: object) -> Letter:
    """A letter of this body alone."""
    return letter_from({"kind": "letter", "title": "Uji", "layout": "form", **head}, body)


@pytest.fixture(scope="session")
def sources() -> dict[str, str]:
    return shared_sources(_ROOT / "pdf_templates")


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer(workers=1)
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def render(renderer: Renderer, sources: dict[str, str]) -> Callable[..., Rendered]:
    def render_letter(letter: Letter, **options: object) -> Rendered:
        chosen = Options(**{"verify_url": URL, **options})  # type: ignore[arg-type]
        return renderer.render(RenderRequest(letter, sources, sample_context(letter), chosen, "letter"))

    return render_letter


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> TrialCa:
    return open_trial_ca(tmp_path_factory.mktemp("keys"), NOW)


@pytest.fixture(scope="session")
def head_key(ca: TrialCa) -> OpenKey:
    return open_key(ca.issue_signer(HEAD, PASSPHRASE, NOW).p12, PASSPHRASE)


@pytest.fixture(scope="session")
def unsigned(render: Callable[..., Rendered]) -> bytes:
    return render(load("approval")).pdf


@pytest.fixture(scope="session")
def signed(unsigned: bytes, head_key: OpenKey) -> bytes:
    return sign(unsigned, "signer", head_key, OCCASION, STAMP)


@pytest.fixture(scope="session")
def minutes_signed(render: Callable[..., Rendered], ca: TrialCa) -> list[bytes]:
    """The minutes after each of their three confirmations."""
    pdf, states = render(load("minutes")).pdf, []
    for number, name in enumerate(("Budi Contoh, S.T.", "Sari Contoh, S.Si.", "Joko Contoh, A.Md."), 1):
        key = open_key(ca.issue_signer(Holder(name, "Anggota Tim Teknis"), PASSPHRASE, NOW).p12, PASSPHRASE)
        pdf = sign(
            pdf, f"member{number}", key, OCCASION, StampText("Tim Teknis", name, "30 Desember 2026", URL)
        )
        states.append(pdf)
    return states
