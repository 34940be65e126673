"""The publishing gate: what is in force, at once and everywhere, and what files may and may not do."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app import clock
from app.audit.models import AuditEvent
from app.db import Session
from app.definitions.catalogue import current
from app.definitions.models import Revision
from app.definitions.parse import Ref
from app.errors import Conflict
from app.letters.render import Renderer
from app.publishing.check import Trial, trial_with
from app.publishing.export import export
from app.publishing.file_problems import file_problems
from app.publishing.publish import Refused, publish
from app.publishing.revisions import Act
from app.publishing.rollback import rollback
from app.publishing.sync import Report, sync
from app.publishing.watch import Watcher
from app.publishing.write_back import write_back
from tests import kiosk

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WEB = Act("admin", NOW)
TABLE: Ref = ("decision_table", "kiosk/completeness")
TABLE_FILE = "rules/kiosk/completeness.yaml"
PROCESS: Ref = ("process", "kiosk/process")
STRICTER = kiosk.TABLE.replace("> 8", "> 6").replace("melebihi 8", "melebihi 6")
STRICTEST = kiosk.TABLE.replace("> 8", "> 4").replace("melebihi 8", "melebihi 4")

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _stopped_clock() -> None:
    clock.set_clock(NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kiosk.write(tmp_path / "definitions")


@pytest.fixture
def synced(folder: Path) -> Path:
    assert sync(folder, NOW).problems == []
    return folder


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    renderer = Renderer()
    yield trial_with(renderer, Path(__file__).resolve().parents[2])
    renderer.close()


def put(folder: Path, name: str, source: str) -> Report:
    (folder / name).write_text(source, encoding="utf-8")
    return sync(folder, NOW)


def text_in_force(ref: Ref = TABLE) -> str:
    Session.rollback()
    return current().get(*ref).text


def number_in_force(ref: Ref = TABLE) -> int:
    Session.rollback()
    return current().get(*ref).number


def elsewhere(read: object) -> object:
    """Run in another thread, that is on another connection."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()  # type: ignore[arg-type]


class TestPublish:
    def test_a_change_set_is_in_force_for_the_next_transaction_of_every_thread(self) -> None:
        publish(kiosk.texts(), WEB)
        assert elsewhere(number_in_force) == 1
        publish({TABLE: STRICTER}, WEB)
        assert elsewhere(text_in_force) == STRICTER
        assert current().get(*TABLE).number == 2

    def test_a_transaction_under_way_keeps_what_it_saw(self) -> None:
        publish(kiosk.texts(), WEB)
        before = current()

        elsewhere(lambda: publish({TABLE: STRICTER}, WEB))
        assert current().get(*TABLE).text == before.get(*TABLE).text == kiosk.TABLE
        Session.rollback()
        assert current().get(*TABLE).text == STRICTER

    def test_one_bad_text_keeps_the_whole_set_out(self) -> None:
        with pytest.raises(Refused) as refused:
            publish({**kiosk.texts(), TABLE: kiosk.TABLE.replace("KTP belum", "KTP: belum")}, WEB)
        assert [(item.file, item.line) for item in refused.value.problems] == [(TABLE_FILE, 11)]
        assert not current().has(*TABLE)

    def test_a_text_in_force_makes_no_new_revision(self) -> None:
        publish(kiosk.texts(), WEB)
        assert publish(kiosk.texts(), WEB) == []

    def test_what_rests_on_a_definition_is_checked_with_it(self) -> None:
        publish(kiosk.texts(), WEB)
        with pytest.raises(Refused) as refused:
            publish({("form", "kiosk/application"): kiosk.APPLICATION.replace("area_m2", "area")}, WEB)
        files = {item.file for item in refused.value.problems}
        assert files == {"rules/kiosk/process.yaml", "pdf_templates/kiosk/permit.html"}

    def test_a_removed_role_is_missed_by_its_process(self) -> None:
        publish(kiosk.texts(), WEB)
        roles = kiosk.ROLES.replace("  clerk: {title: Petugas Loket}\n", "")
        with pytest.raises(Refused) as refused:
            publish({("roles", "roles"): roles}, WEB)
        assert [item.path for item in refused.value.problems] == ["actors.clerk"]

    def test_every_revision_leaves_a_line_in_the_audit_trail(self) -> None:
        publish(kiosk.texts(), WEB)
        events = Session.scalars(select(AuditEvent).where(AuditEvent.action == "definition.published")).all()
        assert len(events) == len(kiosk.FILES)
        assert {event.actor for event in events} == {"admin"}
        assert (
            events[0].detail["sha256"]
            == current().get(events[0].detail["kind"], events[0].detail["key"]).sha256
        )

    def test_publishing_roles_makes_roles_of_the_accounts(self) -> None:
        publish(kiosk.texts(), WEB)
        assert current().roles.roles["clerk"].title == "Petugas Loket"
        names = Session.connection().exec_driver_sql("SELECT name FROM ab_role").scalars().all()
        assert {"clerk", "head", "applicant"} <= set(names)

    def test_publishers_at_the_same_time_wait_for_each_other(self) -> None:
        publish(kiosk.texts(), WEB)
        texts = [
            kiosk.TABLE.replace("> 8", f"> {n}").replace("melebihi 8", f"melebihi {n}") for n in (5, 6, 7)
        ]
        with ThreadPoolExecutor(3) as pool:
            made = list(pool.map(lambda source: publish({TABLE: source}, WEB)[0].number, texts))
        assert sorted(made) == [2, 3, 4]
        in_force = Session.scalars(
            select(Revision).where(Revision.key == TABLE[1], Revision.state == "published")
        )
        assert [row.number for row in in_force] == [4]


