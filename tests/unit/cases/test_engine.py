"""The engine as a story: arrows, returns, forks and joins, automatic steps, ends."""

import pytest

from app.cases.engine import NoSuchOutcome, advance, start, void_from
from app.cases.plan import happy_path, limit, replanned_path
from app.definitions.process import Process


def process(steps: dict[str, object], first: str = "ask") -> Process:
    actors = {"applicant": {"title": "Pemohon", "kind": "applicant"}, "officer": {"title": "Petugas"}}
    begin = {"by": ["applicant"], "form": "x/application", "first": first}
    return Process.model_validate(
        {"kind": "process", "title": "Uji", "actors": actors, "start": begin, "steps": steps}
    )


def step(title: str, **more: object) -> dict[str, object]:
    return {"title": title, "actor": "officer", **more}


END = {"title": "Selesai", "kind": "end", "result": "granted"}

LINE = process(
    {
        "ask": step("Ajukan", next="check"),
        "check": step(
            "Periksa",
            do=[{"notify": "seen"}],
            outcomes={
                "good": {"title": "Lengkap", "next": "stamp", "do": [{"send": "oss/10"}]},
                "bad": {"title": "Tidak lengkap", "next": "ask"},
            },
        ),
        "stamp": {"title": "Cap", "kind": "send", "do": [{"permit": "effective"}], "next": "done"},
        "done": END,
    }
)

FORK = process(
    {
        "ask": step("Ajukan", next=["left", "right"]),
        "left": step("Kiri", next="meet"),
        "right": step(
            "Kanan",
            outcomes={"on": {"title": "Lanjut", "next": "meet"}, "back": {"title": "Kembali", "next": "ask"}},
        ),
        "meet": step("Temu", join=["left", "right"], next="done"),
        "done": END,
    }
)


ROUTE = process(
    {
        "ask": step("Ajukan", next="judge"),
        "judge": step(
            "Nilai",
            outcomes={"good": {"title": "Baik", "next": "agree"}, "bad": {"title": "Buruk", "next": "agree"}},
        ),
        "agree": step("Setujui", next="split"),
        "split": {
            "title": "Menurut nilai",
            "kind": "route",
            "by": "judge",
            "outcomes": {
                "good": {"title": "Baik", "next": "done", "do": [{"notify": "seen"}]},
                "bad": {"title": "Buruk", "next": "judge"},
            },
        },
        "done": END,
    }
)


def test_a_new_case_enters_the_first_step() -> None:
    assert start(LINE).entered == ["ask"]


def test_a_single_arrow_leads_on() -> None:
    move = advance(LINE, {}, "ask", None)
    assert (move.entered, move.returned_to, move.result) == (["check"], None, None)


def test_effects_of_the_step_come_before_those_of_its_outcome_and_of_automatic_steps() -> None:
    move = advance(LINE, {}, "check", "good")
    assert [effect.action.verb for effect in move.effects] == ["notify", "send", "permit"]
    assert [effect.step for effect in move.effects] == ["check", "check", "stamp"]


def test_an_automatic_step_is_passed_and_an_end_gives_the_result() -> None:
    move = advance(LINE, {}, "check", "good")
    assert (move.entered, move.result) == ([], "granted")


def test_an_arrow_to_an_earlier_step_is_a_return() -> None:
    move = advance(LINE, {}, "check", "bad")
    assert (move.returned_to, move.entered) == ("ask", ["ask"])


def test_an_outcome_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoSuchOutcome):
        advance(LINE, {}, "check", "maybe")


def test_a_fork_enters_every_branch() -> None:
    assert advance(FORK, {}, "ask", None).entered == ["left", "right"]


def test_a_join_waits_for_the_last_branch() -> None:
    first = advance(FORK, {}, "right", "on")
    assert (first.entered, first.joins) == ([], {"meet": ["right"]})
    second = advance(FORK, first.joins, "left", None)
    assert (second.entered, second.joins) == (["meet"], {})


