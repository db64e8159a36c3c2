"""The limits in the checks stand on what was measured, and measuring again gives the same.

`python tests/calibration` writes the tables that are looked at here.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from calibration.measure import (
    REFERENCE_SEEDS,
    WAY_SEEDS,
    check_module,
    data_sets,
    load,
    measure,
    planned,
)
from corpus import place, trains
from plans import Plan
from samples import Sample

from grader.catalogue import Exercise, exercises

PLANNED = [(exercise, found) for exercise in exercises() if (found := planned(exercise))]
TABLES = [(exercise, plan, table) for exercise, plan in PLANNED for table in load(exercise)]
NAMES = [f"{exercise.id}-{table['data']}" for exercise, _, table in TABLES]
tables = pytest.mark.parametrize(("exercise", "plan", "table"), TABLES, ids=NAMES)

SAMPLE = 1
"""How many tables are measured again, with one seed of the reference and of one wrong way."""


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_every_exercise_that_trains_is_calibrated(exercise: Exercise) -> None:
    plan = planned(exercise)
    if not trains(exercise):
        assert plan is None, f"{exercise.id} trains nothing that a PLAN could measure"
        return
    assert plan is not None, (
        f"{place(exercise)} needs PLAN = Plan(…), see tests/support/plans.py; "
        "`PLAN = Plan()` where the checks set no minimum"
    )
    measured = {table["data"] for table in load(exercise)}
    assert measured == set(data_sets(plan)), f"run `python tests/calibration {exercise.id}`"


@tables
def test_no_reference_fails(exercise: Exercise, plan: Plan, table: dict[str, Any]) -> None:
    reference = table["answers"]["reference"]
    assert reference["seeds"] >= REFERENCE_SEEDS
    assert reference["passed"] == reference["seeds"]


@tables
def test_no_wrong_way_passes(exercise: Exercise, plan: Plan, table: dict[str, Any]) -> None:
    ways = {name: way for name, way in table["answers"].items() if name != "reference"}
    assert set(ways) == set(plan.ways), f"run `python tests/calibration {exercise.id}`"
    for name, way in ways.items():
        assert way["seeds"] >= WAY_SEEDS, name
        assert way["passed"] == 0, name


@tables
def test_limits_lie_between_the_reference_and_the_wrong_ways(
    exercise: Exercise, plan: Plan, table: dict[str, Any]
) -> None:
    if not plan.limits:
        return
    module = check_module(exercise)
    answers, limits = table["answers"], table["limits"]
    for limit in plan.limits:
        kept = limits[limit.measure]
        number = kept["at_most" if limit.at_most else "at_least"]
        assert number == getattr(module, limit.constant), "measured for another limit"
        worst = answers["reference"][limit.measure]["maximum" if limit.at_most else "minimum"]
        assert limit.met(worst, number)
        if "best_constant" in kept:
            assert not limit.met(kept["best_constant"], number)
    found_by_quality = [
        name
        for name, way in answers.items()
        for limit in plan.limits
        if limit.measure in way
        and not limit.met(
            way[limit.measure]["minimum" if limit.at_most else "maximum"],
            limits[limit.measure]["at_most" if limit.at_most else "at_least"],
        )
    ]
    assert found_by_quality, "a limit that finds nothing might as well not be there"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "again" in metafunc.fixturenames:
        numbers = Sample.of(metafunc.config).pick(range(len(TABLES)), SAMPLE, "calibration")
        metafunc.parametrize("again", numbers, ids=[NAMES[number] for number in numbers])


def test_measuring_again_gives_the_same(again: int, request: pytest.FixtureRequest) -> None:
    exercise, plan, table = TABLES[again]
    answers = table["answers"]
    rng = random.Random(f"{exercise.id} {Sample.of(request.config).seed}")
    work = [("reference", rng.randrange(REFERENCE_SEEDS))]
    if plan.ways:
        work.append((rng.choice(sorted(plan.ways)), rng.randrange(WAY_SEEDS)))
    for (answer, _), found in measure(exercise, plan, work, table["data"]).items():
        assert found.passed == (answer == "reference")
        assert len(found.qualities) in {0, len(plan.limits)}
        for limit, got in zip(plan.limits, found.qualities, strict=False):
            kept = answers[answer][limit.measure]
            slack = 0.02 * max(1.0, abs(kept["maximum"]))  # sums in another order, on other cores
            assert kept["minimum"] - slack <= got <= kept["maximum"] + slack
