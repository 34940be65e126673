"""Demonstration data of the survey and of complaints: invented answers and people; again changes nothing."""

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import func, select

from app.audit.chain import record
from app.db import Session
from app.definitions.catalogue import current
from app.feedback.elements import ABOUT, ELEMENTS
from app.feedback.models import FollowUp, SurveyAnswer, SurveyPublication
from app.feedback.models_complaint import Complainant, Complaint, ComplaintEntry
from app.feedback.period import Period, period
from app.flow.complain import set_limit
from app.people.models import Office
from app.registers import book
from app.reports.satisfaction import index_in

ACTOR = "system:demo"
OFFICE, SERVICE = "magetan", "ipui_magetan/service"
# the sums of all answers to U1-U9 of 29 respondents, and what some of them suggest
TOTALS = dict(zip(ELEMENTS, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))
RESPONDENTS = 29
SUGGESTIONS = (
    "Daftar persyaratan sudah jelas. (contoh)",
    "Mohon batas waktu verifikasi lapangan diberitahukan lebih awal. (contoh)",
    "Antrean loket pada hari Senin terlalu panjang. (contoh)",
    "Pelayanan ramah, terima kasih. (contoh)",
)
FOLLOW_UPS = (
    (
        "time",
        "Menambah petugas verifikasi lapangan pada hari Senin",
        "Bagian pemrosesan",
        -20,
        True,
    ),
    ("procedure", "Menerbitkan panduan bergambar pengisian data perluasan", "Bagian pendaftaran", 20, False),
)


def load(office: Office, now: datetime) -> None:
    """Bring the survey and the complaints of one office in, unless it has some already."""
    if not current().has("service", SERVICE):
        return
    if not _any(SurveyAnswer, office):
        _load_answers(office, now)
    if not _any(FollowUp, office):
        _load_follow_ups(office, now)
    if not _any(Complaint, office):
        _load_complaints(office, now)


def _any(model: type[SurveyAnswer] | type[FollowUp] | type[Complaint], office: Office) -> bool:
    query = select(func.count()).select_from(model).where(model.office_id == office.id)
    return bool(Session.scalar(query))


def _load_answers(office: Office, now: datetime) -> None:
    """29 answers over the last whole quarter, always the same."""
    lot = Random(29)  # noqa: S311  invented answers need no secrecy
    quarter = _quarter_before(now.date())
    months = [quarter.first.replace(day=1, month=quarter.first.month + n) for n in range(3)]
    scores = {key: [4] * (total - 87) + [3] * (116 - total) for key, total in TOTALS.items()}
    for values in scores.values():
        lot.shuffle(values)
    for n in range(RESPONDENTS):
        said = {column: lot.choice(["", *choices]) for column, (_title, choices) in ABOUT.items()}
        suggestion = SUGGESTIONS[n] if n < len(SUGGESTIONS) else ""
        row = {key: values[n] for key, values in scores.items()}
        Session.add(
            SurveyAnswer(
                office_id=office.id,
                service=SERVICE,
                month=months[n % 3],
                suggestion=suggestion,
                **row,
                **said,
            )
        )
    Session.flush()
    _publish(office, quarter, now)


def _publish(office: Office, quarter: Period, now: datetime) -> None:
    index = index_in(office.id, SERVICE, quarter, "1/9")
    if index is None:
        return
    published_at = datetime.combine(quarter.last + timedelta(days=5), time(8), now.tzinfo)
    row = SurveyPublication(
        office_id=office.id,
        service=SERVICE,
        first=quarter.first,
        last=quarter.last,
        index=index.value,
        grade=index.grade,
        respondents=index.respondents,
        weight="1/9",
        published_by=ACTOR,
        published_at=published_at,
    )
    Session.add(row)
    told = {"service": SERVICE, "period": quarter.key, "index": str(index.value), "grade": index.grade}
    record(f"office:{office.id}", "survey.published", ACTOR, now, **told)


def _quarter_before(today: date) -> Period:
    last = (today.month - 1) // 3
    found = period(f"{today.year}-Q{last}" if last else f"{today.year - 1}-Q4")
    if found is None:
        raise ValueError(f"no quarter before {today}")
    return found


def _load_follow_ups(office: Office, now: datetime) -> None:
    for element, action, responsible, days, is_done in FOLLOW_UPS:
        row = FollowUp(
            office_id=office.id,
            service=SERVICE,
            element=element,
            action=f"{action} (contoh)",
            responsible=responsible,
            due_on=now.date() + timedelta(days=days),
            done_on=now.date() + timedelta(days=days - 2) if is_done else None,
            outcome="Petugas tambahan sudah bertugas. (contoh)" if is_done else "",
        )
        Session.add(row)
    Session.flush()
    record(f"office:{office.id}", "follow_up.added", ACTOR, now, count=len(FOLLOW_UPS))


def _load_complaints(office: Office, now: datetime) -> None:
    """One that waits, one that is late, and one that was answered; the people are invented."""
    waiting = Complaint(
        channel="whatsapp",
        category="ordinary",
        subject="Nomor antrean loket tidak dipanggil (contoh)",
        body="Saya datang pukul 09.00 dan nomor antrean saya tidak dipanggil sampai pukul 11.00. (contoh)",
        received_at=now - timedelta(days=3),
        is_secret=True,
    )
    late = Complaint(
        channel="letter",
        category="inquiry",
        subject="Syarat perubahan dokumen lingkungan (contoh)",
        body="Apakah perluasan gudang tanpa mesin baru memerlukan perubahan dokumen lingkungan? (contoh)",
        received_at=now - timedelta(days=21),
    )
    answered = Complaint(
        channel="counter",
        category="inquiry",
        subject="Jam buka loket pengaduan (contoh)",
        body="Pukul berapa loket pengaduan buka pada hari Jumat? (contoh)",
        received_at=now - timedelta(days=9),
        state="answered",
        answered_at=now - timedelta(days=2),
    )
    for complaint in (waiting, late, answered):
        _keep(office, complaint, now)
    Session.add(Complainant(complaint_id=waiting.id, name="Warga Contoh (Fiktif)", phone="080000000001"))
    words = "Loket pengaduan buka pukul 07.30 s.d. 11.30 dan 13.00 s.d. 16.30 WIB. (contoh)"
    at = answered.answered_at or now
    Session.add(ComplaintEntry(complaint_id=answered.id, kind="answer", text=words, by="registrar", at=at))


def _keep(office: Office, complaint: Complaint, now: datetime) -> None:
    complaint.office_id, complaint.service, complaint.about = office.id, SERVICE, []
    number = book.take(office.id, "complaints", now.year)
    complaint.ticket = f"ADU-{office.key.upper()}-{now.year}-{number:05d}"
    complaint.registered_by = ACTOR
    set_limit(complaint, current().get("service", SERVICE).shape.complaint_days)
    Session.add(complaint)
    Session.flush()
    told = {"ticket": complaint.ticket, "channel": complaint.channel, "category": complaint.category}
    record(f"complaint:{complaint.id}", "complaint.filed", ACTOR, now, **told)
