"""A complete service in eight small files: tests change one line and see what the gate says."""

from pathlib import Path

from app.definitions.parse import Ref, kind_and_key

ROLES = """\
kind: roles
roles:
  clerk: {title: Petugas Loket}
  head: {title: Kepala Dinas}
  applicant: {title: Pemohon, kind: applicant}
"""
SERVICE = """\
kind: service
title: Izin Kios
office: contoh
process: kiosk/process
messages: kiosk/messages
number_prefix: KIOS
requirements:
  ktp: {title: KTP}
  photo: {title: Pas foto, copies: 2}
"""
MESSAGES = """\
kind: messages
notices:
  granted: {title: Izin terbit, subject: Izin terbit, body: "Izin {{ case.number }} terbit."}
outbound:
  oss/50: {title: Izin terbit, system: oss, method: receiveLicense, fields: {number: "{{ case.number }}"}}
"""
PROCESS = """\
# Dua langkah: periksa, lalu tanda tangan.
kind: process
title: Izin Kios
actors:
  applicant: {title: Pemohon, kind: applicant}
  clerk: {title: Petugas}
  head: {title: Kadis}
  oss: {title: OSS, kind: system}
start: {by: [applicant, clerk], form: kiosk/application, first: check}
norms:
  quick: {minutes: 60}
slots:
  permit: {title: Izin, letters: [kiosk/permit]}
steps:
  check:
    no: "1"
    title: Memeriksa berkas
    actor: clerk
    norm: quick
    form: kiosk/check
    decide: {table: kiosk/completeness, when_empty: complete, otherwise: incomplete}
    outcomes:
      complete: {title: Lengkap, next: sign, do: [{draft: permit}]}
      incomplete: {title: Belum lengkap, next: correct, do: [{ask_correction: true}]}
  correct:
    title: Memperbaiki berkas
    actor: applicant
    clock: applicant
    form: kiosk/application
    interpretation: SOP diam.
    next: check
  sign:
    no: "2"
    title: Menandatangani izin
    actor: head
    assign: check.officer
    not_by: [check]
    outcomes:
      good: {title: Tanda tangani, next: oss_answers, do: [{sign: permit}, {send: oss/50}, {notify: granted}]}
      send_back: {title: Kembalikan draf, next: check}
  oss_answers:
    no: "3"
    title: Menunggu OSS
    kind: wait
    actor: oss
    clock: outside
    message: oss/accepted
    manual: {actor: clerk}
    timeout: {norm: {working_days: 1}, alert: clerk}
    next: granted
  granted: {title: Selesai, kind: end, result: granted}
"""
TABLE = """\
kind: decision_table
title: Kelengkapan berkas
hit_policy: collect
inputs:
  checklist.ktp: {type: text, title: KTP}
  application.area_m2: {type: number, title: Luas}
outputs:
  reason: {type: text, title: Alasan}
rows:
  - when: {checklist.ktp: missing}
    then: {reason: KTP belum dilampirkan}
  - when: {application.area_m2: "> 8"}
    then: {reason: Luas melebihi 8 meter persegi}
examples:
  - given: {checklist.ktp: ok, application.area_m2: 4}
    expect: {rows: []}
"""
APPLICATION = """\
kind: form
title: Permohonan
sections:
  - title: Kios
    fields:
      area_m2: {type: number, title: Luas, decimals: 2, required: true}
      owner: {type: text, title: Nama pemilik}
"""
CHECK = """\
kind: form
title: Pemeriksaan
sections:
  - title: Berkas
    fields:
      checklist: {type: checklist, title: Berkas}
      officer: {type: persons, title: Penanda tangan, role: head}
"""
PERMIT = """\
---
kind: letter
title: Izin Kios
layout: decree
number: {series: permits, format: "503/{seq}/{year}"}
signer: head
sample:
  data: {application: {owner: Siti Contoh, area_m2: 4}}
  case: {number: KIOS-2026-0001}
---
<p>Izin {{ case.number }} untuk {{ data.application.owner }}, seluas {{ data.application.area_m2 }} m².</p>
"""
FILES = {
    "rules/roles.yaml": ROLES,
    "rules/kiosk/service.yaml": SERVICE,
    "rules/kiosk/messages.yaml": MESSAGES,
    "rules/kiosk/process.yaml": PROCESS,
    "rules/kiosk/completeness.yaml": TABLE,
    "forms/kiosk/application.yaml": APPLICATION,
    "forms/kiosk/check.yaml": CHECK,
    "pdf_templates/kiosk/permit.html": PERMIT,
}


def texts(files: dict[str, str] = FILES) -> dict[Ref, str]:
    """The files as a change set."""
    return {ref: source for name, source in files.items() if (ref := kind_and_key(name))}


def changed(name: str, old: str, new: str) -> dict[str, str]:
    """All files with one place of one file changed."""
    assert old in FILES[name], f"{old!r} is not in {name}"
    return {**FILES, name: FILES[name].replace(old, new, 1)}


def write(folder: Path, files: dict[str, str] = FILES) -> Path:
    """Write the files into a folder."""
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8", newline="")
    return folder
