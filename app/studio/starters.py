"""The smallest text of each kind that passes by itself: what a new definition begins with."""

from app.definitions.parse import Ref

TITLE = "Tanpa judul"
_STARTERS = {
    "service": """\
kind: service
title: {title}
office: kantor
process: {folder}/process
messages: {folder}/messages
number_prefix: BARU
requirements: {{}}
""",
    "process": """\
kind: process
title: {title}
actors:
  applicant: {{title: Pemohon, kind: applicant}}
  front_officer: {{title: Petugas Loket}}
start: {{by: [applicant, front_officer], form: {folder}/application, first: apply}}
steps:
  apply:
    no: "1"
    title: Mengajukan permohonan
    actor: applicant
    clock: applicant
    form: {folder}/application
    next: check
  check:
    no: "2"
    title: Memeriksa permohonan
    actor: front_officer
    outcomes:
      accept: {{title: Terima, next: granted}}
      refuse: {{title: Tolak, next: refused, needs_note: true}}
  granted: {{title: Selesai, kind: end, result: granted}}
  refused: {{title: Ditolak, kind: end, result: refused}}
""",
    "messages": "kind: messages\nnotices: {{}}\noutbound: {{}}\n",
    "decision_table": """\
kind: decision_table
title: {title}
hit_policy: first
inputs:
  is_complete: {{type: boolean, title: Lengkap}}
outcomes:
  accept: Diterima
  refuse: Ditolak
rows:
  - {{when: {{is_complete: true}}, then: {{outcome: accept}}}}
  - {{when: {{}}, then: {{outcome: refuse}}}}
examples:
  - {{given: {{is_complete: true}}, expect: {{outcome: accept}}}}
  - {{given: {{is_complete: false}}, expect: {{outcome: refuse}}}}
""",
    "form": """\
kind: form
title: {title}
sections:
  - title: Data
    fields:
      note: {{type: long_text, title: Catatan}}
""",
    "clauses": "kind: clauses\ntitle: {title}\n",
    "letter": """\
---
kind: letter
title: {title}
sample: {{}}
---
<p>Isi surat.</p>
""",
}


def starter(ref: Ref) -> str:
    """The text that a new definition of this kind begins with."""
    kind, key = ref
    return _STARTERS[kind].format(title=TITLE, folder=key.partition("/")[0])
