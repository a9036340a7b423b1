"""One drawn scenario executed, its result as text: run with and without compilation by ``test_compiled``."""

from __future__ import annotations

import json
import sys

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import draw
from generator import Features, scenario
from simulate.ranges import ranged


def main(seed: int) -> None:
    """Print waits, dates and cost of sixteen executions."""
    config, rows = scenario(seed, Features(perishable=False))
    tables = fr.Tables.from_rows(config, ranged(rows, seed))
    found = simulate.run(tables, derive(tables), fr.plan(tables, tests=False), draw(tables, 16, 2), threads=1)
    numbers = [found.waits.ravel(), found.cost, found.displaced, found.reached.ravel().astype(float)]
    print(json.dumps([float(value) for each in numbers for value in each]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
