"""Between definitions: names lead somewhere, decisions fit their steps, facts come from earlier answers."""

from pathlib import Path

import pytest

from app.publishing.check import check_folder
from tests import kiosk

PROCESS = "rules/kiosk/process.yaml"
TABLE = "rules/kiosk/completeness.yaml"


def found(folder: Path, files: dict[str, str]) -> list[tuple[str | None, int | None, str, str]]:
    problems = check_folder(kiosk.write(folder, files))
    return [(item.file, item.line, item.path, str(item.message)) for item in problems]


def test_what_only_follows_from_a_broken_service_is_not_said(tmp_path: Path) -> None:
    service = "rules/kiosk/service.yaml"
    broken = {**kiosk.FILES, service: kiosk.FILES[service].replace("office: contoh", "ofice: contoh")}
    assert {(file, path) for file, _, path, _ in found(tmp_path, broken)} == {
        (service, "office"),
        (service, "ofice"),
    }
    own = {**broken, PROCESS: broken[PROCESS].replace("actor: head", "actor: hed", 1)}
    assert (PROCESS, "steps.sign.actor") in [(item[0], item[2]) for item in found(tmp_path, own)]


def test_the_small_service_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path, kiosk.FILES) == []


@pytest.mark.parametrize(
    ("name", "file", "path"),
    [
        ("rules/kiosk/completeness.yaml", PROCESS, "steps.check.decide.table"),
        ("forms/kiosk/application.yaml", PROCESS, "start.form"),
        ("forms/kiosk/check.yaml", PROCESS, "steps.check.form"),
        ("pdf_templates/kiosk/permit.html", PROCESS, "slots.permit.letters.1"),
        ("rules/kiosk/messages.yaml", PROCESS, "steps.sign.outcomes.good.do.2.send"),
        ("rules/kiosk/process.yaml", "rules/kiosk/service.yaml", "process"),
        ("rules/roles.yaml", PROCESS, "actors.clerk"),
        ("rules/roles.yaml", "forms/kiosk/check.yaml", "sections.1.fields.officer.role"),
        ("rules/roles.yaml", "pdf_templates/kiosk/permit.html", "signer"),
    ],
)
def test_a_missing_file_is_missed_where_it_is_named(tmp_path: Path, name: str, file: str, path: str) -> None:
    files = {key: source for key, source in kiosk.FILES.items() if key != name}
    problems = found(tmp_path, files)
    assert (file, path) in [(item[0], item[2]) for item in problems]
    assert all(line for _, line, _, _ in problems)


