"""The checks reject what is wrong and accept what is right, however it is written.

Wrong and right answers are derived from the references, see `mutations`. A run takes a
seeded sample of both, `--full` takes them all.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable

import msgspec
import pytest
from corpus import seeds
from mutations import sampling
from mutations.equivalents import Equivalent, equivalents
from mutations.judge import blame, judge
from mutations.mutants import MAX_TRAINED, OPERATORS, TIMEOUTS, Mutant, mutants
from mutations.reviewed import EQUIVALENT, MAX_UNNAMED, UNNAMED
from mutations.source import Solution
from samples import Sample

from grader.catalogue import Exercise, find
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

EACH_EQUIVALENT = 1
"""Equivalents of each quick exercise in a sample: they seldom tell anything new."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sample = Sample.of(metafunc.config)
    if "mutant" in metafunc.fixturenames:
        wrong = sampling.chosen(mutants, sample)
        metafunc.parametrize("mutant", wrong, ids=[mutant.name for mutant in wrong])
    if "equivalent" in metafunc.fixturenames:
        seeded = [
            (right, seed)
            for right in sampling.chosen(equivalents, sample, EACH_EQUIVALENT)
            for seed in seeds(right.exercise, right.name, sample)
        ]
        names = [f"{right.name}-{seed}" for right, seed in seeded]
        metafunc.parametrize(("equivalent", "seed"), seeded, ids=names)


def test_mutant_is_rejected_and_its_fault_named(
    mutant: Mutant, grade_source: Callable[..., Verdict], request: pytest.FixtureRequest
) -> None:
    verdict = grade_source(mutant.exercise, mutant.source, timeout=TIMEOUTS.get(mutant.exercise.id))
    found = judge(mutant, verdict)
    if mutant.key in EQUIVALENT:
        assert not found.killed, f"no longer equivalent:\n{blame(verdict)}"
        return
    assert found.killed, f"{mutant.change.why}, and yet: {verdict.status} {verdict.message}"
    if mutant.key in UNNAMED or found.named:
        return
    words = f"{mutant.name} should match {mutant.change.says!r}:\n{blame(verdict)}"
    # A commit's sample may be the first with this mutant: nobody may have looked at its words.
    assert not Sample.of(request.config).full, words
    warnings.warn(words, stacklevel=1)


def test_equivalent_is_accepted(
    equivalent: Equivalent, seed: int, grade_source: Callable[..., Verdict]
) -> None:
    verdict = grade_source(equivalent.exercise, equivalent.source, seed=seed)
    assert verdict.status == Outcome.PASSED, f"{equivalent.source}\n{blame(verdict)}"


@pytest.mark.parametrize("exercise", sampling.with_checks(), ids=lambda exercise: exercise.id)
def test_derived_answers_are_different_and_of_a_bounded_number(exercise: Exercise) -> None:
    solution = Solution.of(exercise)
    wrong, right = mutants(exercise), equivalents(exercise)
    sources = [mutant.source for mutant in wrong] + [item.source for item in right]
    shapes = {ast.dump(ast.parse(source)) for source in [*sources, solution.answer()]}
    assert len(shapes) == len(sources) + 1
    assert len({item.name for item in wrong}) == len(wrong) >= 2
    assert len({item.name for item in right}) == len(right) >= 2
    for mutant in wrong:
        re.compile(mutant.change.says)
        assert mutant.change.why
    if solution.calls("fit"):
        assert len(wrong) <= MAX_TRAINED


def test_reviewed_mutants_exist_and_few_are_badly_named() -> None:
    known = {mutant.key for mutant in sampling.everything(mutants)}
    assert set(EQUIVALENT) <= known
    assert set(UNNAMED) <= known
    assert not set(EQUIVALENT) & set(UNNAMED)
    assert len(UNNAMED) <= MAX_UNNAMED * (len(known) - len(EQUIVALENT))


def test_every_kind_of_fault_is_derived_somewhere() -> None:
    """A kind that a change of the references has lost would not be missed otherwise."""
    kinds = {mutant.change.kind for mutant in sampling.everything(mutants)}
    assert kinds == {
        "answer", "units", "input", "activation", "layer dropped", "layer doubled", "layer moved",
        "optimizer", "loss", "metric", "epochs", "batch size", "data", "setting", "argument",
        "None", "other name", "deleted",
    }  # fmt: skip
    assert len(OPERATORS) >= 10


def test_a_sample_is_small_the_same_again_and_another_with_another_seed() -> None:
    def names(seed: int) -> list[str]:
        return [mutant.name for mutant in sampling.chosen(mutants, Sample(seed))]

    first = names(0)
    assert first == names(0)
    assert first != names(1)
    assert len(first) <= sampling.EACH * len(sampling.with_checks())
    seen = {m.exercise.id for seed in range(30) for m in sampling.chosen(mutants, Sample(seed))}
    assert seen == {exercise.id for exercise in sampling.with_checks()}


def _verdict(status: Outcome, message: str = "", **failed: str) -> Verdict:
    checks = [CheckResult(name, CheckStatus.FAILED, got=got) for name, got in failed.items()]
    return Verdict("1.2.1", "", status, tuple(checks), message)


def _mutant(kind: str) -> Mutant:
    return next(mutant for mutant in mutants(find("1.2.1")) if mutant.change.kind == kind)


def test_a_survivor_would_be_noticed() -> None:
    units = _mutant("units")
    assert units.change.what == 'Dense(10, activation="relu"): 10 → 11'
    assert not judge(units, _verdict(Outcome.PASSED)).killed
    assert not judge(units, _verdict(Outcome.GRADER_ERROR)).killed
    wrong = judge(units, _verdict(Outcome.FAILED, layers="something is different"))
    assert (wrong.killed, wrong.named) == (True, False)
    assert judge(units, _verdict(Outcome.FAILED, layers="layer 1: Dense(11)")).named


def test_a_quoted_line_names_nothing_but_the_line_itself_does() -> None:
    units = _mutant("units")
    message = 'Your file stopped on line 5:\n    Dense(11, activation="relu")\nValueError: odd'
    verdict = _verdict(Outcome.ERROR, message)
    assert not judge(units, msgspec.structs.replace(verdict, line=5)).named
    assert judge(units, msgspec.structs.replace(verdict, line=units.change.line)).named
