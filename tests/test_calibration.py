"""The limits in the checks stand on what was measured, and measuring again gives the same.

`python tests/calibration` writes the tables that are looked at here.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from calibration.measure import (
    GENERATED,
    REAL_FORMAT,
    REFERENCE_SEEDS,
    WAY_SEEDS,
    check_module,
    load,
    measure,
)
from calibration.plans import PLANS
from corpus import trains
from samples import Sample

from grader.catalogue import exercises, find

TABLES = [(id_, table) for id_, tables in load().items() for table in tables]
NAMES = [f"{id_}-{table['data']}" for id_, table in TABLES]
tables = pytest.mark.parametrize(("exercise_id", "table"), TABLES, ids=NAMES)

SAMPLE = 2
"""Tables that are measured again, with one seed of the reference and of one wrong way."""


def test_every_exercise_that_trains_is_calibrated() -> None:
    assert set(PLANS) == {exercise.id for exercise in exercises() if trains(exercise)}
    wanted = {(id_, GENERATED) for id_ in PLANS}
    wanted |= {(id_, REAL_FORMAT) for id_, plan in PLANS.items() if plan.data}
    assert {(id_, table["data"]) for id_, table in TABLES} == wanted


@tables
def test_no_reference_fails(exercise_id: str, table: dict[str, Any]) -> None:
    reference = table["answers"]["reference"]
    assert reference["seeds"] >= REFERENCE_SEEDS
    assert reference["passed"] == reference["seeds"]


@tables
def test_no_wrong_way_passes(exercise_id: str, table: dict[str, Any]) -> None:
    ways = {name: way for name, way in table["answers"].items() if name != "reference"}
    assert set(ways) == set(PLANS[exercise_id].ways)
    for name, way in ways.items():
        assert way["seeds"] >= WAY_SEEDS, name
        assert way["passed"] == 0, name


@tables
def test_limits_lie_between_the_reference_and_the_wrong_ways(
    exercise_id: str, table: dict[str, Any]
) -> None:
    plan, module = PLANS[exercise_id], check_module(find(exercise_id))
    if not plan.limits:
        return
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
    exercise_id, table = TABLES[again]
    plan, answers = PLANS[exercise_id], table["answers"]
    rng = random.Random(f"{exercise_id} {Sample.of(request.config).seed}")
    work = [("reference", rng.randrange(REFERENCE_SEEDS))]
    if plan.ways:
        work.append((rng.choice(sorted(plan.ways)), rng.randrange(WAY_SEEDS)))
    for (answer, _), found in measure(find(exercise_id), work, table["data"]).items():
        assert found.passed == (answer == "reference")
        assert len(found.qualities) in {0, len(plan.limits)}
        for limit, got in zip(plan.limits, found.qualities, strict=False):
            kept = answers[answer][limit.measure]
            slack = 0.02 * max(1.0, abs(kept["maximum"]))  # sums in another order, on other cores
            assert kept["minimum"] - slack <= got <= kept["maximum"] + slack
