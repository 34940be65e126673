"""The office clock: the dates of the acceptance cases, and laws that hold for every moment."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.cases import clock
from app.cases.calendar import HourSet, WorkCalendar, hour_sets, ramadan_hours
from app.cases.clock import Row
from app.cases.holidays import seed_holidays
from app.definitions.process import Norm
from app.errors import Invalid

JAKARTA = ZoneInfo("Asia/Jakarta")
PRINTED = json.loads((Path(__file__).parents[2] / "data" / "holidays.json").read_text(encoding="utf-8"))
RAMADAN = ramadan_hours(date(2026, 2, 18), date(2026, 3, 20))  # illustrative dates


def build(**settings_: Any) -> WorkCalendar:
    rows = seed_holidays([2025, 2026, 2027, 2028])
    public = {on: name for on, name, kind in rows if kind == "public"}
    joint = {on: name for on, name, kind in rows if kind == "joint_leave"}
    return WorkCalendar(holidays=public, joint_leave=joint, **settings_)


OFFICE = build()
WITH_RAMADAN = build(hours=(HourSet(), RAMADAN))
WORKS_ON_JOINT_LEAVE = build(works_on_joint_leave=True)
IN_THE_EAST = build(timezone="Asia/Jayapura")


def at(day: str, hour: str = "08:00") -> datetime:
    """Read a local moment, day first as the cases write it."""
    return datetime.strptime(f"{day} {hour}", "%d-%m-%Y %H:%M").replace(tzinfo=JAKARTA).astimezone(UTC)


def minutes(n: int) -> Norm:
    return Norm(minutes=n, working_days=None, within_days=None)


def days(n: int) -> Norm:
    return Norm(minutes=None, working_days=n, within_days=None)


def bounded(effort: int, n: int) -> Norm:
    return Norm(minutes=effort, working_days=None, within_days=n)


def planned(start: datetime, rows: list[Row]) -> dict[str, str]:
    """Plan the rows and write the dates as the cases do."""
    plan = clock.chain(OFFICE, start, rows)
    return {key: f"{deadline.due_at.astimezone(JAKARTA):%d-%m-%Y %H:%M}" for key, deadline in plan}


def row_of_minutes(norms: dict[str, int]) -> list[Row]:
    return [Row(key, minutes(n)) for key, n in norms.items()]


SOP_000 = [
    *(Row(no, days(1), "assign") for no in ("4", "5", "6", "7")),
    *(Row(no, days(3), "inspect") for no in ("10", "11", "12")),
    *(Row(no, days(1), "cover") for no in ("13", "14", "15", "16", "17")),
    *(Row(no, days(2), "ministry") for no in ("18", "19")),
]
SOP_001 = [
    *row_of_minutes({"2": 60, "3": 10, "4": 60}),
    Row("5", days(2)),
    *row_of_minutes({"6": 240, "7": 240, "8": 10}),
]
SOP_003 = [
    *row_of_minutes({"1": 10, "2": 120}),
    Row("3", bounded(900, 3)),
    *row_of_minutes({"4": 60, "5": 30, "6": 30, "7": 15, "8": 15}),
]
SOP_004 = [
    *row_of_minutes({"1": 15, "2": 120, "3": 30, "4": 60, "5": 120}),
    *(Row("6", days(1)), Row("7", days(2)), Row("8", days(1))),
]
GRANT = row_of_minutes(
    {"16": 30, "17": 30, "18": 60, "19": 60, "20": 60, "21": 15, "22": 15, "23": 15, "24": 30, "25": 30}
)
REFUSE = row_of_minutes({"9": 120, "10": 60, "11": 60, "12": 120, "13": 60, "14": 60, "15": 15})


class TestAcceptanceCases:
    def test_k01_norm_groups_of_the_estate_expansion_chain_over_a_friday(self) -> None:
        plan = planned(at("23-11-2026"), SOP_000)
        assert [plan[no] for no in ("4", "5", "6", "7")] == ["24-11-2026 16:00"] * 4
        assert [plan[no] for no in ("10", "11", "12")] == ["27-11-2026 16:30"] * 3
        assert [plan[no] for no in ("13", "14", "15", "16", "17")] == ["30-11-2026 16:00"] * 5
        assert [plan[no] for no in ("18", "19")] == ["02-12-2026 16:00"] * 2

    def test_k06_limits_step_over_christmas_the_weekend_and_new_year(self) -> None:
        plan = planned(at("21-12-2026"), SOP_000)
        assert [plan[no] for no in ("7", "12", "17", "19")] == [
            "22-12-2026 16:00",
            "29-12-2026 16:00",
            "30-12-2026 16:00",
            "04-01-2027 16:00",
        ]

    def test_k07_minutes_and_days_chain_row_by_row(self) -> None:
        assert planned(at("22-12-2026", "10:00"), SOP_001) == {
            "2": "22-12-2026 11:00",
            "3": "22-12-2026 11:10",
            "4": "22-12-2026 13:10",
            "5": "28-12-2026 16:00",
            "6": "29-12-2026 11:30",
            "7": "30-12-2026 08:00",
            "8": "30-12-2026 08:10",
        }

    def test_k08_two_working_days_remain_after_the_applicant_comes_back(self) -> None:
        remaining = clock.pause(OFFICE, days(2), at("28-12-2026", "16:00"), at("23-12-2026", "14:00"))
        assert (remaining.days, remaining.minutes) == (2, None)
        deadline = clock.resume(OFFICE, remaining, at("29-12-2026", "09:00"))
        assert deadline.due_at == at("30-12-2026", "16:00")
        assert deadline.as_json() == [
            {"kind": "day", "on": "2026-12-29", "n": 1, "until_on": "2026-12-30", "until_n": 2}
        ]

    def test_k08_the_limit_of_the_case_moves_as_if_its_rows_were_planned_again(self) -> None:
        moved = clock.extend(
            OFFICE,
            days(2),
            limit_at=at("30-12-2026", "08:10"),
            paused_at=at("23-12-2026", "14:00"),
            resumed_at=at("29-12-2026", "09:00"),
        )
        rest = SOP_001[SOP_001.index(Row("6", minutes(240))) :]
        assert planned(at("30-12-2026", "16:00"), rest)["8"] == "04-01-2027 08:10"
        assert moved.due_at == at("04-01-2027", "08:10")

    def test_a_pause_at_a_step_without_a_norm_moves_the_limit_by_its_working_minutes(self) -> None:
        moved = clock.extend(
            OFFICE,
            None,
            limit_at=at("30-12-2026", "08:10"),
            paused_at=at("23-12-2026", "15:00"),
            resumed_at=at("28-12-2026", "08:00"),
        )
        assert moved.due_at == at("30-12-2026", "09:40")

    def test_k12_five_days_after_complete_and_correct(self) -> None:
        assert clock.due(OFFICE, days(5), at("23-11-2026")).due_at == at("30-11-2026", "16:00")

    def test_k16_the_elapsed_bound_sets_the_date_and_the_effort_is_what_sums(self) -> None:
        plan = planned(at("23-11-2026", "07:30"), SOP_003)
        assert plan == {
            "1": "23-11-2026 07:40",
            "2": "23-11-2026 09:40",
            "3": "26-11-2026 16:00",
            "4": "27-11-2026 08:30",
            "5": "27-11-2026 09:00",
            "6": "27-11-2026 09:30",
            "7": "27-11-2026 09:45",
            "8": "27-11-2026 10:00",
        }
        assert sum(row.norm.minutes or 0 for row in SOP_003 if row.norm) == 1180

    def test_k21_every_row_of_the_granting_path(self) -> None:
        assert list(planned(at("23-11-2026"), [*SOP_004, *GRANT]).values()) == [
            "23-11-2026 08:15",
            "23-11-2026 10:15",
            "23-11-2026 10:45",
            "23-11-2026 11:45",
            "23-11-2026 14:45",
            "24-11-2026 16:00",
            "26-11-2026 16:00",
            "27-11-2026 16:30",
            "30-11-2026 08:00",
            "30-11-2026 08:30",
            "30-11-2026 09:30",
            "30-11-2026 10:30",
            "30-11-2026 11:30",
            "30-11-2026 11:45",
            "30-11-2026 12:00",
            "30-11-2026 13:15",
            "30-11-2026 13:45",
            "30-11-2026 14:15",
        ]

    def test_k24_every_row_of_the_refusing_path(self) -> None:
        assert list(planned(at("23-11-2026"), [*SOP_004, *REFUSE]).values())[8:] == [
            "30-11-2026 09:30",
            "30-11-2026 10:30",
            "30-11-2026 11:30",
            "30-11-2026 14:30",
            "30-11-2026 15:30",
            "01-12-2026 08:00",
            "01-12-2026 08:15",
        ]

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (at("20-11-2026", "15:45"), at("23-11-2026", "08:45")),
            (at("23-12-2026", "15:30"), at("28-12-2026", "09:00")),
        ],
    )
    def test_k28_two_hours_of_work_do_not_run_through_nights_and_free_days(
        self, start: datetime, end: datetime
    ) -> None:
        assert clock.due(OFFICE, minutes(120), start).due_at == end

    @pytest.mark.parametrize(("n", "on"), [(14, "14-01-2027"), (5, "30-12-2026"), (60, "01-04-2027")])
    def test_k30_complaints_are_due_after_5_14_and_60_working_days(self, n: int, on: str) -> None:
        assert clock.due(OFFICE, days(n), at("21-12-2026")).due_at == at(on, "16:00")


class TestCalendar:
    def test_the_seed_equals_the_printed_holidays(self) -> None:
        kinds = {"public": "libur_nasional", "joint_leave": "cuti_bersama"}
        found: dict[str, dict[str, dict[str, str]]] = {
            year: {kind: {} for kind in kinds.values()} for year in PRINTED
        }
        for on, name, kind in seed_holidays([2025, 2026, 2027]):
            found[str(on.year)][kinds[kind]][on.isoformat()] = name
        assert found == PRINTED

    def test_an_office_may_work_on_joint_leave(self) -> None:
        eve = date(2026, 12, 24)
        assert not OFFICE.is_working_day(eve)
        assert WORKS_ON_JOINT_LEAVE.is_working_day(eve)
        assert not WORKS_ON_JOINT_LEAVE.is_working_day(date(2026, 12, 25))

    @pytest.mark.parametrize(
        ("moment", "opening"),
        [
            (at("23-11-2026", "06:00"), at("23-11-2026", "07:30")),
            (at("23-11-2026", "12:00"), at("23-11-2026", "12:00")),
            (at("23-11-2026", "12:20"), at("23-11-2026", "13:00")),
            (at("23-11-2026", "16:00"), at("23-11-2026", "16:00")),
            (at("23-11-2026", "16:01"), at("24-11-2026", "07:30")),
            (at("27-11-2026", "16:29"), at("27-11-2026", "16:29")),
            (at("28-11-2026", "10:00"), at("30-11-2026", "07:30")),
        ],
    )
    def test_a_receipt_outside_hours_counts_from_the_next_opening(
        self, moment: datetime, opening: datetime
    ) -> None:
        assert OFFICE.next_opening(moment) == opening

    def test_a_day_norm_received_on_a_saturday_starts_counting_on_tuesday(self) -> None:
        deadline = OFFICE.add_days(at("21-11-2026", "10:00"), 1)
        assert deadline.due_at == at("24-11-2026", "16:00")
        assert deadline.as_json() == [
            {
                "kind": "skipped",
                "from": "2026-11-21T10:00+07:00",
                "until": "2026-11-23T07:30+07:00",
                "reason": "outside_hours",
            },
            {"kind": "skipped", "from_on": "2026-11-21", "until_on": "2026-11-22", "reason": "weekend"},
            {"kind": "day", "on": "2026-11-24", "n": 1},
        ]

    def test_seconds_are_dropped(self) -> None:
        start = at("23-11-2026", "10:00") + timedelta(seconds=59)
        assert OFFICE.add_minutes(start, 5).due_at == at("23-11-2026", "10:05")

    def test_ramadan_has_hours_of_its_own(self) -> None:
        calendar = WITH_RAMADAN
        monday = at("23-02-2026", "00:00")
        assert calendar.minutes_between(monday, monday + timedelta(days=7)) == 32 * 60 + 30
        assert calendar.next_opening(monday) == at("23-02-2026", "08:00")
        assert calendar.add_days(at("23-02-2026"), 1).due_at == at("24-02-2026", "15:00")
        assert calendar.closing(date(2026, 2, 27)) == at("27-02-2026", "15:30")
        assert calendar.closing(date(2026, 3, 25)) == at("25-03-2026", "16:00")

    def test_an_office_in_the_east_opens_two_hours_earlier_in_utc(self) -> None:
        east = IN_THE_EAST
        assert east.closing(date(2026, 11, 23)) == datetime(2026, 11, 23, 7, tzinfo=UTC)

    def test_rows_of_hours_become_sets_and_the_usual_week_fills_in(self) -> None:
        first, last = date(2026, 2, 18), date(2026, 3, 20)
        rows = [(first, last, 0, time(13), time(15)), (first, last, 0, time(8), time(12))]
        assert hour_sets([]) == [HourSet()]
        assert hour_sets(rows) == [
            HourSet(),
            HourSet(first, last, {0: [(time(8), time(12)), (time(13), time(15))]}),
        ]
        everyday = [(None, None, 5, time(8), time(12))]
        assert hour_sets(everyday) == [HourSet(None, None, {5: [(time(8), time(12))]})]

    @pytest.mark.parametrize(
        "hours",
        [
            (),
            (RAMADAN,),
            (HourSet(days={}),),
            (HourSet(days={0: []}),),
            (HourSet(days={0: [(time(12), time(8))]}),),
            (HourSet(days={0: [(time(8), time(12)), (time(11), time(16))]}),),
        ],
    )
    def test_hours_that_cannot_be_are_refused(self, hours: tuple[HourSet, ...]) -> None:
        with pytest.raises(Invalid):
            WorkCalendar(hours=hours)

    @pytest.mark.parametrize("name", ["Asia/Dongeng", "../etc/passwd", ""])
    def test_a_time_zone_that_does_not_exist_is_refused(self, name: str) -> None:
        with pytest.raises(Invalid):
            WorkCalendar(timezone=name)

    def test_a_free_day_has_no_closing_time_and_a_moment_needs_a_zone(self) -> None:
        with pytest.raises(ValueError, match="not a working day"):
            OFFICE.closing(date(2026, 12, 25))
        with pytest.raises(ValueError, match="time zone"):
            OFFICE.next_opening(datetime(2026, 11, 23, 8))

    @pytest.mark.parametrize("add", [WorkCalendar.add_days, WorkCalendar.add_minutes])
    def test_time_is_not_added_backwards(self, add: object) -> None:
        with pytest.raises(ValueError, match="negative"):
            add(OFFICE, at("23-11-2026"), -1)  # type: ignore[operator]


class TestArithmetic:
    def test_minutes_show_breaks_whole_days_holidays_and_weekends(self) -> None:
        deadline = OFFICE.add_minutes(at("22-12-2026", "11:00"), 60 + 180 + 450 + 900 + 300)
        assert deadline.due_at == at("30-12-2026", "13:30")
        assert json.loads(json.dumps(deadline.as_json())) == [
            line("worked", "2026-12-22T11:00", "2026-12-22T12:00", minutes=60),
            line("skipped", "2026-12-22T12:00", "2026-12-22T13:00", reason="break"),
            line("worked", "2026-12-22T13:00", "2026-12-22T16:00", minutes=180),
            line("worked", "2026-12-23T07:30", "2026-12-23T16:00", minutes=450, days=1),
            free("2026-12-24", "2026-12-24", "holiday", name="Cuti Bersama Hari Raya Natal"),
            free("2026-12-25", "2026-12-25", "holiday", name="Hari Raya Natal"),
            free("2026-12-26", "2026-12-27", "weekend"),
            line("worked", "2026-12-28T07:30", "2026-12-29T16:00", minutes=900, days=2),
            line("worked", "2026-12-30T07:30", "2026-12-30T12:00", minutes=270),
            line("skipped", "2026-12-30T12:00", "2026-12-30T13:00", reason="break"),
            line("worked", "2026-12-30T13:00", "2026-12-30T13:30", minutes=30),
        ]

    def test_a_start_in_the_break_says_so(self) -> None:
        assert OFFICE.add_minutes(at("23-11-2026", "12:15"), 30).as_json() == [
            line("skipped", "2026-11-23T12:15", "2026-11-23T13:00", reason="break"),
            line("worked", "2026-11-23T13:00", "2026-11-23T13:30", minutes=30),
        ]


def line(kind: str, begin: str, end: str, **more: str | int) -> dict[str, str | int]:
    return {"kind": kind, "from": f"{begin}+07:00", "until": f"{end}+07:00", **more}


def free(first: str, last: str, reason: str, **more: str) -> dict[str, str]:
    return {"kind": "skipped", "from_on": first, "until_on": last, "reason": reason, **more}


class TestClock:
    def test_a_norm_without_a_measure_has_no_deadline(self) -> None:
        no_measure = Norm(minutes=None, working_days=None, within_days=None)
        with pytest.raises(ValueError, match="measure"):
            clock.due(OFFICE, no_measure, at("23-11-2026"))

    def test_rows_without_norm_are_left_out_of_the_plan(self) -> None:
        rows = [Row("1", None), Row("2", minutes(60)), Row("3", None), Row("4", minutes(30))]
        assert planned(at("23-11-2026"), rows) == {"2": "23-11-2026 09:00", "4": "23-11-2026 09:30"}

    def test_a_pause_keeps_minutes_of_a_minute_norm(self) -> None:
        remaining = clock.pause(OFFICE, minutes(120), at("23-11-2026", "10:00"), at("23-11-2026", "09:15"))
        assert (remaining.minutes, remaining.days) == (45, None)
        assert clock.resume(OFFICE, remaining, at("27-11-2026", "16:15")).due_at == at("30-11-2026", "08:00")

    def test_a_pause_on_the_day_of_entry_keeps_the_whole_norm(self) -> None:
        remaining = clock.pause(OFFICE, days(2), at("28-12-2026", "16:00"), at("22-12-2026", "14:00"))
        assert remaining.days == 2
        assert clock.resume(OFFICE, remaining, at("29-12-2026", "09:00")).due_at == at("31-12-2026", "16:00")

    def test_a_pause_on_the_last_day_leaves_the_day_of_return(self) -> None:
        remaining = clock.pause(OFFICE, days(2), at("28-12-2026", "16:00"), at("28-12-2026", "15:59"))
        assert remaining.days == 1
        assert clock.resume(OFFICE, remaining, at("29-12-2026", "09:00")).due_at == at("29-12-2026", "16:00")

    @pytest.mark.parametrize("norm", [minutes(60), days(1), bounded(900, 3)])
    def test_a_pause_does_not_heal_what_is_overdue(self, norm: Norm) -> None:
        due_at, paused_at, resumed_at = at("24-11-2026", "16:00"), at("25-11-2026"), at("27-11-2026")
        remaining = clock.pause(OFFICE, norm, due_at, paused_at)
        assert (remaining.minutes or 0, remaining.days or 0) == (0, 0)
        deadline = clock.resume(OFFICE, remaining, resumed_at)
        assert clock.overdue(deadline.due_at, resumed_at)
        late = OFFICE.minutes_between(due_at, paused_at)
        assert OFFICE.minutes_between(deadline.due_at, resumed_at) == late

    def test_half_a_minute_late_leaves_nothing(self) -> None:
        due_at = at("24-11-2026", "16:00")
        remaining = clock.pause(OFFICE, days(1), due_at, due_at + timedelta(seconds=30))
        assert (remaining.days, remaining.today_counts) == (0, False)

    def test_what_remains_survives_storage(self) -> None:
        remaining = clock.pause(OFFICE, days(2), at("28-12-2026", "16:00"), at("23-12-2026", "14:00"))
        assert clock.Remaining.from_json(json.loads(json.dumps(remaining.as_json()))) == remaining

    def test_a_due_day_that_became_free_moves_on(self) -> None:
        added = WorkCalendar(holidays={date(2026, 11, 24): "Pemilihan Kepala Daerah (Fiktif)"})
        remaining = clock.pause(added, days(1), at("24-11-2026", "16:00"), at("23-11-2026"))
        assert clock.resume(added, remaining, at("23-11-2026")).due_at == at("25-11-2026", "16:00")

    def test_progress_counts_working_time_only(self) -> None:
        entered, due_at = at("20-11-2026", "16:00"), at("23-11-2026", "08:00")
        assert clock.progress(OFFICE, entered, due_at, at("20-11-2026", "16:15")) == 0.25
        assert clock.progress(OFFICE, entered, due_at, at("22-11-2026")) == 0.5
        assert clock.progress(OFFICE, entered, due_at, at("25-11-2026")) == 1
        assert clock.progress(OFFICE, entered, due_at, at("19-11-2026")) == 0
        assert clock.progress(OFFICE, entered, entered, entered) == 1

    def test_work_done_at_the_due_moment_is_in_time(self) -> None:
        due_at = at("23-11-2026", "16:00")
        assert not clock.overdue(due_at, due_at)
        assert clock.overdue(due_at, due_at + timedelta(seconds=1))

    def test_effort_counts_overlaps_once_and_breaks_never(self) -> None:
        morning = (at("23-11-2026", "11:00"), at("23-11-2026", "13:30"))
        inside = (at("23-11-2026", "11:30"), at("23-11-2026", "11:45"))
        weekend = (at("27-11-2026", "16:00"), at("30-11-2026", "07:40"))
        assert clock.effort(OFFICE, [weekend, morning, inside]) == 60 + 30 + 30 + 10
        assert clock.effort(OFFICE, []) == 0


calendars = st.sampled_from([OFFICE, WITH_RAMADAN, WORKS_ON_JOINT_LEAVE, IN_THE_EAST])
moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 11, 30), timezones=st.just(UTC))
some_minutes = st.integers(0, 6000)
few_days = st.integers(1, 40)
norms = st.one_of(
    st.builds(minutes, st.integers(1, 6000)),
    st.builds(days, few_days),
    st.builds(bounded, st.integers(1, 6000), few_days),
)


class TestLaws:
    @given(calendars, moments, some_minutes, some_minutes)
    def test_adding_minutes_is_additive(
        self, calendar: WorkCalendar, start: datetime, a: int, b: int
    ) -> None:
        once = calendar.add_minutes(start, a + b).due_at
        assert calendar.add_minutes(calendar.add_minutes(start, a).due_at, b).due_at == once

    @given(calendars, moments, moments, some_minutes, some_minutes)
    def test_adding_minutes_is_monotone(
        self, calendar: WorkCalendar, start: datetime, other: datetime, a: int, b: int
    ) -> None:
        (start, other), (a, b) = sorted((start, other)), sorted((a, b))
        assert calendar.add_minutes(start, a).due_at <= calendar.add_minutes(other, b).due_at

    @given(calendars, moments, some_minutes)
    def test_counting_gives_back_the_minutes_added(
        self, calendar: WorkCalendar, start: datetime, n: int
    ) -> None:
        assert calendar.minutes_between(start, calendar.add_minutes(start, n).due_at) == n

    @given(calendars, moments, few_days)
    def test_counting_gives_back_the_days_added_and_a_day_norm_ends_at_closing(
        self, calendar: WorkCalendar, start: datetime, n: int
    ) -> None:
        due_at = calendar.add_days(start, n).due_at
        on = calendar.local_date(due_at)
        assert due_at == calendar.closing(on)
        assert calendar.working_days_between(calendar.day_of_receipt(start), on) == n

    @given(calendars, moments, norms)
    def test_due_is_never_outside_office_hours_nor_before_entry(
        self, calendar: WorkCalendar, start: datetime, norm: Norm
    ) -> None:
        due_at = clock.due(calendar, norm, start).due_at
        assert calendar.next_opening(due_at) == due_at
        assert due_at > start - timedelta(minutes=1)

    @given(calendars, moments, norms, st.integers(0, 60 * 24 * 80))
    def test_resuming_at_once_gives_the_same_due_moment(
        self, calendar: WorkCalendar, start: datetime, norm: Norm, wait: int
    ) -> None:
        due_at = clock.due(calendar, norm, start).due_at
        paused_at = start + timedelta(minutes=wait)
        resumed = clock.resume(calendar, clock.pause(calendar, norm, due_at, paused_at), paused_at).due_at
        assert resumed == due_at

    @given(calendars, moments, norms, st.integers(0, 60 * 24 * 80), st.integers(0, 60 * 24 * 30))
    def test_a_longer_absence_never_brings_the_limit_forward(
        self, calendar: WorkCalendar, start: datetime, norm: Norm, wait: int, absence: int
    ) -> None:
        due_at = clock.due(calendar, norm, start).due_at
        paused_at = start + timedelta(minutes=wait)
        remaining = clock.pause(calendar, norm, due_at, paused_at)
        resumed = clock.resume(calendar, remaining, paused_at + timedelta(minutes=absence)).due_at
        assert resumed >= due_at

    @given(calendars, moments, norms, st.integers(0, 60 * 24 * 80), st.integers(0, 60 * 24 * 30))
    def test_the_limit_of_a_task_and_of_its_case_move_alike(
        self, calendar: WorkCalendar, start: datetime, norm: Norm, wait: int, absence: int
    ) -> None:
        due_at = clock.due(calendar, norm, start).due_at
        paused_at = start + timedelta(minutes=wait)
        resumed_at = paused_at + timedelta(minutes=absence)
        resumed = clock.resume(calendar, clock.pause(calendar, norm, due_at, paused_at), resumed_at).due_at
        extended = clock.extend(calendar, norm, due_at, paused_at, resumed_at).due_at
        assert extended == resumed

    @given(calendars, moments, norms)
    def test_the_arithmetic_adds_up(self, calendar: WorkCalendar, start: datetime, norm: Norm) -> None:
        lines = clock.due(calendar, norm, start).as_json()
        assert json.loads(json.dumps(lines)) == lines
        counted = [entry for entry in lines if entry["kind"] != "skipped"]
        last = counted[-1]
        if clock.days_of(norm):
            assert last.get("until_n", last["n"]) == clock.days_of(norm)
        else:
            assert sum(int(entry["minutes"]) for entry in counted) == norm.minutes

    @settings(max_examples=30)
    @given(calendars, moments, moments)
    def test_minutes_between_agrees_with_counting_every_minute(
        self, calendar: WorkCalendar, a: datetime, b: datetime
    ) -> None:
        assume(abs(b - a) < timedelta(days=400))
        b = a + (b - a) / 40
        first, last = (moment.replace(second=0, microsecond=0) for moment in sorted((a, b)))
        ticks = (first + timedelta(minutes=n) for n in range(int((last - first).total_seconds() // 60)))
        # A minute counts when its middle finds the office open.
        counted = sum(1 for tick in ticks if is_open(calendar, tick))
        assert abs(calendar.minutes_between(a, b)) == counted


def is_open(calendar: WorkCalendar, moment: datetime) -> bool:
    """Say by the wall clock alone whether the office works in the minute that begins now."""
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    if not calendar.is_working_day(local.date()):
        return False
    ramadan = len(calendar.hours) > 1 and RAMADAN.covers(local.date())
    slots = (RAMADAN if ramadan else HourSet()).days[local.weekday()]
    return any(begin <= local.time() < end for begin, end in slots)