@pytest.mark.parametrize(
    ("name", "old", "new", "file", "path", "word"),
    [
        (
            PROCESS,
            "{notify: granted}",
            "{notify: grantd}",
            PROCESS,
            "steps.sign.outcomes.good.do.3.notify",
            "notice",
        ),
        (
            "rules/kiosk/messages.yaml",
            "granted: {title",
            "granted: {to: application.owner, title",
            PROCESS,
            "steps.sign.outcomes.good.do.3.notify",
            "mail address application.owner",
        ),
        (
            PROCESS,
            "{send: oss/50}",
            "{send: oss/51}",
            PROCESS,
            "steps.sign.outcomes.good.do.2.send",
            "outbound",
        ),
        (
            PROCESS,
            "otherwise: incomplete",
            "otherwise: complete",
            PROCESS,
            "steps.check.decide",
            "two outcomes",
        ),
        (PROCESS, "otherwise: incomplete", "otherwise: lacking", PROCESS, "steps.check.outcomes", "lacking"),
        (
            PROCESS,
            "otherwise: incomplete",
            "otherwise: lacking",
            PROCESS,
            "steps.check.outcomes.incomplete",
            "never",
        ),
        (
            PROCESS,
            "assign: check.officer",
            "assign: check.checklist",
            PROCESS,
            "steps.sign.assign",
            "persons",
        ),
        (PROCESS, "assign: check.officer", "assign: sign.officer", PROCESS, "steps.sign.assign", "persons"),
        (
            "forms/kiosk/check.yaml",
            "officer: {",
            "seen_on: {type: date, title: Dilihat, not_before: letters.order}\n      officer: {",
            PROCESS,
            "steps.check.form",
            "letter order",
        ),
        (
            PROCESS,
            "head: {title: Kadis}",
            "head: {title: K, role: hed}",
            PROCESS,
            "actors.head.role",
            "no role hed",
        ),
        (TABLE, "hit_policy: collect", "outcomes: {complete: L, incomplete: B}", TABLE, "", ""),
        (
            "forms/kiosk/application.yaml",
            "type: number, title: Luas, decimals: 2",
            "type: text, title: Luas",
            PROCESS,
            "steps.check.decide.table",
            "as number, but the form gives text",
        ),
        (
            "forms/kiosk/application.yaml",
            "area_m2",
            "area",
            PROCESS,
            "steps.check.decide.table",
            "neither this form",
        ),
        ("forms/kiosk/application.yaml", "owner", "name", "pdf_templates/kiosk/permit.html", "body", "owner"),
        ("rules/kiosk/service.yaml", "ktp:", "sim:", PROCESS, "steps.check.decide.table", "checklist.ktp"),
        (
            TABLE,
            "title: KTP}",
            "title: KTP, values: [missing, ok]}",
            PROCESS,
            "steps.check.decide.table",
            "wrong",
        ),
        (
            "rules/kiosk/messages.yaml",
            "{{ case.number }} terbit",
            "{{ case.number } terbit",
            "rules/kiosk/messages.yaml",
            "notices.granted.body",
            "cannot be read",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, name: str, old: str, new: str, file: str, path: str, word: str
) -> None:
    problems = found(tmp_path, kiosk.changed(name, old, new))
    told = [(item[0], item[2]) for item in problems if word in item[3]]
    assert ((file, path) in told) if word else problems, problems


def test_a_letter_rests_only_on_what_was_certainly_asked_before(tmp_path: Path) -> None:
    letter = "pdf_templates/kiosk/permit.html"
    perhaps = kiosk.changed(letter, "{{ case.number }}", "{{ data.correct.owner }}")
    assert [item[:3] for item in found(tmp_path / "a", perhaps)] == [(letter, 11, "body")]
    guarded = kiosk.changed(letter, "{{ case.number }}", "{{ data.correct.owner | default('') }}")
    assert found(tmp_path / "b", guarded) == []


def test_a_form_is_checked_with_the_requirements_of_its_service(tmp_path: Path) -> None:
    one = "checklist: {type: checklist, title: Berkas, requirements: [ktp, sim]}"
    old = "checklist: {type: checklist, title: Berkas}"
    problems = found(tmp_path, kiosk.changed("forms/kiosk/check.yaml", old, one))
    assert [item[:3] for item in problems] == [
        ("forms/kiosk/check.yaml", 6, "sections.1.fields.checklist.requirements")
    ]


def test_a_table_fails_by_its_own_examples(tmp_path: Path) -> None:
    problems = found(tmp_path, kiosk.changed(TABLE, "application.area_m2: 4}", "application.area_m2: 9}"))
    assert [(item[0], item[1]) for item in problems] == [(TABLE, 16)]


def test_nothing_is_said_of_what_rests_on_a_broken_file(tmp_path: Path) -> None:
    problems = found(tmp_path, {**kiosk.FILES, "forms/kiosk/check.yaml": "kind: form\n"})
    assert {item[0] for item in problems} == {"forms/kiosk/check.yaml"}


def test_a_misnamed_file_is_told(tmp_path: Path) -> None:
    problems = found(tmp_path, {**kiosk.FILES, "rules/kiosk/Kelengkapan.yaml": kiosk.TABLE})
    assert [item[0] for item in problems] == ["rules/kiosk/Kelengkapan.yaml"]
