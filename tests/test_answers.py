"""Fairness: right but different answers pass, wrong ones fail for the stated reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from corpus import (
    Right,
    Wrong,
    answer_source,
    declared,
    expect_as_described,
    expect_blamed,
    load_answers,
    seeds,
)
from samples import Sample

from grader.catalogue import Exercise, exercises
from grader.verdict import Verdict

QUICK_RIGHT, SLOW_RIGHT = 3, 1
"""Right answers to each exercise that a sample has. The files of those that take longer than
half a second to grade say `SLOW = True`."""
EACH_WRONG = 1
"""Wrong answers that a sample has for each check of an exercise, and for none of them, but for
the check that the typical one is aimed at. Of an exercise whose answers take long, it has those
for every third check; another seed brings the others."""


def _chosen(exercise: Exercise, kind: str, sample: Sample) -> list[Right | Wrong]:
    """Return the answers of one kind that a run grades. The typical one is test_golden's."""
    slow, words = declared(exercise, "SLOW"), f"{exercise.id} {kind}"
    if kind == "RIGHT":
        right: list[Right | Wrong] = declared(exercise, "RIGHT") or []
        return sample.pick(right, SLOW_RIGHT if slow else QUICK_RIGHT, words)
    typical = declared(exercise, "TYPICAL")
    wrong: list[Wrong] = [one for one in declared(exercise, "WRONG") if one.name != typical]
    if not sample.full:
        aimed_at = _typical_check(exercise)
        wrong = [one for one in wrong if one.check not in aimed_at]
    chosen: list[Wrong] = sample.each(wrong, EACH_WRONG, words, lambda one: one.check)
    return [*sample.pick(chosen, (len(chosen) + 2) // 3, words)] if slow else [*chosen]


def _typical_check(exercise: Exercise) -> set[str]:
    """Return the check that the typical wrong answer is aimed at."""
    typical = declared(exercise, "TYPICAL")
    return {one.check for one in declared(exercise, "WRONG") if one.name == typical}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "answer" not in metafunc.fixturenames:
        return
    sample = Sample.of(metafunc.config)
    kind = "RIGHT" if "right" in metafunc.function.__name__ else "WRONG"
    chosen = [
        (exercise, answer) for exercise in exercises() for answer in _chosen(exercise, kind, sample)
    ]
    if kind == "WRONG":
        names = [f"{exercise.id}-{answer.name}" for exercise, answer in chosen]
        metafunc.parametrize(("exercise", "answer"), chosen, ids=names)
        return
    seeded = [
        (exercise, answer, seed)
        for exercise, answer in chosen
        for seed in seeds(exercise, answer.name, sample)
    ]
    names = [f"{exercise.id}-{answer.name}-{seed}" for exercise, answer, seed in seeded]
    metafunc.parametrize(("exercise", "answer", "seed"), seeded, ids=names)


def test_right_answer_passes(
    exercise: Exercise, answer: Right, seed: int, grade_source: Callable[..., Verdict]
) -> None:
    source = answer_source(exercise.solution.read_text("utf-8"), answer.change)
    expect_as_described(answer, grade_source(exercise, source, seed=seed))


def test_wrong_answer_fails_for_its_reason(
    exercise: Exercise, answer: Wrong, grade_source: Callable[..., Verdict]
) -> None:
    source = answer_source(exercise.solution.read_text("utf-8"), answer.change)
    verdict = grade_source(exercise, source, timeout=answer.timeout)
    expect_as_described(answer, verdict)
    if answer.blames:
        expect_blamed(answer, verdict, source)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_enough_answers(exercise: Exercise) -> None:
    module = load_answers(exercise.id)
    assert module is not None, f"tests/answers has no file for {exercise.id}"
    if exercise.options is not None:
        assert len(module.WRONG) >= len(exercise.options) - 1
        return
    assert len(module.WRONG) >= 10
    assert len(module.RIGHT) >= 5
    names = [answer.name for answer in [*module.WRONG, *module.RIGHT]]
    assert len(set(names)) == len(names)
    for answer in [*module.WRONG, *module.RIGHT]:
        answer_source(exercise.solution.read_text("utf-8"), answer.change)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_every_check_is_failed_by_some_answer(exercise: Exercise) -> None:
    """A check that no wrong answer is aimed at might as well not be there."""
    module = load_answers(exercise.id)
    assert module is not None
    aimed_at = {answer.check for answer in module.WRONG}
    assert set(exercise.check_points) <= aimed_at


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_a_sample_aims_at_every_check_and_some_samples_do_where_answers_take_long(
    exercise: Exercise,
) -> None:
    found = []
    for seed in range(20):
        answers = _chosen(exercise, "WRONG", Sample(seed))
        aimed_at = {answer.check for answer in answers if isinstance(answer, Wrong)}
        found.append(aimed_at | _typical_check(exercise))
    if declared(exercise, "SLOW"):
        assert all(len(aimed_at) > 1 for aimed_at in found)
        found = [set.union(*found)]
    for aimed_at in found:
        assert set(exercise.check_points) <= aimed_at
