"""Doubts: what the reading of a print leaves open stays in the drafts, at its step, until it is answered."""

from collections.abc import Callable

from app.definitions.process import DOUBT
from app.definitions.yaml_text import read
from app.errors import Text
from app.sop.draft import written
from app.sop.printed import Doubt, Draft

Say = Callable[[Text], str]


def noted(made: Draft, say: Say) -> tuple[dict[tuple[str, str], str], list[str]]:
    """The texts with each doubt at its step, and in words those that belong to no step."""
    texts = dict(made.texts)
    ref = next(ref for ref in texts if ref[0] == "process")
    process = read(texts[ref]).value
    steps = {str(step["no"]): step for step in process["steps"].values() if "no" in step}
    for doubt in made.doubts:
        if doubt.row in steps:
            step = steps[doubt.row]
            lines = [step["interpretation"]] if step.get("interpretation") else []
            step["interpretation"] = "\n".join([*lines, DOUBT + worded(doubt, say)])
    texts[ref] = written(process)
    return texts, [worded(doubt, say) for doubt in made.doubts if doubt.row not in steps]


def worded(doubt: Doubt, say: Say) -> str:
    """A doubt in one line, with what the draft assumes."""
    assumed = f" Dianggap: {doubt.assumed}." if doubt.assumed else ""
    return f"{say(doubt.question)}{assumed}"
