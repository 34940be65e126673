"""One-page letters per second in a warm renderer, unsigned and signed, beside WeasyPrint on the same page.

Run `python -m bench.letters`. All take turns in one run, so a slow moment of the machine hits every one.
"""

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app.definitions.letter import Letter, letter_from, split_letter
from app.letters import compose, paint
from app.letters.render import Options, Renderer, RenderRequest, shared_sources
from app.letters.sample import sample_context
from app.letters.sign import Occasion, open_key, sign
from app.letters.stamp import StampText
from app.letters.templating import write, write_frame
from app.letters.trial_ca import Holder, open_trial_ca
from bench.world import loop_ms

ROOT = Path(__file__).resolve().parents[1]
URL = "https://izin.example.go.id/verify/7F3K92QXABCDEFGH"
NOW = datetime(2026, 12, 30, 3, 45, tzinfo=UTC)
ROUNDS, EACH = 5, 6
STYLE = re.compile(r"(?s)<style>(.*?)</style>")
# The same page for a browser-like engine: running elements instead of xhtml2pdf's frames.
WEASY_CSS = """
@font-face { font-family: Liberation Sans; src: url(fonts/LiberationSans-Regular.ttf) }
@font-face { font-family: Liberation Sans; font-weight: bold; src: url(fonts/LiberationSans-Bold.ttf) }
@font-face { font-family: Liberation Sans; font-style: italic; src: url(fonts/LiberationSans-Italic.ttf) }
@page { size: 210mm 297mm; margin: 20mm 20mm 27mm 30mm;
        @bottom-left { content: element(kode); width: 6mm; margin-left: -10mm }
        @bottom-center { content: element(kaki); width: 125mm }
        @bottom-right { content: element(halaman); width: 30mm } }
@page :first { margin-top: 9mm }
#kode { position: running(kode) } #kaki { position: running(kaki) } #halaman { position: running(halaman) }
#lambang { position: absolute; left: -9mm; top: 4mm } #kop { margin: 0 4mm 0 14mm }
#garis { margin: 2mm 0 4mm -10mm } table { border-spacing: 0 } * { box-sizing: border-box }
.halaman::after { content: counter(page) }
"""


def sample_letter() -> Letter:
    head, body = split_letter((ROOT / "tests/unit/letters/letters/approval.html").read_text())
    return letter_from(YAML(typ="safe").load(head), body)


def page_html(request: RenderRequest) -> str:
    """The page as the renderer's template engine writes it, before any layout."""
    letter = {**request.letter.model_dump(mode="json"), "file": "letter"}
    sources, context = tuple(sorted(request.sources.items())), dict(request.context)
    page = compose._page(letter, vars(request.options), context)
    body = write(sources, "letter", letter["body"], context)
    head = compose._written_head(sources, letter, context)
    return write_frame(
        sources, "shared/correspondence.html", {**context, "head": head, "page": page, **compose._split(body)}
    )


def weasy_document(html: str) -> tuple[str, str]:
    """Split off the style sheet and write its own words for what only xhtml2pdf knows."""
    _frames, rules = STYLE.findall(html)
    page = STYLE.sub("", html)
    page = page.replace('<pdf:nexttemplate name="lanjut">', "").replace(
        "<pdf:pagenumber>", '<span class="halaman"></span>'
    )
    return re.sub(r'width="(\d+mm)"', r'style="width: \1"', page), WEASY_CSS + rules


class Clock:
    """Wall time and CPU time of this process and of the renderer's worker."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.wall = self.cpu = 0.0
        self.count = 0

    def measure(self, work: Callable[[], Any]) -> None:
        wall, cpu = time.perf_counter(), self._cpu()
        for _ in range(EACH):
            work()
        self.wall += time.perf_counter() - wall
        self.cpu += self._cpu() - cpu
        self.count += EACH

    def _cpu(self) -> float:
        ticks = 0
        for worker in self.renderer.pool.processes:
            fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def run() -> list[dict[str, Any]]:
    """Return one row for each way: letters per second, CPU and wall ms, ratio to WeasyPrint's CPU."""
    renderer, folder = Renderer(), tempfile.TemporaryDirectory()
    try:
        ways = _ways(renderer, Path(folder.name))
        clocks = {name: Clock(renderer) for name in ways}
        for work in ways.values():
            work()
        loops = []
        for _ in range(ROUNDS):
            loops.append(loop_ms())
            for name, work in ways.items():
                clocks[name].measure(work)
    finally:
        renderer.close()
        folder.cleanup()
    base = clocks["weasyprint, same page, unsigned"]
    return [
        {
            "what": name,
            "letters_per_second": round(clock.count / clock.wall, 1),
            "cpu_ms": round(clock.cpu / clock.count * 1000, 1),
            "wall_ms": round(clock.wall / clock.count * 1000, 1),
            "cpu_ratio_to_weasyprint": round(clock.cpu / base.cpu, 2),
            "loop_ms": round(statistics.median(loops), 1),
        }
        for name, clock in clocks.items()
    ]


def _ways(renderer: Renderer, keys: Path) -> dict[str, Callable[[], Any]]:
    letter = sample_letter()
    request = RenderRequest(
        letter, shared_sources(ROOT / "pdf_templates"), sample_context(letter), Options(verify_url=URL)
    )
    holder, passphrase = Holder("Contoh", "Kepala Dinas"), "kata-sandi-contoh"
    locked = open_trial_ca(keys, NOW).issue_signer(holder, passphrase, NOW).p12
    stamp = StampText("Kepala Dinas", "Contoh", "30 Desember 2026 pukul 10.45 WIB", URL)
    occasion = Occasion("Penandatanganan surat", "Kota Contoh", NOW)
    page, css = weasy_document(page_html(request))
    fonts = FontConfiguration()
    base_url = f"{paint.ASSETS.as_uri()}/"
    sheet = CSS(string=css, base_url=base_url, font_config=fonts)
    opened = open_key(locked, passphrase)
    pdf = renderer.render(request).pdf

    def render_and_sign() -> bytes:
        key = open_key(locked, passphrase)
        return sign(renderer.render(request).pdf, "signer", key, occasion, stamp)

    ways: dict[str, Callable[[], Any]] = {
        "render": lambda: renderer.render(request),
        "sign (key open)": lambda: sign(pdf, "signer", opened, occasion, stamp),
        "check passphrase (scrypt, slow on purpose)": lambda: open_key(locked, passphrase),
        "render, check passphrase and sign": render_and_sign,
        "weasyprint, same page, unsigned": lambda: HTML(string=page, base_url=base_url).write_pdf(
            stylesheets=[sheet], font_config=fonts
        ),
    }
    return ways


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
