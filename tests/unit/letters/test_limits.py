"""A letter cannot take the machine down, look around or outlive its renderer."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import OfficeError
from app.letters.pool import Busy, Overrun
from app.letters.render import Renderer, RenderRequest
from app.letters.sample import sample_context
from tests.unit.letters.conftest import NOW, letter_of

GOOD = letter_of("<p>baik</p>")


@pytest.fixture(scope="module")
def brief(sources: dict[str, str]) -> Iterator[Renderer]:
    renderer = Renderer(workers=1, seconds=2.0)
    yield renderer
    renderer.close()


def pdf_of(renderer: Renderer, sources: dict[str, str], body: str) -> bytes:
    letter = letter_of(body)
    return renderer.render(RenderRequest(letter, sources, sample_context(letter))).pdf


@pytest.mark.parametrize(
    "body",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "<style>:root{--a:x x x x x x x x;"
        + "".join(f"--{chr(98 + n)}:{' '.join([f'var(--{chr(97 + n)})'] * 8)};" for n in range(9))
        + "} p{font-family:var(--j)}</style><p>satu</p>",
    ],
)
def test_a_letter_without_end_is_given_up_and_the_pool_goes_on(
    brief: Renderer, sources: dict[str, str], body: str
) -> None:
    with pytest.raises(Overrun):
        pdf_of(brief, sources, body)
    assert pdf_of(brief, sources, "<p>baik</p>").startswith(b"%PDF")


@pytest.mark.parametrize(
    "body",
    [
        "{{ 'a' * 3000000000 }}",
        "{% set x = ('a' * 200000000)|list %}{{ x|length }}",
        "<table><tr><td colspan='1000000'>satu</td></tr></table>",
        "<table><tr><td colspan='&#49;000000'>satu</td></tr></table>",
        "<table><tr><td rowspan=99999>satu</td></tr></table>",
        "<table>{% for a in range(99999) %}<tr><td>satu</td></tr>{% endfor %}</table>",
        "{% for a in range(99999) %}<p>satu dua tiga</p>{% endfor %}",
        "{{ 'kata ' * 1000000 }}",
        "{% for a in range(900) %}<div>{% endfor %}satu",
    ],
)
def test_a_letter_that_takes_too_much_is_refused_and_the_pool_goes_on(
    brief: Renderer, sources: dict[str, str], body: str
) -> None:
    with pytest.raises(OfficeError):
        pdf_of(brief, sources, body)
    assert pdf_of(brief, sources, "<p>baik</p>").startswith(b"%PDF")


def test_a_killed_worker_is_replaced_unseen(brief: Renderer, sources: dict[str, str]) -> None:
    pdf_of(brief, sources, "<p>baik</p>")
    (worker,) = brief.pool.processes
    os.kill(worker, signal.SIGKILL)
    assert pdf_of(brief, sources, "<p>baik</p>").startswith(b"%PDF")
    assert brief.pool.processes != [worker]


def test_a_worker_killed_at_its_start_or_work_is_replaced_unseen(
    renderer: Renderer, sources: dict[str, str]
) -> None:
    found: list[bytes] = []
    body = "{% for a in range(60) %}<p>satu dua tiga empat lima</p>{% endfor %}"
    thread = threading.Thread(target=lambda: found.append(pdf_of(renderer, sources, body)))
    thread.start()
    while not (lent := list(renderer.pool._lent)):
        thread.join(0.001)
    os.kill(lent[0].process.pid, signal.SIGKILL)
    thread.join(30)
    assert found[0].startswith(b"%PDF")


def test_a_worker_that_cannot_start_is_our_fault(
    monkeypatch: pytest.MonkeyPatch, sources: dict[str, str]
) -> None:
    monkeypatch.setattr("app.letters.pool.sys.executable", "/bin/false")
    with pytest.raises(Busy):
        pdf_of(Renderer(), sources, "<p>baik</p>")


def test_an_old_worker_is_recycled(sources: dict[str, str]) -> None:
    renderer = Renderer(documents=2)
    try:
        seen = []
        for _ in range(3):
            pdf_of(renderer, sources, "<p>baik</p>")
            seen.append(renderer.pool.processes)
    finally:
        renderer.close()
    assert seen[0] != seen[2]
    assert seen[1] == []


def test_threads_share_the_workers(
    renderer: Renderer, sources: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clock._fixed", NOW)  # a letter says in which second it was made
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(pdf_of(renderer, sources, "<p>baik</p>")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 6
    assert len(set(found)) == 1


def test_who_waits_too_long_for_a_worker_is_told_so(sources: dict[str, str]) -> None:
    renderer = Renderer()
    renderer.pool.patience = 0.01
    try:
        with renderer.pool._worker(), pytest.raises(Busy):
            pdf_of(renderer, sources, "<p>baik</p>")
    finally:
        renderer.close()


def test_the_worker_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "rahasia-rumah")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:rahasia-rumah@h/d")
    renderer = Renderer()
    try:
        renderer.warm()
        (worker,) = renderer.pool.processes
        process = Path(f"/proc/{worker}")
        assert b"rahasia" not in (process / "environ").read_bytes()
        limits = (process / "limits").read_text()
        assert any(
            line.startswith("Max address space") and "1572864000" in line for line in limits.splitlines()
        )
        files = {str(file.readlink()) for file in (process / "fd").iterdir()}
        assert not any(file.startswith("socket:") for file in files)
    finally:
        renderer.close()


def test_nothing_is_fetched_from_net_or_disk(
    renderer: Renderer, sources: dict[str, str], tmp_path: Path
) -> None:
    secret = tmp_path / "rahasia.png"
    secret.write_bytes(b"\x89PNG rahasia")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        places = (url, f"file://{secret}", str(secret), "../../../../../../etc/passwd", "file:///etc/passwd")
        for place in places:
            for body in (
                f'<img src="{place}">',
                f'<link rel="stylesheet" href="{place}">',
                f'<style>@import "{place}"; @font-face {{font-family:x; src:url({place})}} '
                f"p {{background-image:url({place}); font-family:x}}</style>",
                f'<pdf:font name="x" src="{place}">',
                f'<p style="background-image:url({place})">a</p>',
            ):
                try:
                    pdf = pdf_of(renderer, sources, f"{body}<p>satu</p>")
                except OfficeError:
                    continue
                assert b"rahasia" not in pdf
                assert b"root:" not in pdf
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_image_that_may_not_be_read_is_a_mistake_and_not_a_hole(
    renderer: Renderer, sources: dict[str, str]
) -> None:
    with pytest.raises(OfficeError, match="passwd"):
        pdf_of(renderer, sources, '<p><img src="file:///etc/passwd"></p>')
