"""What the publish gate asks of a letter: it parses, it uses only what is provided, its sample renders."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from jinja2 import TemplateSyntaxError

from app.definitions.letter import Letter
from app.definitions.problem import Problem
from app.definitions.template_words import fault_of
from app.errors import OfficeError, Text, text
from app.letters.render import SAMPLE, Options, Renderer, RenderRequest
from app.letters.sample import STANDARD_PATHS, sample_context
from app.letters.templating import environment, forbidden
from app.letters.variables import is_provided, uses_of


def used_variables(body: str) -> set[str]:
    """Return the dotted paths that a text uses; the items of a list are written `list.*`."""
    return {path for path, _ in uses_of(environment(), body)}


def check_letter(letter: Letter, provided: Iterable[str]) -> list[Problem]:
    """Check a letter without rendering it; `x.*` in `provided` opens everything below x."""
    known = frozenset(provided) | STANDARD_PATHS
    texts = {**letter.templates, "body": letter.body}
    problems = [problem for path, source in texts.items() for problem in check_text(path, source, known)]
    return problems + list(_check_signer(letter))


def check_text(path: str, source: str, known: frozenset[str]) -> Iterator[Problem]:
    """What is wrong with one text: unreadable, leaving its frame, or speaking of what nothing provides."""
    faults, uses = _read(source)
    for line, fault in faults:
        yield Problem(path, fault, line)
    for used, line in uses:
        if not is_provided(used, known):
            yield Problem(path, text("Nothing provides the variable %(name)s.", name=used), line)


@lru_cache(maxsize=2048)
def _read(source: str) -> tuple[tuple[tuple[int, Text], ...], tuple[tuple[str, int], ...]]:
    """The faults of a text and what it uses, by line: read once, however often it is checked."""
    sandbox = environment()
    faults: list[tuple[int, Text]] = []
    try:
        tree = sandbox.parse(source)
        faults += [
            (line, text("A letter may not use the tag %(tag)s.", tag=tag)) for line, tag in forbidden(tree)
        ]
        sandbox.compile(tree)
    except TemplateSyntaxError as error:
        faults.append((error.lineno, text("This cannot be read: %(detail)s", detail=fault_of(error))))
        return tuple(faults), ()
    return tuple(faults), tuple(sorted(set(uses_of(sandbox, source))))


def _check_signer(letter: Letter) -> Iterator[Problem]:
    if letter.signer == "members" and letter.layout != "minutes":
        yield Problem("signer", text("Only minutes are confirmed by each member."))
    if letter.initials and letter.signer is None:
        yield Problem("initials", text("A letter that nobody signs needs no initials."))
    if letter.layout == "correspondence" and not (letter.subject and letter.addressee):
        yield Problem("layout", text("A letter of correspondence needs a subject and an addressee."))


def try_sample(renderer: Renderer, letter: Letter, sources: Mapping[str, str], file: str) -> list[Problem]:
    """Render the letter with its sample; what goes wrong is a problem of the letter."""
    options = Options(watermark=SAMPLE, verify_url="https://contoh.example.go.id/verify/CONTOH")
    try:
        renderer.render(RenderRequest(letter, sources, sample_context(letter), options, file))
    except OfficeError as error:
        if error.status == 503:
            raise
        line = error.text.params.get("line")
        path = str(error.text.params.get("file", "")).partition("#")[2] or "body"
        return [Problem(path, error.text, line if isinstance(line, int) and line else None, file)]
    return []
