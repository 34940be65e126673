"""A process by itself: each mistake in a small process is found, and named where it stands."""

import pytest

from app.definitions.parse import parse
from app.definitions.process import Process
from app.definitions.process_check import check_process
from app.definitions.process_graph import certain_steps, earlier_steps
from tests import kiosk

FORK = """\
kind: process
title: Cabang
actors: {clerk: {title: Petugas}, head: {title: Kepala}}
start: {by: [clerk], form: x/application, first: split}
steps:
  split: {title: Membagi, actor: clerk, next: [one, two]}
  one: {title: Satu, actor: clerk, next: meet}
  two:
    title: Dua
    actor: head
    outcomes: {good: {title: Baik, next: meet}, send_back: {title: Balik, next: split}}
  meet: {title: Bertemu, actor: clerk, join: [one, two], next: done}
  done: {title: Selesai, kind: end, result: granted}
"""


def process_of(source: str) -> Process:
    parsed = parse("process", "kiosk/process", source)
    assert isinstance(parsed.shape, Process), [str(problem) for problem in parsed.problems]
    return parsed.shape


def found(source: str) -> list[tuple[str, str]]:
    return [(problem.path, str(problem.message)) for problem in check_process(process_of(source))]


def changed(old: str, new: str, source: str = kiosk.PROCESS) -> list[tuple[str, str]]:
    assert old in source
    return found(source.replace(old, new, 1))


@pytest.mark.parametrize("source", [kiosk.PROCESS, FORK])
def test_a_sound_process_has_no_problem(source: str) -> None:
    assert found(source) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        ("first: check", "first: chek", "start.first", "no step chek"),
        ("next: sign,", "next: sing,", "steps.check.outcomes.complete.next", "no step sing"),
        ("by: [applicant, clerk]", "by: []", "start.by", "who may open"),
        ("by: [applicant, clerk]", "by: [applicant, nobody]", "start.by.2", "no actor nobody"),
        ("actor: head", "actor: hed", "steps.sign.actor", "no actor hed"),
        ("manual: {actor: clerk}", "manual: {actor: x}", "steps.oss_answers.manual.actor", "no actor x"),
        ("alert: clerk", "alert: x", "steps.oss_answers.timeout.alert", "no actor x"),
        ("    actor: head\n", "", "steps.sign", "who does this step"),
        ("norm: quick", "norm: quik", "steps.check.norm", "no norm quik"),
        ("not_by: [check]", "not_by: [chek]", "steps.sign.not_by", "no step chek"),
        ("not_by: [check]", "not_by: [sign]", "steps.sign.not_by", "cannot exclude"),
        ("kind: end, result: granted", "kind: end", "steps.granted", "needs a result"),
        (
            "kind: end, result: granted",
            "kind: end, result: granted, do: [{notify: granted}]",
            "steps.granted",
            "done at an end",
        ),
        ("clock: applicant", "result: refused", "steps.correct.result", "Only an end"),
        ("clock: applicant", "by: check", "steps.correct.by", "Only a step of the kind"),
        ("    message: oss/accepted\n", "", "steps.oss_answers", "which message"),
        ("    manual: {actor: clerk}\n", "", "steps.oss_answers", "manual way"),
        ("    timeout: {norm: {working_days: 1}, alert: clerk}\n", "", "steps.oss_answers", "time limit"),
        (", alert: clerk", "", "steps.oss_answers.timeout", "after the time limit"),
        ("    interpretation: SOP diam.\n", "", "steps.correct", "not printed"),
        ("draft: permit", "draft: permt", "steps.check.outcomes.complete.do.1.draft", "no letter slot permt"),
        ("sign: permit}", "sign: permt}", "steps.sign.outcomes.good.do.1.sign", "no letter slot permt"),
        ("{draft: permit}", "{ask_correction: true}", "steps.sign.outcomes.good.do.1.sign", "No step drafts"),
        (
            "{draft: permit}",
            "{draft: permit, send: oss/50}",
            "steps.check.outcomes.complete.do.1",
            "exactly one",
        ),
        (
            "{draft: permit}",
            "{draft: permit, letter: x/y}",
            "steps.check.outcomes.complete.do.1.draft",
            "belong",
        ),
        (
            "{sign: permit}",
            "{sign: permit, letter: kiosk/permit}",
            "steps.sign.outcomes.good.do.1.letter",
            "draft",
        ),
        (
            "[kiosk/permit]",
            "[kiosk/permit, kiosk/no]",
            "steps.check.outcomes.complete.do.1.draft",
            "which one",
        ),
        (
            "draf, next: check",
            "draf, next: granted2",
            "steps.sign.outcomes.send_back.next",
            "no step granted2",
        ),
        (
            "draf, next: check",
            "draf, next: oss_answers",
            "steps.sign.outcomes.send_back.next",
            "earlier step",
        ),
    ],
)
def test_a_mistake_is_named_where_it_stands(old: str, new: str, path: str, word: str) -> None:
    problems = changed(old, new)
    assert [place for place, said in problems if word in said] == [path], problems


