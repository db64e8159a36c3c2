"""Fairness: right but different answers pass, wrong ones fail for the stated reason."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable

import pytest
from corpus import Right, Wrong, answer_source, expect_as_described, load_answers, seeds

from grader.catalogue import Exercise, exercises
from grader.verdict import Verdict

SAMPLE = 4
"""How many answers of each kind are graded where each one trains for seconds."""


def _answers(kind: str) -> list[tuple[Exercise, Right | Wrong]]:
    found = []
    for exercise in exercises():
        module = load_answers(exercise.id)
        if module is not None:
            found += [(exercise, answer) for answer in getattr(module, kind)]
    return found


def _sampled_out(exercise: Exercise, answer: Right | Wrong, config: pytest.Config) -> bool:
    """Whether a run that takes a sample leaves this answer to `--all-answers`."""
    module = load_answers(exercise.id)
    if config.getoption("--all-answers") or not getattr(module, "SLOW", False):
        return False
    kind = "RIGHT" if isinstance(answer, Right) else "WRONG"
    names = [other.name for other in getattr(module, kind)]
    seed = zlib.crc32(f"{exercise.id} {kind}".encode())
    return answer.name not in random.Random(seed).sample(names, min(SAMPLE, len(names)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "answer" not in metafunc.fixturenames:
        return
    kind = "RIGHT" if "right" in metafunc.function.__name__ else "WRONG"
    chosen = [
        (exercise, answer)
        for exercise, answer in _answers(kind)
        if not _sampled_out(exercise, answer, metafunc.config)
    ]
    if kind == "WRONG":
        names = [f"{exercise.id}-{answer.name}" for exercise, answer in chosen]
        metafunc.parametrize(("exercise", "answer"), chosen, ids=names)
        return
    everything = metafunc.config.getoption("--all-answers")
    seeded = [
        (exercise, answer, seed)
        for exercise, answer in chosen
        for seed in seeds(exercise, answer.name, everything=everything)
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
    expect_as_described(answer, grade_source(exercise, source, timeout=answer.timeout))


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
