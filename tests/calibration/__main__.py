"""Measure what the limits in the checks stand on, and write tests/calibration/measured.json.

python tests/calibration            everything: about half an hour on two cores
python tests/calibration 2.1.3 3    some exercises, lessons or chapters
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from calibration.measure import (
    GENERATED,
    REAL_FORMAT,
    REFERENCE_SEEDS,
    WAY_SEEDS,
    calibrate,
    keep,
    load,
)
from calibration.plans import PLANS
from grader.catalogue import select


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("ids", nargs="*", default=["all"])
    parser.add_argument("--seeds", type=int, default=REFERENCE_SEEDS, help="of the reference")
    parser.add_argument("--way-seeds", type=int, default=WAY_SEEDS, help="of each wrong way")
    parser.add_argument("--dry", action="store_true", help="print, but keep nothing")
    arguments = parser.parse_args()
    for exercise in select(arguments.ids):
        plan = PLANS.get(exercise.id)
        if plan is None:
            continue
        for data in (GENERATED, REAL_FORMAT) if plan.data else (GENERATED,):
            started = time.monotonic()
            table = calibrate(exercise, data, arguments.seeds, arguments.way_seeds)
            print(f"{exercise.id}, {data} data, {time.monotonic() - started:.0f} s")
            for name, summary in table["answers"].items():
                print(f"  {name}: {summary}")
            print(f"  limits: {table.get('limits')}", flush=True)
            if not arguments.dry:
                tables = load()
                others = [t for t in tables.get(exercise.id, []) if t["data"] != data]
                tables[exercise.id] = sorted([*others, table], key=lambda t: str(t["data"]))
                keep(tables)


if __name__ == "__main__":
    main()
