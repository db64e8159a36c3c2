"""What is said of trainings that teach nothing, and that nothing is said of those that do.

Each pair of a kind in `support/untaught.py` and an exercise is named, but for `UNNAMED`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from samples import Sample
from untaught import EXERCISES, KINDS, cases, untaught
from words import words_of

from grader.catalogue import Exercise, find
from grader.verdict import CheckStatus, Verdict

Grade = Callable[..., Verdict]

REFERENCES = (*EXERCISES, "2.4.3", "3.2.2", "3.4.3")
"""All that train; into three of them, no fault can be put that is the same in all."""
SEEDS, SOME_SEEDS = 30, 2
SOME_CASES, SOME_REFERENCES = 6, 2
"""How many are taken where not all are."""

_PARTS = (
    "classes in another order", "features not scaled", "features shuffled", "labels backwards",
    "labels shuffled", "zeros and ones swapped",
)  # fmt: skip
UNNAMED: dict[tuple[str, str], str] = {
    (kind, "3.1.3"): "its own check of the first rows only says that they do not fit together"
    for kind in _PARTS
}
"""Pairs that are not named, with the reason."""

_APPENDED = '''

from grader.expect import course, diagnosis, outcome


@outcome.check(points=1)
def test_diagnosis(evidence: Evidence) -> None:
    """What is said of each training, whether or not a check has found that it taught little."""
    always, missed = (
        [diagnosis.why_not_learned(c, missed=m)[0] for c in course.courses(evidence.trainings)]
        for m in (False, True)
    )
    raise outcome.CheckFailed(
        expected="\\n".join(filter(None, always)), got="\\n".join(filter(None, missed)), message=""
    )
'''


@dataclass(frozen=True)
class Diagnosed(Exercise):
    """An exercise with one more check, which fails with what is said of the trainings."""

    check_file: Path = Path()

    @property
    def checks(self) -> Path:
        """The hidden checks and that one."""
        return self.check_file


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take all, or a sample of them."""
    sample = Sample.of(metafunc.config)
    if "case" in metafunc.fixturenames:
        taken = sample.pick(cases(), SOME_CASES, "untaught")
        metafunc.parametrize("case", taken, ids=" in ".join)
    elif "reference" in metafunc.fixturenames:
        metafunc.parametrize("reference", sample.pick(REFERENCES, SOME_REFERENCES, "taught"))


def test_a_training_that_teaches_nothing_is_named(
    grade_source: Grade, case: tuple[str, str]
) -> None:
    kind, exercise = case
    verdict = grade_source(exercise, untaught(exercise, kind))
    told = words_of(verdict)
    named = re.search(KINDS[kind].says, told, re.DOTALL)
    assert bool(named) == (case not in UNNAMED), told


def test_nine_of_ten_are_named_and_of_each_kind_all_but_one() -> None:
    assert len(UNNAMED) <= 0.1 * len(cases())
    for kind in KINDS:
        assert sum(case[0] == kind for case in UNNAMED) <= 1, kind


def test_nothing_is_said_of_a_reference(
    grade_source: Grade, tmp_path: Path, reference: str, request: pytest.FixtureRequest
) -> None:
    exercise = find(reference)
    checks = tmp_path / exercise.checks.name
    checks.write_text(exercise.checks.read_text("utf-8") + _APPENDED, "utf-8")
    diagnosed = Diagnosed(exercise.id, exercise.file, checks)
    for seed in Sample.of(request.config).pick(range(SEEDS), SOME_SEEDS, reference):
        verdict = grade_source(diagnosed, exercise.solution.read_text("utf-8"), seed=seed)
        told = next(check for check in verdict.checks if check.name == "diagnosis")
        assert told.status is CheckStatus.FAILED
        assert not told.expected, (seed, told.expected)
        assert not told.got, (seed, told.got)
