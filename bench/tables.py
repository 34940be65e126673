"""Large decision tables, made by chance from a seed: real ones in kind, and ones without any gap."""

from random import Random
from typing import Any


def large(policy: str, seed: int) -> dict[str, Any]:
    """200 rows over 8 columns as fee schedules and inspection rules are: classes, zones, bands, dates."""
    pick = Random(seed)
    zones = [f"zona_{n}" for n in range(12)]
    inputs: dict[str, Any] = {
        "area": {"type": "number", "title": "Luas"}, "height": {"type": "number", "title": "Tinggi"},
        "zone": {"type": "text", "title": "Kawasan", "values": zones},
        "kind": {"type": "text", "title": "Jenis"},
        "lit": {"type": "boolean", "title": "Bercahaya"}, "road": {"type": "boolean", "title": "Di jalan"},
        "built": {"type": "date", "title": "Dibangun"}, "parts": {"type": "list", "title": "Bagian"},
    }  # fmt: skip

    def cell(path: str) -> Any:
        low = pick.randrange(0, 400, 5)
        return {
            "area": f"[{low} .. {low + pick.randrange(5, 200)})", "height": f"> {pick.randrange(20)}",
            "zone": pick.sample(zones, pick.randrange(1, 5)),
            "kind": pick.choice(["papan", "layar", {"not": "neon"}]),
            "lit": pick.random() < 0.5, "road": pick.choice([True, [False, None]]),
            "built": f"< 20{pick.randrange(10, 30)}-01-01", "parts": {"has": pick.choice("abcd")},
        }[path]  # fmt: skip

    rows = [
        {"when": {path: cell(path) for path in pick.sample([*inputs], pick.randrange(2, 6))},
         "then": {"outcome": pick.choice("xy")}}
        for _ in range(200)
    ]  # fmt: skip
    return {
        "kind": "decision_table", "title": "Besar", "hit_policy": policy, "inputs": inputs, "rows": rows,
        "outcomes": {"x": "X", "y": "Y"},
    }  # fmt: skip


def divided(leaves: int, seed: int) -> dict[str, Any]:
    """A table made by dividing all facts again and again: complete and without overlap by construction."""
    pick, areas = Random(seed), list(range(0, 400, 7))
    zones = [f"zona_{n}" for n in range(12)]
    whole: dict[str, Any] = {f"n{n}": (None, None) for n in range(4)} | {
        f"z{n}": [*zones, None] for n in range(4)
    }
    parts = [whole]
    while len(parts) < leaves:
        part = parts.pop(pick.randrange(len(parts)))
        path = pick.choice([*part])
        if path[0] == "z":
            if len(part[path]) < 2:
                parts.append(part)
                continue
            middle = pick.randrange(1, len(part[path]))
            halves = [part[path][:middle], part[path][middle:]]
        else:
            low, high = part[path]
            between = [n for n in areas if (low is None or n > low) and (high is None or n < high)]
            if not between:
                parts.append(part)
                continue
            halves = [(low, limit := pick.choice(between)), (limit, high)]
        parts += [{**part, path: half} for half in halves]
    numbers = {f"n{n}": {"type": "number", "title": "Angka"} for n in range(4)}
    texts = {f"z{n}": {"type": "text", "title": "Zona", "values": zones} for n in range(4)}
    rows = [{"when": _when(part), "then": {"outcome": pick.choice("xy")}} for part in parts]
    missing = [{"when": {path: None}, "then": {"outcome": "x"}} for path in numbers]
    return {
        "kind": "decision_table", "title": "Lengkap", "hit_policy": "first", "rows": [*missing, *rows],
        "inputs": {**numbers, **texts}, "outcomes": {"x": "X", "y": "Y"},
    }  # fmt: skip


def _when(part: dict[str, Any]) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for path, held in part.items():
        if path[0] == "z":
            when[path] = held
        elif held != (None, None):
            low, high = held
            when[path] = f"< {high}" if low is None else f">= {low}" if high is None else f"[{low} .. {high})"
    return when