class TestSample:
    LETTER: Ref = ("letter", "kiosk/permit")

    def test_a_letter_is_tried_with_its_sample(self, trial: Trial) -> None:
        publish(kiosk.texts(), WEB, trial)
        lacking = kiosk.PERMIT.replace("owner: Siti Contoh, ", "")
        with pytest.raises(Refused) as refused:
            publish({self.LETTER: lacking}, WEB, trial)
        assert [(item.file, item.line) for item in refused.value.problems] == [
            ("pdf_templates/kiosk/permit.html", 11)
        ]
        assert "data.application.owner" in str(refused.value.problems[0].message)


class TestInterface:
    MORE = kiosk.TABLE.replace(
        "outputs:", "  officer: {type: list, title: Penanda tangan}\noutputs:"
    ).replace("application.area_m2: 4}", "application.area_m2: 4, officer: [siti]}")

    def test_a_table_does_not_change_its_inputs_alone(self) -> None:
        publish(kiosk.texts(), WEB)
        with pytest.raises(Refused) as refused:
            publish({TABLE: self.MORE}, WEB)
        assert [(item.path, item.line) for item in refused.value.problems] == [("inputs", 4)]

    def test_with_its_process_it_does_and_running_cases_keep_the_old_one(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: self.MORE, PROCESS: kiosk.PROCESS}, Act("admin", NOW + timedelta(hours=1)))
        publish({TABLE: self.MORE.replace("> 8", "> 7")}, Act("admin", NOW + timedelta(hours=2)))
        catalogue = current()
        assert catalogue.get(*PROCESS).number == 2
        assert catalogue.table_for((PROCESS[1], 1), TABLE[1]).number == 1
        assert catalogue.table_for((PROCESS[1], 2), TABLE[1]).number == 3

    def test_running_cases_take_a_newer_table_with_the_same_interface(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: STRICTER}, Act("admin", NOW + timedelta(hours=1)))
        assert current().table_for((PROCESS[1], 1), TABLE[1]).number == 2


class TestDates:
    def test_a_future_revision_comes_into_force_by_itself(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: STRICTER}, Act("admin", NOW, effective_on=date(2027, 1, 1)))
        assert text_in_force() == kiosk.TABLE
        assert current(date(2026, 12, 31)).get(*TABLE).number == 1
        assert current(date(2027, 1, 1)).get(*TABLE).number == 2
        clock.set_clock(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))  # midnight in Jakarta
        assert text_in_force() == STRICTER

    def test_the_law_of_an_earlier_day_can_be_asked_for(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: STRICTER}, Act("admin", NOW + timedelta(days=10)))
        clock.set_clock(NOW + timedelta(days=20))
        Session.rollback()
        assert current().at(date(2026, 11, 30)).get(*TABLE).number == 1
        assert current().at(date(2026, 12, 3)).get(*TABLE).number == 2

    def test_a_case_older_than_every_table_takes_the_first_one(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: STRICTER}, Act("admin", NOW + timedelta(hours=1)))
        early = current().at(date(2026, 1, 1))
        assert early.table_for((PROCESS[1], 1), TABLE[1]).number == 1

    def test_a_change_must_also_fit_what_comes_into_force_later(self) -> None:
        publish(kiosk.texts(), WEB)
        later = Act("admin", NOW, effective_on=date(2027, 1, 1))
        publish({("roles", "roles"): kiosk.ROLES + "  deputy: {title: Sekretaris}\n"}, later)
        process = kiosk.PROCESS.replace("head: {title: Kadis}", "head: {title: Kadis, role: deputy}")
        with pytest.raises(Refused):
            publish({PROCESS: process}, WEB)
        publish({PROCESS: process}, later)


