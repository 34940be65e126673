"""The shape of the house: what keeps it readable is checked, not remembered."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "handler",
    "service",
    "services",
    "base",
    "common",
}
NAMED_AFTER_THE_LAW = {"app/definitions/service.py"}  # the service standard's own word
WRITTEN_BY_TOOLS = ROOT / "app" / "migrations" / "versions"
# run.py imports what a command needs (`check` without the web); Alembic's entry imports every model
IMPORTS_WHERE_NEEDED = {"run.py": {"import_module"}, "app/migrations/tables.py": {"import_module"}}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/")


def modules() -> list[Path]:
    ours = [*ROOT.glob("*.py"), *(ROOT / "app").rglob("*.py")]
    return [path for path in sorted(ours) if WRITTEN_BY_TOOLS not in path.parents]


def texts() -> Iterator[Path]:
    folders = ["app", "bench", "docs", "forms", "pdf_templates", "rules", "tests", ".ci"]
    endings = {".py", ".md", ".yaml", ".yml", ".html", ".js", ".css", ".toml", ".cfg", ".po", ".sh", ""}
    for path in [*ROOT.iterdir(), *(inner for folder in folders for inner in (ROOT / folder).rglob("*"))]:
        if path.is_file() and path.suffix in endings and path.name != ".DS_Store":
            yield path


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_module = pytest.mark.parametrize("path", modules(), ids=named)


@each_module
def test_a_module_says_its_job_first_and_is_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if not source:
        assert path.name == "__init__.py"
        return
    docstring = ast.get_docstring(ast.parse(source))
    assert docstring, "the first line is a sentence that says the module's job"
    assert docstring.splitlines()[0].endswith(".")
    assert source.count("\n") <= MAX_MODULE_LINES


@each_module
def test_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = {
        f.name: n for f in functions if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert long == {}


@each_module
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [
        inner.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom) or _imports_by_name(inner, named(path))
    ]
    assert inside == [], "a late import hides a circle"


def _imports_by_name(node: ast.AST, module: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return name in {"import_module", "__import__"} - IMPORTS_WHERE_NEEDED.get(module, set())


@each_module
def test_a_name_says_what_is_inside(path: Path) -> None:
    names = {path.stem, *path.relative_to(ROOT).parts[:-1]}
    assert EMPTY_NAMES.isdisjoint(names) or named(path) in NAMED_AFTER_THE_LAW


@each_module
def test_errors_are_not_swallowed(path: Path) -> None:
    if named(path) == "app/worker/tasks.py":  # one failing job must not stop the others
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    broad = [
        handler.lineno
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or getattr(handler.type, "id", "") in {"Exception", "BaseException"})
        and not any(isinstance(last, ast.Raise) and last.exc is None for last in handler.body[-1:])
    ]
    assert broad == []


def test_no_file_names_a_place_on_one_machine() -> None:
    found = {
        named(path): places[0].group()
        for path in texts()
        if path != Path(__file__).resolve()
        and (places := list(MACHINE_PATHS.finditer(path.read_text(encoding="utf-8", errors="replace"))))
    }
    assert found == {}


def test_only_flow_and_publishing_commit() -> None:
    doors_may = ("app/flow/", "app/publishing/", "app/demo", "app/factory.py")
    committing = [
        named(path)
        for path in modules()
        if re.search(r"\bSession(\(\))?\.commit\(", path.read_text(encoding="utf-8"))
        and not named(path).startswith(doors_may)
    ]
    assert committing == []
