"""Demonstration data: offices with invented people, keys and firms; loading it again changes nothing."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from sqlalchemy import ColumnElement, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert

from app import clock, demo_feedback
from app.audit.chain import record
from app.cases.holidays import seed_holidays
from app.db import Session
from app.definitions.catalogue import current
from app.flow.transaction import transaction
from app.letters.keystore import unlock
from app.letters.trial_ca import Holder, Issued, TrialCa, office_seal, open_trial_ca
from app.people.models import Account, Appointment, Holiday, Office, Party, Representative, SignerKey, User
from app.people.registration import NewAccount, create
from app.publishing.sync import sync
from config import Config

ACTOR = "system:demo"
YEARS = (2025, 2026, 2027)
IN_OFFICE_SINCE = date(2026, 1, 1)
DECREE = "SK Contoh Nomor 1 Tahun 2026 (fiktif)"
# calendars are kept in memory under the catalogue's version
RAISE_CATALOGUE = sql("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")


@dataclass(frozen=True)
class Somebody:
    """An invented person; the role is the user name where none is given, the title the role's."""

    username: str
    name: str
    nip: str = ""
    rank: str = ""
    title: str = ""
    holds: str = ""

    @property
    def role(self) -> str:
        """The key of the role held."""
        return self.holds or self.username


# appointed once for all offices
ADMINISTRATORS = ("admin", "publisher")
# One account for each role, named by the role's key; roles that no definition knows (yet) get none.
PEOPLE = (
    Somebody("front_officer", "Tiur Contoh, A.Md.", "199403122019032901", "Pengatur (II/c)"),
    Somebody("general_affairs", "Lena Contoh, S.E.", "198107232006042902", "Penata (III/c)"),
    Somebody("back_officer", "Maria Contoh, S.E.", "198511302010012903", "Penata (III/c)"),
    Somebody(
        "technical_team", "Budi Contoh, S.T.", "198904122015021904", "Penata (III/c)", "Ketua Tim Teknis"
    ),
    Somebody(
        "technical_team2",
        "Sari Contoh, S.Si.",
        "199506172020122905",
        "Penata Muda (III/a)",
        holds="technical_team",
    ),
    Somebody(
        "technical_team3",
        "Joko Contoh, A.Md.",
        "199001012015031906",
        "Pengatur (II/c)",
        holds="technical_team",
    ),
    Somebody("division_head", "Dewi Contoh, S.Sos.", "197802142003122907", "Pembina (IV/a)"),
    Somebody("secretary", "Hasan Contoh, S.H.", "197405051999031908", "Pembina Tingkat I (IV/b)"),
    Somebody("head_of_office", "Ir. Ratna Contoh, M.Si.", "197004121996032909", "Pembina Utama Muda (IV/c)"),
    Somebody("section_head", "Andi Contoh, S.T.", "198306092009011910", "Penata (III/c)"),
    Somebody("operator", "Putri Contoh, S.Kom.", "199608152022032911", "Penata Muda (III/a)"),
    Somebody("secretariat", "Wayan Contoh, S.AP.", "198812012014022912", "Penata (III/c)"),
    Somebody("courier", "Agus Contoh", "199110202016071913", "Pengatur Muda (II/a)"),
    Somebody("registrar", "Nina Contoh, A.Md.", "199704042021042914", "Pengatur (II/c)"),
    Somebody("verifier", "Bayu Contoh, S.T.", "198709092012121915", "Penata (III/c)"),
    Somebody("processor", "Citra Contoh, S.E.", "199002282014032916", "Penata (III/c)"),
    Somebody("validator", "Darma Contoh, S.H.", "198003032005011917", "Pembina (IV/a)"),
    Somebody("issuer", "Eka Contoh, M.Si.", "197606062001122918", "Pembina (IV/a)"),
    Somebody("admin", "Admin Contoh"),
    Somebody("publisher", "Gita Contoh, S.Kom."),
    Somebody("applicant", "Rina Contoh"),
    Somebody("applicant2", "Togar Contoh", holds="applicant"),
)
OFFICES = (
    {
        "key": "dairi",
        "name": "Dinas Penanaman Modal, Pelayanan Terpadu Satu Pintu dan Ketenagakerjaan",
        "short_name": "DPMPSTPK Kabupaten Dairi",
        "government": "Pemerintah Kabupaten Dairi",
        "place": "Sidikalang",
        "address": "Jalan Contoh Nomor 1, Sidikalang, Kabupaten Dairi, Sumatera Utara",
        "contact": "Telepon (0000) 000000, surel izin@dairi.example (contoh)",
        "region_code": "1211000000",
        "unit_code": "DPMPSTPK",
        "head_title": "Kepala Dinas",
    },
    {
        "key": "kalbar",
        "name": "Dinas Perindustrian dan Perdagangan",
        "short_name": "Disperindag Provinsi Kalimantan Barat",
        "government": "Pemerintah Provinsi Kalimantan Barat",
        "place": "Pontianak",
        "address": "Jalan Contoh Nomor 1, Pontianak, Kalimantan Barat",
        "contact": "Telepon (0000) 000000, surel industri@kalbar.example (contoh)",
        "region_code": "6100000000",
        "unit_code": "DISPERINDAG",
        "head_title": "Kepala Dinas",
    },
    {
        "key": "magetan",
        "name": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "short_name": "DPMPTSP Kabupaten Magetan",
        "government": "Pemerintah Kabupaten Magetan",
        "place": "Magetan",
        "address": "Jalan Contoh Nomor 3, Magetan, Jawa Timur",
        "contact": "Telepon (0000) 000000, surel izin@magetan.example (contoh)",
        "region_code": "3520000000",
        "unit_code": "DPMPTSP",
        "head_title": "Kepala Dinas",
    },
)
# NIB, name, address, and who acts for the firm
FIRMS = (
    ("9990000000901", "UD Kayu Rimba Contoh (Fiktif)", "Desa Contoh, Kabupaten Dairi", "applicant"),
    ("9990000000918", "PT Kopi Lembah Contoh (Fiktif)", "Desa Rekaan, Kabupaten Dairi", "applicant2"),
)