class TestRollback:
    def test_an_older_text_is_published_as_a_new_revision(self) -> None:
        publish(kiosk.texts(), WEB)
        publish({TABLE: STRICTER}, WEB)
        assert rollback(TABLE, 1, WEB).number == 3
        assert text_in_force() == kiosk.TABLE
        with pytest.raises(Conflict):
            rollback(TABLE, 1, WEB)


class TestSync:
    def test_files_that_need_each_other_are_published_together(self, folder: Path) -> None:
        report = sync(folder, NOW)
        assert len(report.published) == len(kiosk.FILES)
        assert sync(folder, NOW).published == []

    def test_a_changed_file_is_published(self, synced: Path) -> None:
        report = put(synced, TABLE_FILE, STRICTER)
        assert report.published == [(*TABLE, 2)]
        assert text_in_force() == STRICTER

    def test_line_ends_and_byte_order_marks_are_no_change(self, synced: Path) -> None:
        (synced / TABLE_FILE).write_bytes(b"\xef\xbb\xbf" + kiosk.TABLE.replace("\n", "\r\n").encode())
        assert sync(synced, NOW).published == []

    def test_an_invalid_file_leaves_the_last_good_revision(self, synced: Path) -> None:
        report = put(synced, TABLE_FILE, kiosk.TABLE.replace("hit_policy", "hit_polici"))
        assert report.published == []
        assert text_in_force() == kiosk.TABLE
        said = file_problems()
        assert [(item.file, item.line, item.path) for item in said] == [(TABLE_FILE, 3, "hit_polici")]
        assert "hit_policy" in str(said[0].message)
        put(synced, TABLE_FILE, STRICTER)
        assert file_problems() == []
        assert text_in_force() == STRICTER

    def test_a_broken_file_does_not_keep_the_others_out(self, folder: Path) -> None:
        report = put(folder, "forms/kiosk/check.yaml", "kind: form\ntitle: [")
        assert ("form", "kiosk/application", 1) in report.published
        assert not current().has(*PROCESS)
        assert {"forms/kiosk/check.yaml", "rules/kiosk/process.yaml"} <= {
            item.file for item in file_problems()
        }
        assert put(folder, "forms/kiosk/check.yaml", kiosk.CHECK).problems == []
        assert current().has(*PROCESS)

    def test_a_file_that_would_break_another_is_told_so(self, synced: Path) -> None:
        report = put(synced, "rules/kiosk/messages.yaml", kiosk.MESSAGES.replace("oss/50", "oss/51"))
        assert report.published == []
        assert {item.file for item in report.problems} == {
            "rules/kiosk/messages.yaml",
            "rules/kiosk/process.yaml",
        }

    def test_an_unreadable_file_is_reported(self, synced: Path) -> None:
        (synced / TABLE_FILE).write_bytes(b"kind: \xff")
        assert [item.file for item in sync(synced, NOW).problems] == [TABLE_FILE]
        assert text_in_force() == kiosk.TABLE

    def test_a_stale_copy_is_reported_and_never_published(self, synced: Path) -> None:
        put(synced, TABLE_FILE, STRICTER)
        report = put(synced, TABLE_FILE, kiosk.TABLE)
        assert report.stale == [TABLE_FILE]
        assert text_in_force() == STRICTER

    def test_a_file_that_the_web_overtook_is_left_alone(self, synced: Path) -> None:
        publish({TABLE: STRICTER}, WEB)
        report = sync(synced, NOW)
        assert (report.published, report.conflicts, report.stale) == ([], [], [])

    def test_a_change_on_an_overtaken_file_becomes_a_conflict(self, synced: Path) -> None:
        publish({TABLE: STRICTER}, WEB)
        assert put(synced, TABLE_FILE, STRICTEST).conflicts == [TABLE_FILE]
        assert sync(synced, NOW).conflicts == [TABLE_FILE]
        assert text_in_force() == STRICTER
        rows = Session.scalars(select(Revision).where(Revision.state == "conflict")).all()
        assert [(row.text, row.base_number) for row in rows] == [(STRICTEST, 1)]
        publish({TABLE: STRICTEST}, WEB)
        assert sync(synced, NOW).conflicts == []
        assert Session.scalar(select(func.count()).where(Revision.state == "conflict")) == 0

    def test_a_folder_without_memory_does_not_undo_what_the_web_published(self, synced: Path) -> None:
        publish({TABLE: STRICTER}, WEB)
        (synced / ".alurizin-sync.json").unlink()
        assert put(synced, TABLE_FILE, STRICTEST).conflicts == [TABLE_FILE]
        assert text_in_force() == STRICTER

    def test_a_new_release_without_memory_publishes_over_files(self, synced: Path) -> None:
        (synced / ".alurizin-sync.json").unlink()
        assert put(synced, TABLE_FILE, STRICTER).published == [(*TABLE, 2)]

    def test_a_deleted_file_is_reported_and_stays_in_force(self, synced: Path) -> None:
        (synced / TABLE_FILE).unlink()
        assert sync(synced, NOW).gone == [TABLE_FILE]
        assert text_in_force() == kiosk.TABLE

    def test_memory_of_another_database_does_not_hide_files(self, folder: Path) -> None:
        (folder / ".alurizin-sync.json").write_text("{}")
        sync(folder, NOW)
        note = (folder / ".alurizin-sync.json").read_text()
        assert TABLE_FILE in note