def test_a_return_forgets_the_branches_that_had_arrived() -> None:
    move = advance(FORK, {"meet": ["left"]}, "right", "back")
    assert (move.joins, move.returned_to) == ({}, "ask")


def test_a_return_from_beyond_a_join_enters_it_at_once() -> None:
    later = process(
        {
            "ask": step("Ajukan", next=["left", "right"]),
            "left": step("Kiri", next="meet"),
            "right": step("Kanan", next="meet"),
            "meet": step("Temu", join=["left", "right"], next="sign"),
            "sign": step("Tanda tangan", next="meet"),
        }
    )
    move = advance(later, {}, "sign", None)
    assert (move.entered, move.joins, move.returned_to) == (["meet"], {}, "meet")


def test_a_return_voids_initials_of_its_target_and_of_what_follows() -> None:
    assert void_from(LINE, "check") == {"check", "stamp", "done"}


def test_a_route_follows_the_outcome_that_an_earlier_step_had() -> None:
    asked: list[str] = []

    def taken(key: str) -> str:
        asked.append(key)
        return "good"

    move = advance(ROUTE, {}, "agree", None, taken)
    assert (move.entered, move.result, asked) == ([], "granted", ["judge"])
    assert [(effect.step, effect.action.verb) for effect in move.effects] == [("split", "notify")]


def test_a_route_that_leads_back_is_a_return() -> None:
    move = advance(ROUTE, {"other": ["left"]}, "agree", None, lambda _: "bad")
    assert (move.returned_to, move.entered, move.joins) == ("judge", ["judge"], {})


def test_a_route_cannot_follow_what_was_never_done() -> None:
    with pytest.raises(NoSuchOutcome):
        advance(ROUTE, {}, "agree", None)


def test_the_happy_path_takes_each_first_way_out() -> None:
    assert happy_path(LINE, "ask") == ["ask", "check", "stamp"]
    assert happy_path(FORK, "ask") == ["ask", "left", "right", "meet"]


def test_leaving_the_planned_path_keeps_what_was_passed() -> None:
    path = ["ask", "check", "stamp"]
    assert replanned_path(FORK, path, "check", "right") == ["ask", "check", "right"]
    assert replanned_path(LINE, path, "ask", "check") == path


def test_a_detour_that_comes_back_to_what_was_passed_keeps_the_plan() -> None:
    steps = {
        "ask": step("Ajukan", next="check"),
        "check": step(
            "Periksa",
            outcomes={
                "good": {"title": "Lengkap", "next": "issue"},
                "bad": {"title": "Kurang", "next": "correct"},
                "ugly": {"title": "Lain", "next": "other"},
            },
        ),
        "correct": step("Perbaiki", next="check"),
        "other": step("Jalan lain", next="issue"),
        "issue": step("Terbitkan", next="done"),
        "done": END,
    }
    path = ["ask", "check", "issue"]
    assert replanned_path(process(steps), path, "check", "correct") == path
    assert replanned_path(process(steps), path, "check", "other") == ["ask", "check", "other", "issue"]


def test_a_case_is_due_with_the_last_row_that_the_office_can_do() -> None:
    steps = {
        "ask": step("Ajukan", next="issue"),
        "issue": step("Terbitkan", next="take"),
        "take": {"title": "Terima", "actor": "applicant", "next": "done"},
        "done": END,
    }
    rows = [
        {"step": key, "until": f"2026-12-30T0{hour}:00:00+00:00"} for hour, key in enumerate(list(steps)[:3])
    ]
    due = limit(process(steps), rows)
    assert due is not None
    assert due.hour == 1
    at_counter = steps | {"take": {**steps["take"], "also": ["officer"]}}
    due = limit(process(at_counter), rows)
    assert due is not None
    assert due.hour == 2
    assert limit(process(steps), rows[2:]) is None