def test_steps_that_cannot_be_reached_or_left_are_found() -> None:
    assert changed("Lengkap, next: sign", "Lengkap, next: granted") == [
        ("steps.sign", "No arrow leads to this step."),
        ("steps.oss_answers", "No arrow leads to this step."),
    ]
    assert ("steps.correct", "No arrow leads on from this step.") in changed("    next: check\n", "")
    circle = changed("    next: granted\n", "    next: sign\n")
    assert ("steps.check", "From this step no end can be reached.") in circle


ROUTE = """\
kind: process
title: Menurut nilai
actors: {clerk: {title: Petugas}}
start: {by: [clerk], form: x/application, first: judge}
steps:
  judge:
    title: Menilai
    actor: clerk
    outcomes:
      good: {title: Baik, next: agree}
      bad: {title: Buruk, next: agree}
      skip: {title: Lewati, next: done}
  agree: {title: Menyetujui, actor: clerk, next: split}
  split:
    title: Menurut nilai
    kind: route
    by: judge
    outcomes:
      good: {title: Menurut nilai baik, next: done}
      bad: {title: Menurut nilai buruk, next: no}
      skip: {title: Menurut nilai kosong, next: done}
  done: {title: Selesai, kind: end, result: granted}
  no: {title: Tidak, kind: end, result: refused}
"""


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        ("by: judge", "by: juge", "steps.split.by", "no step juge"),
        ("    by: judge\n", "", "steps.split", "which earlier step"),
        ("kind: route", "kind: route\n    actor: clerk", "steps.split", "no actor, form"),
        ("by: judge", "by: agree", "steps.split.outcomes", "outcomes of agree"),
        ("      bad: {title: Menurut nilai buruk, next: no}\n", "", "steps.split.outcomes", "good, bad"),
        ("first: judge", "first: agree", "steps.split.by", "without having passed judge"),
    ],
)
def test_a_route_has_the_outcomes_of_a_step_that_surely_came_before(
    old: str, new: str, path: str, word: str
) -> None:
    assert found(ROUTE) == []
    problems = changed(old, new, ROUTE)
    assert path in [place for place, said in problems if word in said], problems


def test_an_end_leads_nowhere() -> None:
    assert changed("kind: end, result", "next: check, kind: end, result") == [
        ("steps.granted", "No arrow may lead on from an end.")
    ]


def test_a_step_with_outcomes_has_no_arrow_of_its_own() -> None:
    assert [path for path, _ in changed("norm: quick", "next: sign")] == ["steps.check.next"]