def load(config: Config, now: datetime | None = None) -> None:
    """Bring the demonstration's data in, what is there already left as it is."""
    at = now or clock.now()
    if not current().has("roles", "roles"):
        sync(config.definitions_dir, at)
    with transaction():
        _load_holidays()
        offices = [_load_office(fields, at) for fields in OFFICES]
        known = current().roles.roles
        users = {who.username: _load_person(who, config, at) for who in PEOPLE if who.role in known}
        for who in PEOPLE:
            if who.username in users and known[who.role].kind != "applicant":
                _appoint(who, users[who.username], offices)
        if config.trial_ca:
            _load_keys(config, offices, users, at)
        _load_firms(users, at)
        for office in offices:
            if office.key == demo_feedback.OFFICE:
                demo_feedback.load(office, at)


def _load_holidays() -> None:
    rows = [{"on": on, "name": name, "kind": kind} for on, name, kind in seed_holidays(YEARS)]
    added = Session.scalars(insert(Holiday).on_conflict_do_nothing().returning(Holiday.id), rows).all()
    if added:
        Session.execute(RAISE_CATALOGUE)


def _load_office(fields: dict[str, str], now: datetime) -> Office:
    office = Session.scalar(select(Office).where(Office.key == fields["key"]))
    if office is None:
        office = Office(**fields)
        Session.add(office)
        Session.flush()
        record(f"office:{office.id}", "office.added", ACTOR, now, key=office.key)
    return office


def _load_person(who: Somebody, config: Config, now: datetime) -> User:
    user = Session.scalar(select(User).where(User.username == who.username))
    if user is None:
        email = f"{who.username.replace('_', '-')}@contoh.example"
        new = NewAccount(
            who.name, email, config.demo_password, username=who.username, nip=who.nip, rank=who.rank
        )
        user = create(new)
        Session.get_one(Account, user.id).email_confirmed_at = now
        record("office:0", "account.made", ACTOR, now, account=user.username)
    return user


def _appoint(who: Somebody, user: User, offices: list[Office]) -> None:
    """Appoint a person in every demo office; an administrator once for all."""
    for office_id in [None] if who.role in ADMINISTRATORS else [office.id for office in offices]:
        held = select(func.count()).where(
            Appointment.user_id == user.id,
            Appointment.role == who.role,
            Appointment.office_id.is_not_distinct_from(office_id),
        )
        if not Session.scalar(held):
            Session.add(
                Appointment(
                    user_id=user.id,
                    role=who.role,
                    office_id=office_id,
                    title=who.title,
                    from_on=IN_OFFICE_SINCE,
                    decree=DECREE,
                )
            )


def _load_keys(config: Config, offices: list[Office], users: dict[str, User], now: datetime) -> None:
    """Give every office and every officer a trial certificate."""
    ca = open_trial_ca(config.keys_dir, now)
    for office in offices:
        _load_seal(config.keys_dir, ca, office, now)
    for who in PEOPLE:
        if who.username in users and who.nip and not _has_key(SignerKey.user_id == users[who.username].id):
            title = who.title or current().roles.roles[who.role].title
            holder = Holder(who.name, title, who.nip, offices[0].name)
            issued = ca.issue_signer(holder, config.demo_password, now)
            _write_key(config.keys_dir / f"{who.username}.p12", issued)
            _add_key(offices[0], f"{who.username}.p12", issued, users[who.username].id)


def _load_seal(keys: Path, ca: TrialCa, office: Office, now: datetime) -> None:
    holder = Holder(office.name, organisation=office.government)
    p12, passphrase = office_seal(keys, ca, holder, office.key, now)
    if not _has_key(SignerKey.user_id.is_(None) & (SignerKey.office_id == office.id)):
        certificate = unlock(p12, passphrase)[1][0]
        _add_key(office, f"seal_{office.key}/seal.p12", _said_by(p12, certificate), None)


def _said_by(p12: bytes, certificate: x509.Certificate) -> Issued:
    """What a certificate that was issued earlier says."""
    return Issued(
        p12,
        certificate.subject.rfc4514_string(),
        f"{certificate.serial_number:x}",
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _add_key(office: Office, file_name: str, issued: Issued, user_id: int | None) -> None:
    key = SignerKey(user_id=user_id, office_id=office.id, file_name=file_name)
    key.serial, key.subject, key.valid_until = issued.serial, issued.subject, issued.not_after
    Session.add(key)


def _has_key(whose: ColumnElement[bool]) -> bool:
    return bool(Session.scalar(select(func.count()).select_from(SignerKey).where(whose)))


def _write_key(path: Path, issued: Issued) -> None:
    """Write a key that nobody else can read; one left over from an earlier database gives way."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(issued.p12)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _load_firms(users: dict[str, User], now: datetime) -> None:
    for nib, name, address, username in FIRMS:
        if username not in users or Session.scalar(select(Party.id).where(Party.nib == nib)):
            continue
        party = Party(kind="company", name=name, nib=nib, address=address)
        Session.add(party)
        Session.flush()
        Session.add(
            Representative(party_id=party.id, user_id=users[username].id, is_confirmed=True, since=now)
        )
