"""Decision tables written as an office writes them, for the tests to read and to spoil."""

from typing import Any

from ruamel.yaml import YAML

from app.definitions.decision_table import DecisionTable

SIGNAGE = """
kind: decision_table
title: Penentuan jalur pemeriksaan
legal_basis: Perwali No. 12 Tahun 2020
hit_policy: first
inputs:
  application.area_m2: {type: number, title: Luas bidang (m²)}
  on_road_land: {type: boolean, title: Di ruang milik jalan}
  zone: {type: text, title: Kawasan, values: {trade: Niaga, heritage: Cagar budaya, protected: Lindung}}
  built_on: {type: date, title: Tanggal dibangun}
  kinds: {type: list, title: Jenis, values: [neon, video, paint]}
outputs: {reason: {type: text, title: Alasan}, fee: {type: number, title: Retribusi}}
outcomes: {survey: Ditinjau, desk: Diperiksa di meja}
rows:
  - when: {application.area_m2: "> 8"}
    then: {outcome: survey, reason: Luas bidang lebih dari 8 m², fee: 150000}
    law: Pasal 7 ayat (1)
  - when: {on_road_land: true}
    then: {outcome: survey}
    note: Berada di ruang milik jalan
  - when: {zone: [heritage, protected], application.area_m2: ">= 2"}
    then: {outcome: survey, reason: Kawasan cagar budaya atau lindung}
  - when: {built_on: "[2020-01-01 .. 2020-12-31]", kinds: {has: video, has_not: [neon]}}
    then: {outcome: survey, reason: Videotron tahun 2020}
default: {outcome: desk, reason: Tidak memerlukan peninjauan lapangan}
examples:
  - given: {application.area_m2: 12, on_road_land: false, zone: trade}
    expect: {outcome: survey, rows: [1], fee: 150000}
  - given: {application.area_m2: 8, on_road_land: false, zone: trade}
    expect: {outcome: desk, rows: []}
"""

DEFICIENCIES = """
kind: decision_table
title: Kelengkapan berkas
hit_policy: collect
inputs:
  checklist.npwp: {type: text, title: NPWP, values: [missing, incomplete, wrong, ok, not_applicable]}
  checklist.photo: {type: text, title: Pas foto, values: [missing, incomplete, wrong, ok, not_applicable]}
  checklist.photo.count: {type: number, title: Jumlah pas foto, decimals: 0}
outputs: {reason: {type: text, title: Kekurangan}}
rows:
  - when: {checklist.npwp: [missing, null]}
    then: {reason: NPWP belum dilampirkan}
    law: Pasal 3
  - when: {checklist.npwp: wrong}
    then: {reason: NPWP tidak sesuai dengan data pada NIB}
    law: Pasal 3
  - when: {checklist.photo: {not: [missing, not_applicable]}, checklist.photo.count: "< 2"}
    then: {reason: Pas foto kurang dari dua lembar}
    law: Pasal 4
examples:
  - given: {checklist.npwp: missing, checklist.photo: ok, checklist.photo.count: 1}
    expect: {rows: [1, 3], reason: [NPWP belum dilampirkan, Pas foto kurang dari dua lembar]}
"""


def load(written: str) -> Any:
    return YAML(typ="safe", pure=True).load(written)


def table(data: Any) -> DecisionTable:
    return DecisionTable.model_validate(data)


def spoiled(written: str, path: tuple[str | int, ...], value: Any) -> DecisionTable:
    """Read a table with one part replaced; lists are counted from 0 here, as Python does."""
    data = load(written)
    part = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return table(data)


def numbered(count: int, policy: str, when: dict[str, Any] | None = None, **then: Any) -> DecisionTable:
    """Make a table of many rows: row n tells n; without `when` row n fits n only."""
    rows = [
        {"when": {"n": n} if when is None else when, "then": {"row": n, **then}} for n in range(1, count + 1)
    ]
    return table({
        "kind": "decision_table", "title": f"{count} baris", "hit_policy": policy, "rows": rows,
        "inputs": {"n": {"type": "number", "title": "N"}, "t": {"type": "text", "title": "T"}},
        "outputs": {"row": {"type": "number", "title": "Baris"}},
    })  # fmt: skip
