"""`python -m bench`: measure decisions, letters, steps and growth beside other engines, in one command.

Prints a table for each part and writes everything as JSON. Compare within one run only: the ratios count, the
absolute numbers depend on the machine and on what else it does.
"""

import argparse
import json
import logging
import os
import platform
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import decisions, growth, letters, steps, studio
from bench.world import World, open_world

Rows = list[dict[str, Any]]
RESULTS = Path(__file__).parent / "results" / "latest.json"
ALONE: dict[str, Callable[[], Rows]] = {"decisions": decisions.run, "letters": letters.run}
IN_WORLD: dict[str, Callable[..., Rows]] = {"steps": steps.run, "growth": growth.run, "studio": studio.run}


def main() -> None:
    """Run the parts that were asked for."""
    options = _options()
    logging.basicConfig(level=logging.WARNING)
    found: dict[str, Rows] = {}
    with ExitStack() as stack:
        world: World | None = None
        for part in options.only or [*ALONE, *IN_WORLD]:
            if part in ALONE:
                found[part] = ALONE[part]()
            else:
                world = world or stack.enter_context(open_world())
                found[part] = IN_WORLD[part](world, quick=options.quick)
            show(part, found[part])
    write(options.json, found)


def show(part: str, rows: Rows) -> None:
    """Print a part's rows in columns."""
    names = list(rows[0])
    cells = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    print(f"\n{part}")
    for line in cells:
        first, *others = zip(line, widths, strict=True)
        print("  " + first[0].ljust(first[1]), *(word.rjust(width) for word, width in others), sep="  ")


def write(path: Path, found: dict[str, Rows]) -> None:
    """Keep the numbers with the place and time of their making."""
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()}
    made = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "results": found}
    path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"\n{path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=[*ALONE, *IN_WORLD], help="may be given repeatedly"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds of steps and growth")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where to write the numbers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
