"""A small invented service: a form, a table, a fork, a wait, letters none; for tests of flow itself."""

from datetime import UTC, date, datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.db import Session
from app.people.models import Account, Appointment, Office
from app.publishing.publish import publish
from app.publishing.revisions import Act

ROLES = """
kind: roles
roles:
  front_officer: {title: Petugas Loket}
  back_officer: {title: Petugas Belakang}
  division_head: {title: Kepala Bidang}
  applicant: {title: Pemohon, kind: applicant}
"""
SERVICE = """
kind: service
title: Layanan Uji
office: kota
process: uji/process
messages: uji/messages
number_prefix: UJI
requirements:
  nib: {title: NIB}
  photo: {title: Pas foto, copies: 2}
"""
MESSAGES = """
kind: messages
notices:
  seen: {title: Diterima, subject: "Permohonan {{ case.number }}", body: "Permohonan Anda sudah kami terima."}
outbound:
  oss/10: {title: Lengkap, system: oss, method: receiveLicenseStatus, fields: {nib: "{{ party.nib }}"}}
  oss/50: {title: Terbit, system: oss, method: receiveLicenseStatus, fields: {}, answers: oss/accepted}
"""
APPLICATION = """
kind: form
title: Permohonan
sections:
  - title: Data
    fields:
      company_name: {type: text, title: Nama, required: true}
      nib: {type: nib, title: NIB, required: true}
      email: {type: email, title: Surel}
      land_area_m2: {type: number, title: Luas, decimals: 2, min: 0.01}
"""
CHECK = """
kind: form
title: Pemeriksaan
sections:
  - title: Berkas
    fields:
      checklist: {type: checklist, title: Daftar periksa, requirements: all}
"""
TABLE = """
kind: decision_table
title: Kelengkapan
hit_policy: collect
inputs:
  checklist.nib: {type: text, title: NIB, values: [missing, incomplete, wrong, ok, not_applicable]}
  checklist.photo: {type: text, title: Foto, values: [missing, incomplete, wrong, ok, not_applicable]}
outputs: {reason: {type: text, title: Alasan}}
rows:
  - {when: {checklist.nib: [missing, wrong, incomplete]}, then: {reason: NIB belum ada}}
  - {when: {checklist.photo: [missing, wrong, incomplete]}, then: {reason: Pas foto belum lengkap}}
examples:
  - {given: {checklist.nib: ok, checklist.photo: ok}, expect: {rows: []}}
  - {given: {checklist.nib: missing, checklist.photo: ok}, expect: {rows: [1]}}
"""
PROCESS = """
kind: process
title: Layanan Uji
actors:
  applicant: {title: Pemohon, kind: applicant}
  front_officer: {title: Petugas Loket}
  back_officer: {title: Petugas Belakang}
  division_head: {title: Kepala Bidang}
  oss: {title: OSS, kind: system}
start: {by: [applicant, front_officer], form: uji/application, first: apply}
steps:
  apply: {no: "1", title: Mengajukan, actor: applicant, clock: applicant, form: uji/application,
          norm: {minutes: 15}, do: [{notify: seen}], next: check}
  check:
    no: "2"
    title: Memeriksa
    actor: front_officer
    norm: {minutes: 120}
    form: uji/check
    decide: {table: uji/completeness, when_empty: complete, otherwise: incomplete}
    outcomes:
      complete: {title: Lengkap, next: [left, right], do: [{send: oss/10}]}
      incomplete: {title: Tidak lengkap, next: apply, do: [{ask_correction: true}]}
  left: {no: "3", title: Kiri, actor: back_officer, norm: {working_days: 1}, not_by: [check], next: meet}
  right:
    no: "4"
    title: Kanan
    actor: division_head
    outcomes:
      on: {title: Lanjutkan, next: meet}
      back: {title: Kembalikan, next: check, needs_note: true}
  meet: {no: "5", title: Temu, actor: back_officer, norm: {minutes: 60}, join: [left, right],
         do: [{send: oss/50}], next: wait}
  wait: {title: Menunggu OSS, kind: wait, actor: oss, clock: outside, message: oss/accepted,
         interpretation: tidak tercetak, timeout: {norm: {working_days: 1}, alert: division_head},
         manual: {actor: front_officer}, do: [{permit: effective}], next: done}
  done: {title: Selesai, kind: end, result: granted}
"""

TEXTS = {
    ("roles", "roles"): ROLES,
    ("service", "uji/service"): SERVICE,
    ("messages", "uji/messages"): MESSAGES,
    ("form", "uji/application"): APPLICATION,
    ("form", "uji/check"): CHECK,
    ("decision_table", "uji/completeness"): TABLE,
    ("process", "uji/process"): PROCESS,
}
PEOPLE = {"siti": (), "badu": (), "sari": ("front_officer",), "rudi": ("back_officer",)}
BOTH = {"dewi": ("front_officer", "back_officer"), "ratna": ("division_head",)}
DATA = {"company_name": "CV Kopi Contoh (Fiktif)", "nib": "9990000000017", "email": "siti@contoh.test"}
GOOD = {"checklist": {"nib": "ok", "photo": {"state": "ok", "count": 2}}}


def open_office() -> Office:
    """An office with its people and the small service published; commits."""
    office = Office(
        key="kota", name="Dinas Contoh", short_name="Dinas Contoh", government="Kota Contoh", place="Contoh"
    )
    Session.add(office)
    Session.flush()
    publish(TEXTS, Act("test", datetime(2026, 1, 5, tzinfo=UTC), source="test"))
    for username, roles in {**PEOPLE, **BOTH}.items():
        hire(username, roles, office)
    Session.commit()
    return office


def hire(username: str, roles: tuple[str, ...], office: Office) -> User:
    """An account with its appointments."""
    user = User(
        username=username, email=f"{username}@contoh.test", first_name=username.title(), last_name="Contoh",
        password="-", active=True,
    )  # fmt: skip
    Session.add(user)
    Session.flush()
    Session.add(Account(user_id=user.id, display_name=f"{username.title()} Contoh"))
    for role in roles:
        Session.add(Appointment(user_id=user.id, role=role, office_id=office.id, from_on=date(2020, 1, 1)))
    return user


def office() -> Office:
    """The office as it stands."""
    return Session.scalars(select(Office).where(Office.key == "kota")).one()
