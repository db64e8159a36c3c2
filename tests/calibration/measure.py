"""Running the references and the ways to be wrong, and writing down what came of it."""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from corpus import answer_source, declared
from grader.datasets import banknotes, darts
from plans import Plan

from grader.catalogue import Exercise
from grader.grading.batch import cores, grade_all
from grader.grading.pipeline import Options
from grader.processes.opening import open_workers
from grader.submission import Submission
from grader.verdict import CheckStatus, Outcome, Verdict

MEASURED = Path(__file__).with_name("measured")
REFERENCE_SEEDS = 30
WAY_SEEDS = 10

GENERATED, REAL_FORMAT = "generated", "real format"
_OTHER_SEED = 2027
"""Of tables that stand for a user's own: as hard as ours, and yet not one value is the same."""

_APPENDED = '''

from grader.expect import outcome


@outcome.check(points=1)
def test_measured(evidence: Evidence) -> None:
    """What the quality is, whatever the other checks say."""
    found = [float(measure(evidence)) for measure in ({measures},)]
    raise outcome.CheckFailed(expected="", got=" ".join(map(repr, found)), message="")
'''


def planned(exercise: Exercise) -> Plan | None:
    """Return the plan in an exercise's answers file, if there is one."""
    found: Plan | None = declared(exercise, "PLAN")
    return found


def data_sets(plan: Plan) -> tuple[str, ...]:
    """Return the kinds of data that a plan is measured with."""
    return (GENERATED, REAL_FORMAT) if plan.data else (GENERATED,)


@dataclass(frozen=True)
class Measured(Exercise):
    """An exercise with one more check, which fails with the measured qualities."""

    check_file: Path = Path()

    @property
    def checks(self) -> Path:
        """The hidden checks and that one."""
        return self.check_file

    @classmethod
    def of(cls, exercise: Exercise, plan: Plan, folder: Path) -> Exercise:
        """Return EXERCISE with what PLAN measures; its checks are written into FOLDER."""
        if not plan.limits:
            return exercise
        path = folder / exercise.checks.name
        measures = ", ".join(limit.measure for limit in plan.limits)
        text = exercise.checks.read_text("utf-8") + _APPENDED.format(measures=measures)
        path.write_text(text, "utf-8")
        return cls(exercise.id, exercise.file, path)


@dataclass(frozen=True)
class Found:
    """What one run came to."""

    qualities: list[float]
    """In the order of the plan's limits; empty where the run left nothing to measure."""
    passed: bool
    failed: str
    """The first check that failed; the outcome, where there was none."""


def _found(verdict: Verdict) -> Found:
    own = [check for check in verdict.checks if check.name != "measured"]
    failed = next((c.name for c in own if c.status is CheckStatus.FAILED), "")
    words = next((str(check.got) for check in verdict.checks if check.name == "measured"), "")
    passed = all(check.status is CheckStatus.PASSED for check in own)
    if verdict.status not in {Outcome.PASSED, Outcome.FAILED}:
        failed, passed = str(verdict.status), False
    try:
        return Found([float(word) for word in words.split()], passed, failed)
    except ValueError:  # there was nothing to measure
        return Found([], passed, failed)


@contextmanager
def own_data(data: str) -> Iterator[None]:
    """Put tables in the real format where the user's own data are looked for, if DATA says so."""
    with tempfile.TemporaryDirectory() as folder:
        if data == REAL_FORMAT:
            notes = banknotes._generated(_OTHER_SEED).round(4)
            notes.to_csv(Path(folder, "banknotes.csv"), index=False)
            darts._generated(_OTHER_SEED).round(4).to_csv(Path(folder, "darts.csv"), index=False)
        before = os.environ.get("GRADER_DATA")
        os.environ["GRADER_DATA"] = folder
        try:
            yield
        finally:
            del os.environ["GRADER_DATA"]
            if before is not None:
                os.environ["GRADER_DATA"] = before


def sources(exercise: Exercise, plan: Plan) -> dict[str, str]:
    """Return the answers that are measured: the reference and its ways to be wrong."""
    solution = exercise.solution.read_text("utf-8")
    changes = {"reference": lambda text: text, **plan.ways}
    return {name: answer_source(solution, change) for name, change in changes.items()}


def measure(
    exercise: Exercise, plan: Plan, runs: Iterable[tuple[str, int]], data: str = GENERATED
) -> dict[tuple[str, int], Found]:
    """Return what each pair of answer and seed comes to."""
    texts, pairs = sources(exercise, plan), list(runs)
    found = {}
    with own_data(data), tempfile.TemporaryDirectory() as name, open_workers() as workers:
        folder = Path(name)
        measured = Measured.of(exercise, plan, folder)
        for seed in sorted({seed for _, seed in pairs}):
            answers = [answer for answer, other in pairs if other == seed]
            file = Path(exercise.file).name
            work = [
                Submission.of_bytes(measured, file, texts[answer].encode()) for answer in answers
            ]
            verdicts = grade_all(work, workers, Options(seed=seed), cores(), lambda *_: None)
            for answer, verdict in zip(answers, verdicts, strict=True):
                found[answer, seed] = _found(verdict)
    return found


def check_module(exercise: Exercise) -> ModuleType:
    """Return an exercise's check file as a module."""
    spec = importlib.util.spec_from_file_location("calibrated_checks", exercise.checks)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def calibrate(
    exercise: Exercise, plan: Plan, data: str, seeds: int, way_seeds: int
) -> dict[str, Any]:
    """Return the table of one exercise: of each answer how often it passed, and its qualities."""
    work = [("reference", seed) for seed in range(seeds)]
    work += [(way, seed) for way in plan.ways for seed in range(way_seeds)]
    found = measure(exercise, plan, work, data)
    table: dict[str, Any] = {"data": data}
    if plan.limits:
        module = check_module(exercise)
        table["limits"] = {
            limit.measure: {
                "at_most" if limit.at_most else "at_least": getattr(module, limit.constant),
                **(
                    {"best_constant": round(limit.best_constant(), 4)}
                    if limit.best_constant
                    else {}
                ),
            }
            for limit in plan.limits
        }
    table["answers"] = {
        answer: _summary([run for (name, _), run in found.items() if name == answer], plan)
        for answer in ["reference", *plan.ways]
    }
    return table


def _summary(runs: list[Found], plan: Plan) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "seeds": len(runs),
        "passed": sum(run.passed for run in runs),
    }
    failed = sorted({run.failed for run in runs if run.failed})
    if failed:
        summary["found_by"] = failed
    for number, limit in enumerate(plan.limits):
        values = [run.qualities[number] for run in runs if run.qualities]
        if values:
            summary[limit.measure] = {
                "minimum": round(min(values), 4),
                "median": round(statistics.median(values), 4),
                "maximum": round(max(values), 4),
            }
    return summary


def measured_file(exercise: Exercise) -> Path:
    """Return the file that holds what was measured of an exercise."""
    return MEASURED / f"{exercise.id.replace('.', '_')}.json"


def load(exercise: Exercise) -> list[dict[str, Any]]:
    """Return an exercise's committed tables, one for each kind of data."""
    path = measured_file(exercise)
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return found


def keep(exercise: Exercise, table: dict[str, Any]) -> None:
    """Write a table beside those of the same exercise with other data."""
    others = [other for other in load(exercise) if other["data"] != table["data"]]
    tables = sorted([*others, table], key=lambda one: str(one["data"]))
    measured_file(exercise).write_text(json.dumps(tables, indent=1) + "\n", "utf-8")