class TestFiles:
    def test_export_writes_every_text_exactly(self, tmp_path: Path) -> None:
        publish(kiosk.texts(), WEB)
        export(tmp_path / "out")
        for name, source in kiosk.FILES.items():
            assert (tmp_path / "out" / name).read_text(encoding="utf-8") == source
        assert sync(tmp_path / "out", NOW).problems == []

    def test_a_web_publish_is_written_back(self, synced: Path) -> None:
        publish({TABLE: STRICTER}, WEB)
        assert write_back(synced, [TABLE]).written == [TABLE_FILE]
        assert (synced / TABLE_FILE).read_text(encoding="utf-8") == STRICTER
        assert put(synced, TABLE_FILE, STRICTEST).published == [(*TABLE, 3)]

    def test_a_file_with_a_change_of_its_own_is_not_overwritten(self, synced: Path) -> None:
        publish({TABLE: STRICTER}, WEB)
        (synced / TABLE_FILE).write_text(STRICTEST, encoding="utf-8")
        assert write_back(synced, [TABLE]).kept == [TABLE_FILE]
        assert (synced / TABLE_FILE).read_text(encoding="utf-8") == STRICTEST


class TestWatch:
    @pytest.fixture
    def watcher(self, synced: Path, database: Engine) -> Iterator[Watcher]:
        Session.remove()
        watcher = Watcher(synced, database, lambda: NOW)
        watcher.start()
        assert watcher.is_watching.wait(5)
        yield watcher
        watcher.stop()

    @staticmethod
    def seconds_until(expected: str) -> float:
        begun = time.monotonic()
        while text_in_force() != expected and time.monotonic() - begun < 10:
            pass
        return time.monotonic() - begun

    def test_a_changed_file_is_in_force_within_two_seconds(self, watcher: Watcher) -> None:
        (watcher.folder / TABLE_FILE).write_text(STRICTER, encoding="utf-8")
        assert self.seconds_until(STRICTER) < 2

    def test_one_process_watches_and_another_takes_over(self, watcher: Watcher, database: Engine) -> None:
        second = Watcher(watcher.folder, database, lambda: NOW, interval=0.1)
        second.start()
        assert not second.is_watching.wait(0.5)
        watcher.stop()
        assert second.is_watching.wait(5)
        second.stop()
