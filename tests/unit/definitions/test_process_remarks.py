"""Remarks on an SOP: what it may go without, said at the row; the shipped ones have none."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from app.definitions.process import Process
from app.definitions.process_remarks import remarks_on
from config import ROOT

SHIPPED = sorted(path.parent.name for path in (ROOT / "rules").glob("*/process.yaml"))


def changed(**steps: dict[str, Any]) -> Process:
    """The SOP of Dairi with some steps changed."""
    value = YAML(typ="safe").load((ROOT / "rules/dairi_ipui/process.yaml").read_text(encoding="utf-8"))
    for key, parts in steps.items():
        value["steps"][key].update(parts)
    return Process.model_validate(value)


def said(process: Process) -> list[tuple[str, str]]:
    return [(remark.path, remark.message.msgid) for remark in remarks_on(process)]


@pytest.mark.parametrize("service", SHIPPED)
def test_the_shipped_sops_leave_nothing_to_remark(service: str) -> None:
    value = YAML(typ="safe").load((ROOT / "rules" / service / "process.yaml").read_text(encoding="utf-8"))
    assert said(Process.model_validate(value)) == []


def test_a_printed_row_without_a_time_is_never_late() -> None:
    assert said(changed(check={"norm": None})) == [
        ("steps.check", "No time is set: this step is never late.")
    ]


def test_an_sop_that_only_grants_is_remarked_at_its_end() -> None:
    process = changed()
    ends = [key for key, step in process.steps.items() if step.result == "refused"]
    only = changed(**{key: {"result": "granted"} for key in ends})
    assert {path for path, _ in said(only)} == {
        f"steps.{key}" for key, step in only.steps.items() if step.result == "granted"
    }


def test_who_signs_what_the_same_role_initialled_must_be_another_person() -> None:
    same = {"actor": "secretary"}
    path, sentence = "steps.sign_refusal", "The same person may do “%(step)s” and check its letter here."
    assert (path, sentence) in said(changed(sign_refusal=same))
    apart = {**same, "not_by": ["initial_refusal_secretary"]}
    assert (path, sentence) not in said(changed(sign_refusal=apart))
