"""Measure what the limits in the checks stand on, and keep it in tests/calibration/measured.

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

from corpus import place

from calibration.measure import (
    REFERENCE_SEEDS,
    WAY_SEEDS,
    calibrate,
    data_sets,
    keep,
    measured_file,
    planned,
)
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
        plan = planned(exercise)
        if plan is None:
            print(f"{exercise.id}: no PLAN in {place(exercise)}")
            continue
        for data in data_sets(plan):
            started = time.monotonic()
            table = calibrate(exercise, plan, data, arguments.seeds, arguments.way_seeds)
            print(f"{exercise.id}, {data} data, {time.monotonic() - started:.0f} s")
            for name, summary in table["answers"].items():
                print(f"  {name}: {summary}")
            print(f"  limits: {table.get('limits')}", flush=True)
            if not arguments.dry:
                keep(exercise, table)
                print(f"  kept in {measured_file(exercise)}")


if __name__ == "__main__":
    main()