def test_a_deciding_step_needs_outcomes() -> None:
    step = "    decide: {table: kiosk/completeness, when_empty: complete, otherwise: incomplete}\n"
    moved = kiosk.PROCESS.replace(step, "").replace("    clock: applicant\n", step)
    assert [path for path, _ in found(moved)] == ["steps.correct.decide"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("join: [one, two]", "join: [one]", "steps.meet.join"),
        ("join: [one, two]", "join: [one, two, split]", "steps.meet.join.3"),
        ("join: [one, two], ", "", "steps.meet"),
        ("next: [one, two]", "next: [one, one]", "steps.split.next"),
        ("Balik, next: split", "Balik, next: done", ""),
        ("kind: end, result: granted", "kind: end, result: granted", ""),
    ],
)
def test_branches_meet_only_in_a_join(old: str, new: str, path: str) -> None:
    problems = [place for place, _ in changed(old, new, FORK)]
    assert (path in problems) if path else (problems == [])


def test_a_join_that_waits_for_a_stranger_is_found_from_both_sides() -> None:
    stranger = FORK.replace("next: [one, two]", "next: [one, two, three]").replace(
        "  meet:", "  three: {title: Tiga, actor: clerk, next: meet}\n  meet:"
    )
    assert [path for path, _ in found(stranger)] == ["steps.three.next"]


def test_a_time_limit_cannot_slip_into_a_join_that_does_not_name_its_step() -> None:
    waits = FORK.replace(
        "two:\n    title: Dua", "two: {title: Menunggu, TIME, next: hear}\n  hear:\n    title: Dua"
    )
    limited = waits.replace("TIME", "actor: head, timeout: {norm: {working_days: 1}, next: meet}")
    joined = limited.replace("join: [one, two]", "join: [one, hear]")
    assert found(joined) == [
        ("steps.two.timeout.next", "The step meet waits for other steps and does not name this one.")
    ]
    assert found(joined.replace("next: meet}, next: hear", "next: hear}, next: hear")) == []


def test_a_draft_may_go_back_to_a_join_from_what_comes_after_it() -> None:
    signed = FORK.replace("join: [one, two], next: done", "join: [one, two], next: sign").replace(
        "  done:",
        "  sign:\n    title: Tanda tangan\n    actor: head\n    outcomes: "
        "{good: {title: Baik, next: done}, send_back: {title: Balik, next: meet}}\n  done:",
    )
    assert found(signed) == []
    past = signed.replace("{title: Balik, next: split}", "{title: Lompat, next: sign}")
    assert [path for path, _ in found(past)] != []


def test_a_sending_step_only_sends() -> None:
    sends = FORK.replace(
        "one: {title: Satu, actor: clerk, next: meet}", "one: {title: Satu, kind: send, next: meet}"
    )
    assert [path for path, _ in found(sends)] == ["steps.one"]
    assert found(sends.replace("kind: send,", "kind: send, do: [{notify: granted}],")) == []


def test_a_limit_counts_from_an_outcome_that_exists() -> None:
    due = "due: {norm: {working_days: 5}, after: check, outcome: complete}\nnorms:"
    assert changed("norms:", due) == []
    assert [path for path, _ in changed("norms:", due.replace("complete}", "done}"))] == ["due.outcome"]
    assert [path for path, _ in changed("norms:", due.replace("after: check", "after: chek"))] == [
        "due.after"
    ]


def test_what_is_certain_lies_on_every_way_and_in_every_joined_branch() -> None:
    assert certain_steps(process_of(kiosk.PROCESS), "sign") == {"check"}
    assert certain_steps(process_of(kiosk.PROCESS), "check") == set()
    assert certain_steps(process_of(FORK), "meet") == {"split", "one", "two"}
    assert certain_steps(process_of(FORK), "one") == {"split"}


def test_what_came_earlier_follows_the_arrows_back() -> None:
    process = process_of(kiosk.PROCESS)
    assert earlier_steps(process, "sign") == {"check", "correct", "sign"}
    assert earlier_steps(process_of(FORK), "one") == {"split", "two"}
