"""Drafts and change sets: nothing is lost, nothing is in force early, and a set goes live as a whole."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from app import clock
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.parse import Ref
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.models import Office
from app.publishing import change_sets
from app.publishing.drafts import Edited, Stale, create, discard, find, open_draft, rebase, save, withdraw
from app.publishing.file_conflicts import conflicts, leave, take_over
from app.publishing.publish import Refused, publish
from app.publishing.release import (
    due_sets,
    propose,
    publish_draft,
    publish_due,
    publish_set,
    reject,
    take_back,
)
from app.publishing.revisions import Act
from app.publishing.roll_back_set import roll_back_set
from app.publishing.sync import sync
from app.publishing.write_back import write_back
from app.worker import tasks
from tests import kiosk

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SITI, BUDI = Act("siti", NOW), Act("budi", NOW)
TABLE: Ref = ("decision_table", "kiosk/completeness")
FORM: Ref = ("form", "kiosk/application")
PROCESS: Ref = ("process", "kiosk/process")
PERMIT: Ref = ("letter", "kiosk/permit")
STRICTER = kiosk.TABLE.replace("> 8", "> 6").replace("melebihi 8", "melebihi 6")
RENAMED = kiosk.TABLE.replace("title: ", "title: Baru ", 1)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _kiosk() -> None:
    clock.set_clock(NOW)
    publish(kiosk.texts(), SITI)


def text_in_force(ref: Ref = TABLE) -> str:
    Session.rollback()
    return current().get(*ref).text


class TestDrafts:
    def test_an_editor_starts_from_what_is_in_force(self) -> None:
        opened = open_draft(TABLE)
        assert (opened.text, opened.version, opened.base_number) == (kiosk.TABLE, 0, 1)

    def test_a_draft_is_not_in_force_until_it_is_published(self) -> None:
        save(TABLE, Edited(STRICTER, 0, 1), SITI)
        assert text_in_force() == kiosk.TABLE
        assert publish_draft(TABLE, Act("siti", NOW, note="Perda baru")).number == 2
        assert text_in_force() == STRICTER
        assert find(TABLE) is None

    def test_two_editors_of_one_draft_lose_nothing(self) -> None:
        save(TABLE, Edited(STRICTER, 0, 1), SITI)
        with pytest.raises(Stale) as stale:
            save(TABLE, Edited(RENAMED, 0, 1), BUDI)
        assert (stale.value.mine, stale.value.theirs, stale.value.who) == (RENAMED, STRICTER, "siti")
        both = stale.value.merged
        assert both is not None
        assert "title: Baru" in both
        assert "> 6" in both
        save(TABLE, Edited(both, stale.value.opened.version), BUDI)
        assert open_draft(TABLE).text == both

    def test_changes_of_the_same_line_are_not_merged(self) -> None:
        save(TABLE, Edited(STRICTER, 0, 1), SITI)
        with pytest.raises(Stale) as stale:
            save(TABLE, Edited(STRICTER.replace("6", "5"), 0, 1), BUDI)
        assert stale.value.merged is None

    def test_a_save_that_arrives_twice_is_no_conflict(self) -> None:
        first = save(TABLE, Edited(STRICTER, 0, 1), SITI)
        assert save(TABLE, Edited(STRICTER, 0, 1), SITI).version == first.version == 1

    def test_a_draft_whose_base_was_replaced_is_put_on_the_new_one(self) -> None:
        save(TABLE, Edited(STRICTER, 0, 1), SITI)
        publish({TABLE: RENAMED}, BUDI)
        with pytest.raises(Stale) as stale:
            publish_draft(TABLE, SITI)
        assert open_draft(TABLE).is_outdated
        assert stale.value.opened.version == 1
        rebase(TABLE, Edited(STRICTER.replace("title: ", "title: Baru ", 1), 1), SITI)
        assert publish_draft(TABLE, SITI).number == 3

    def test_who_begins_on_an_old_text_gets_both(self) -> None:
        publish({TABLE: RENAMED}, BUDI)
        with pytest.raises(Stale) as stale:
            save(TABLE, Edited(STRICTER, 0, 1), SITI)
        assert (stale.value.theirs, stale.value.who) == (RENAMED, "budi")
        assert stale.value.merged is not None

    def test_a_draft_can_be_given_up(self) -> None:
        save(TABLE, Edited(STRICTER, 0, 1), SITI)
        discard(TABLE, SITI)
        assert open_draft(TABLE).version == 0
        with pytest.raises(NotFound):
            discard(TABLE, SITI)

    def test_a_definition_that_cannot_exist_has_no_draft(self) -> None:
        with pytest.raises(NotFound):
            save(("form", "../../etc/passwd"), Edited("x"), SITI)

    def test_a_new_definition_begins_as_a_draft(self) -> None:
        ref = ("form", "kiosk/visit")
        create(ref, kiosk.CHECK, SITI)
        with pytest.raises(Conflict):
            create(ref, kiosk.CHECK, BUDI)
        assert publish_draft(ref, SITI).number == 1


class TestWithdrawal:
    def test_what_nothing_uses_goes_out_of_force_and_may_come_back(self) -> None:
        ref = ("form", "kiosk/visit")
        publish({ref: kiosk.CHECK}, SITI)
        withdraw(ref, SITI)
        publish_draft(ref, SITI)
        Session.rollback()
        assert not current().has(*ref)
        assert current().revision(*ref, 1).text == kiosk.CHECK
        create(ref, kiosk.CHECK, SITI)
        assert publish_draft(ref, SITI).number == 3
        assert text_in_force(ref) == kiosk.CHECK

    def test_what_is_used_stays_and_says_by_whom(self) -> None:
        withdraw(FORM, SITI)
        with pytest.raises(Refused) as refused:
            publish_draft(FORM, SITI)
        assert "rules/kiosk/process.yaml" in {problem.file for problem in refused.value.problems}
        assert text_in_force(FORM) == kiosk.APPLICATION

    def test_the_roles_stay(self) -> None:
        with pytest.raises(Forbidden):
            withdraw(("roles", "roles"), SITI)


def set_of(*changes: tuple[Ref, str], act: Act = SITI) -> int:
    made = change_sets.make("Perda 7", act)
    for ref, text in changes:
        save(ref, Edited(text, 0, current().get(*ref).number), act)
        change_sets.put_in(made.id, ref, act)
    return made.id


class TestSets:
    MORE = kiosk.APPLICATION.replace("area_m2", "area")

    def test_drafts_that_need_each_other_go_live_together(self) -> None:
        letter = kiosk.PERMIT.replace("data.application.area_m2", "data.application.area")
        table = kiosk.TABLE.replace("application.area_m2", "application.area")
        changes = {FORM: self.MORE, PERMIT: letter.replace("area_m2:", "area:"), TABLE: table}
        number = set_of(*changes.items(), (PROCESS, kiosk.PROCESS))
        made = publish_set(number, SITI)
        assert made.state == "published"
        assert text_in_force(FORM) == self.MORE
        assert current().get(*PROCESS).number == 2

    def test_one_bad_draft_keeps_the_whole_set_out(self) -> None:
        number = set_of((FORM, self.MORE), (TABLE, STRICTER))
        with pytest.raises(Refused):
            publish_set(number, SITI)
        assert text_in_force() == kiosk.TABLE
        assert change_sets.get(number).state == "editing"

    def test_an_empty_set_is_nothing_to_publish(self) -> None:
        with pytest.raises(Invalid):
            publish_set(set_of(), SITI)

    def test_a_set_waits_for_its_day_and_is_checked_again(self) -> None:
        number = set_of((TABLE, STRICTER))
        publish_set(number, Act("siti", NOW, effective_on=date(2026, 11, 25)))
        assert (due_sets(), text_in_force()) == ([], kiosk.TABLE)
        with pytest.raises(NotFound):
            discard(TABLE, BUDI)  # held: nobody changes what was approved
        clock.set_clock(NOW + timedelta(days=2))
        Session.rollback()
        assert due_sets() == [number]
        assert publish_due(number, NOW + timedelta(days=2)).state == "published"
        assert text_in_force() == STRICTER

    def test_a_set_that_does_not_fit_on_its_day_stops_and_says_why(self) -> None:
        number = set_of((TABLE, STRICTER))
        publish_set(number, Act("siti", NOW, effective_on=date(2026, 11, 25)))
        publish({TABLE: RENAMED}, BUDI)
        stopped = publish_due(number, NOW + timedelta(days=2))
        assert stopped.state == "proposed"
        assert "kiosk/completeness" in stopped.reason
        assert text_in_force() == RENAMED
        assert take_back(number, SITI).state == "editing"
        assert open_draft(TABLE).is_outdated


class TestSecondPerson:
    @pytest.fixture(autouse=True)
    def _strict_office(self) -> None:
        name = {"name": "Dinas", "short_name": "Dinas", "government": "Kota", "place": "Kota"}
        Session.add(Office(key="contoh", **name, publishing_needs_second=True))
        Session.commit()

    def test_nobody_publishes_alone(self) -> None:
        number = set_of((TABLE, STRICTER))
        with pytest.raises(Forbidden):
            publish_set(number, SITI)
        save(FORM, Edited(kiosk.APPLICATION, 0, 1), BUDI)
        with pytest.raises(Forbidden):
            publish_draft(FORM, BUDI)

    def test_who_worked_on_it_may_not_approve_it(self) -> None:
        number = set_of((TABLE, STRICTER))
        propose(number, BUDI)
        for act in (SITI, BUDI):
            with pytest.raises(Forbidden):
                publish_set(number, act)
        assert publish_set(number, Act("dewi", NOW)).approved_by == "dewi"
        assert text_in_force() == STRICTER

    def test_what_is_given_back_says_why(self) -> None:
        number = set_of((TABLE, STRICTER))
        propose(number, SITI)
        with pytest.raises(Invalid):
            reject(number, " ", BUDI)
        assert reject(number, "Pasal keliru", BUDI).reason == "Pasal keliru"
        save(TABLE, Edited(RENAMED, 1), SITI)
        assert open_draft(TABLE).version == 2


class TestRollBack:
    def test_a_whole_set_goes_back_and_forth(self) -> None:
        new = ("form", "kiosk/visit")
        number = set_of((TABLE, STRICTER))
        create(new, kiosk.CHECK, SITI)
        change_sets.put_in(number, new, SITI)
        publish_set(number, SITI)
        back = roll_back_set(number, BUDI)
        Session.rollback()
        assert (back.state, back.restores_id, back.author) == ("published", number, "budi")
        assert text_in_force() == kiosk.TABLE
        assert not current().has(*new)
        roll_back_set(back.id, BUDI)
        assert text_in_force() == STRICTER
        assert text_in_force(new) == kiosk.CHECK

    def test_what_was_published_since_is_not_undone_by_the_way(self) -> None:
        number = set_of((TABLE, STRICTER))
        publish_set(number, SITI)
        publish({TABLE: RENAMED}, BUDI)
        with pytest.raises(Conflict):
            roll_back_set(number, SITI)
        assert text_in_force() == RENAMED


class TestFiles:
    FILE = "rules/kiosk/completeness.yaml"

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = kiosk.write(tmp_path / "definitions")
        sync(folder, NOW)
        publish({TABLE: RENAMED}, BUDI)
        (folder / self.FILE).write_text(STRICTER, encoding="utf-8")
        assert sync(folder, NOW).conflicts == [self.FILE]
        return folder

    def test_a_file_that_was_overtaken_becomes_a_merged_draft(self, folder: Path) -> None:
        (row,) = conflicts()
        draft = take_over(row.id, SITI)
        assert "title: Baru" in draft.text
        assert "> 6" in draft.text
        assert conflicts() == []
        publish_draft(TABLE, SITI)
        assert write_back(folder, [TABLE]).written == [self.FILE]
        assert sync(folder, NOW).problems == []

    def test_a_file_that_is_left_is_written_over(self, folder: Path) -> None:
        leave(conflicts()[0].id, SITI)
        write_back(folder, [TABLE])
        assert (folder / self.FILE).read_text(encoding="utf-8") == RENAMED

    def test_a_withdrawn_definition_takes_its_file_along(self, folder: Path) -> None:
        ref = ("form", "kiosk/visit")
        publish({ref: kiosk.CHECK}, SITI)
        write_back(folder, [ref])
        withdraw(ref, SITI)
        publish_draft(ref, SITI)
        write_back(folder, [ref])
        assert not (folder / "forms/kiosk/visit.yaml").exists()
        assert [item for item in sync(folder, NOW).problems if "visit" in (item.file or "")] == []


def test_the_sweep_wakes_a_set_on_its_day_and_the_job_publishes_it() -> None:
    number = set_of((TABLE, STRICTER))
    publish_set(number, Act("siti", NOW, effective_on=date(2026, 11, 25)))
    tasks.publish_sets(NOW)
    assert jobs_waiting() == []
    clock.set_clock(NOW + timedelta(days=2))
    tasks.publish_sets(clock.now())
    assert jobs_waiting() == [{"set_id": number}]
    tasks.publish_set(number)
    assert text_in_force() == STRICTER


def jobs_waiting() -> list[object]:
    Session.rollback()
    query = sql("SELECT args FROM procrastinate_jobs WHERE task_name = 'publish_set'")
    return list(Session.scalars(query))
