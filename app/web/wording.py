"""Filters that put dates, durations, figures and deadline arithmetic into words on screens."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import gettext, ngettext

from app.wording import angka, hari, rupiah, tanggal, tanggal_pendek

DEFAULT_ZONE = "Asia/Jakarta"
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
Line = Mapping[str, Any]


def register(app: Flask) -> None:
    """Add the filters to every template."""
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        clock=clock,
        moment=moment,
        short_moment=short_moment,
        html_time=html_time,
        number=number,
        fixed=fixed,
        rupiah=money,
        duration=duration,
        norm=norm,
        file_size=file_size,
        arithmetic=arithmetic,
        yes_no=yes_no,
    )


def local(value: datetime | str) -> datetime:
    """The moment on the clock of the office the page is about (`g.timezone`), else of western Indonesia."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(ZoneInfo(g.get("timezone", DEFAULT_ZONE)))


def day(value: date | datetime | str | None) -> str:
    """23 November 2026; nothing for no date."""
    return tanggal(_date(value)) if value else ""


def short_day(value: date | datetime | str | None) -> str:
    """23-11-2026, for tables."""
    return tanggal_pendek(_date(value)) if value else ""


def clock(value: datetime | str | None) -> str:
    """16.30."""
    return f"{local(value):%H.%M}" if value else ""


def moment(value: datetime | str | None) -> str:
    """Jumat, 27 November 2026 pukul 16.30 WIB."""
    if not value:
        return ""
    at = local(value)
    offset = at.utcoffset()
    zone = ZONES.get(int(offset.total_seconds() // 3600), "") if offset is not None else ""
    return f"{hari(at.date())}, {tanggal(at.date())} pukul {at:%H.%M} {zone}".rstrip()


def short_moment(value: datetime | str | None) -> str:
    """27-11-2026 16.30, for tables."""
    return f"{local(value):%d-%m-%Y %H.%M}" if value else ""


def html_time(value: date | datetime | str | None) -> str:
    """The machine's form for a <time> element."""
    if isinstance(value, str) or value is None:
        return value or ""
    return local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def number(value: int | float | Decimal | str | None) -> str:
    """2.400 and 91,48."""
    return "" if value is None or value == "" else angka(value)


def fixed(value: Decimal | None) -> str:
    """88,30: with all the decimals that a figure was rounded to."""
    return "" if value is None else f"{value:f}".replace(".", ",")


def money(value: int | None) -> str:
    """Rp1.250.000.000, without cents."""
    return "" if value is None else rupiah(value, sen=False)


def yes_no(value: object) -> str:
    """Yes, no, or nothing where nobody answered."""
    return "" if value is None else str(gettext("Yes") if value else gettext("No"))


def duration(minutes: int | None) -> str:
    """1 hour 30 minutes, from working minutes; days are never made of them, since days differ in length."""
    if minutes is None:
        return ""
    hours, rest = divmod(abs(int(minutes)), 60)
    parts = [ngettext("%(num)d hour", "%(num)d hours", hours)] if hours else []
    if rest or not hours:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", rest))
    return " ".join(parts)


def norm(value: Any) -> str:
    """The standard time of a row: 2 hours, 3 working days, or effort within a bound."""
    if value is None:
        return ""
    parts = [duration(value.minutes)] if value.minutes else []
    if value.working_days:
        parts.append(_days(value.working_days))
    if value.within_days:
        parts.append(gettext("within %(days)s", days=_days(value.within_days)))
    return ", ".join(parts)


def norm_in_rows(process: Any, key: str) -> str:
    """The standard time of a row in the printed table: where rows share one, the first of them has it."""
    shared = [step for step in process.steps.values() if step.norm and step.norm == process.steps[key].norm]
    first = next((step for step in shared if step.no), None)
    if isinstance(process.steps[key].norm, str) and first and first is not process.steps[key]:
        return str(gettext("shared with row %(no)s", no=first.no))
    return norm(process.norm_of(key))


def file_size(size: int | None) -> str:
    """820 KB or 2,4 MB."""
    if size is None:
        return ""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{angka(round(size / 1024 / 1024, 1))} MB"


def arithmetic(lines: Iterable[Line] | None) -> list[dict[str, Any]]:
    """The lines of a deadline (app.cases.deadline) as {text, amount, pause} for the ledger."""
    return [_worded(line) for line in lines or ()]


def _worded(line: Line) -> dict[str, Any]:
    if line.get("kind") == "worked":
        return {"text": _span(line), "amount": duration(line["minutes"]), "pause": False}
    if line.get("kind") == "day":
        last = line.get("until_n", line["n"])
        amount = gettext("day %(first)s", first=last)
        if last != line["n"]:
            amount = gettext("days %(first)s to %(last)s", first=line["n"], last=last)
        span = _days_span(line["on"], line.get("until_on", line["on"]))
        return {"text": span, "amount": amount, "pause": False}
    span = _days_span(line["from_on"], line["until_on"]) if "from_on" in line else _span(line)
    return {"text": span, "amount": line.get("name") or _reason(str(line.get("reason", ""))), "pause": True}


def _reason(reason: str) -> str:
    words = {
        "weekend": gettext("weekend"),
        "holiday": gettext("holiday"),
        "closed": gettext("office closed"),
        "break": gettext("break"),
    }
    return str(words.get(reason) or gettext("outside office hours"))


def _span(line: Line) -> str:
    begin, end = local(line["from"]), local(line["until"])
    if begin.date() == end.date():
        return f"{_weekday(begin)} {begin:%d-%m-%Y %H.%M}-{end:%H.%M}"
    return f"{_weekday(begin)} {begin:%d-%m-%Y %H.%M} s.d. {_weekday(end)} {end:%d-%m-%Y %H.%M}"


def _days_span(first: str, last: str) -> str:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if begin == end:
        return f"{_weekday(begin)} {begin:%d-%m-%Y}"
    return f"{_weekday(begin)} {begin:%d-%m} s.d. {_weekday(end)} {end:%d-%m-%Y}"


def _weekday(on: date) -> str:
    return hari(on)[:3]


def _days(count: int) -> str:
    return str(ngettext("%(num)d working day", "%(num)d working days", count))


def _date(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value) if len(value) == 10 else local(value).date()
    return local(value).date() if isinstance(value, datetime) else value
