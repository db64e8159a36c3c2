"""What makes grading fast changes no verdict: answers are graded with it and without it.

A run takes a seeded sample of the answers, `--full` takes them all.

- slow: a helper of its own, Keras's step-by-step fit, as many threads as TensorFlow likes
- fast: the warm server, whole epochs compiled, threads held to one core's share
- ahead: interpreters that were started before, as on macOS and Windows
- spawned: new interpreters

Each answer takes two imports of TensorFlow in the last two, so that `--full` has a sample of some
per exercise for them, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from corpus import Right, Wrong, answer_source, expect_as_described, load_answers, trains
from own_server import no_other_server
from samples import Sample

from grader.catalogue import Exercise, exercises
from grader.grading.pipeline import Options, grade
from grader.processes.head_start import AheadWorkers
from grader.processes.server import ServerWorkers
from grader.processes.spawning import SpawnWorkers
from grader.processes.workers import Workers
from grader.submission import read_submission
from grader.verdict import Verdict

STARTED = {"spawned": 1, "ahead": 2}
"""Answers in a sample that is graded in new interpreters, and in those that were started ahead."""
STARTED_EACH = 1
"""The same, per exercise and kind, where all are graded."""
TRAINED = 2
QUICK = 3
"""Answers in a sample that is graded with and without acceleration."""

Answer = tuple[Exercise, Right | Wrong]


def _answers() -> list[Answer]:
    return [
        (exercise, answer)
        for exercise in exercises()
        if exercise.options is None
        for answer in [*load_answers(exercise.id).RIGHT, *load_answers(exercise.id).WRONG]  # type: ignore[union-attr]
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "answer" not in metafunc.fixturenames:
        return
    sample, answers = Sample.of(metafunc.config), _answers()
    way = next((way for way in STARTED if way in metafunc.function.__name__), "")
    if way:
        some = Sample(sample.seed).each(answers, STARTED_EACH, way, _exercise_and_kind)
        chosen = sample.pick(some, STARTED[way], way)
    else:
        trained = [answer for answer in answers if trains(answer[0])]
        quick = [answer for answer in answers if not trains(answer[0])]
        chosen = sample.pick(trained, TRAINED, "trained") + sample.pick(quick, QUICK, "quick")
    names = [f"{exercise.id}-{answer.name}" for exercise, answer in chosen]
    metafunc.parametrize(("exercise", "answer"), chosen, ids=names)


def _exercise_and_kind(answer: Answer) -> str:
    return f"{answer[0].id} {type(answer[1]).__name__}"


@pytest.fixture(scope="module")
def warm() -> Iterator[Workers]:
    """Workers of a warm server that ends with these tests."""
    with no_other_server(), ServerWorkers() as workers:
        yield workers


@pytest.fixture(scope="module")
def ahead() -> Iterator[Workers]:
    with AheadWorkers() as opened:
        yield opened


def _told(exercise: Exercise, verdict: Verdict) -> dict[str, Any]:
    """Return what a verdict says that must be the same each time.

    That is all, but for seconds and fractions; for all numbers in what a check expected and
    got, where the answer trains; and where functions are tried with values that were picked
    for the run, for the words that show these.
    """
    found = verdict.to_json() | {"seconds": 0.0}
    if trains(exercise) or ".fit(" in Path(verdict.file).read_text("utf-8"):
        for check in found["checks"]:
            for part in ("expected", "got"):
                check[part] = re.sub(r"\d+(\.\d+)?", "#", check[part])
    if exercise.has_probes:
        picked = {"expected": "", "got": "", "message": "", "details": ""}
        found["checks"] = [check | picked for check in found["checks"]]
    return dict(_without_fractions(found))


def _without_fractions(found: Any) -> Any:
    # Weights are shuffled into place: the third digit of an accuracy is never the same.
    if isinstance(found, str):
        without_addresses = re.sub(r" at 0x[0-9a-f]+>", " at #>", found)
        return re.sub(r"-?\d*\.\d+(e-?\d+)?", "#", without_addresses)
    if isinstance(found, dict):
        return {key: _without_fractions(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_without_fractions(value) for value in found]
    return found


def _graded(
    exercise: Exercise,
    answer: Right | Wrong,
    folder: Path,
    workers: Workers,
    *,
    fast_fit: bool,
    threads: int | None = None,
) -> Verdict:
    path = folder / Path(exercise.file).name
    path.write_text(answer_source(exercise.solution.read_text("utf-8"), answer.change), "utf-8")
    timeout = answer.timeout if isinstance(answer, Wrong) else None
    options = Options(fast_fit=fast_fit, threads=threads, timeout=timeout)
    return grade(read_submission(exercise, path), workers, options)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there is no fast way")
def test_fast_and_slow_say_the_same(
    exercise: Exercise, answer: Right | Wrong, tmp_path: Path, workers: Workers, warm: Workers
) -> None:
    slow = _graded(exercise, answer, tmp_path, workers, fast_fit=False)
    fast = _graded(exercise, answer, tmp_path, warm, fast_fit=True, threads=1)
    expect_as_described(answer, fast)
    assert _told(exercise, fast) == _told(exercise, slow)
    written = msgspec.msgpack.encode(fast)
    assert msgspec.msgpack.decode(written, type=Verdict) == fast


@pytest.mark.by_turns
def test_spawned_and_forked_say_the_same(
    exercise: Exercise, answer: Right | Wrong, tmp_path: Path, workers: Workers
) -> None:
    with SpawnWorkers() as own:
        spawned = _graded(exercise, answer, tmp_path, own, fast_fit=True)
    forked = _graded(exercise, answer, tmp_path, workers, fast_fit=True)
    assert _told(exercise, spawned) == _told(exercise, forked)


@pytest.mark.by_turns
def test_started_ahead_and_forked_say_the_same(
    exercise: Exercise, answer: Right | Wrong, tmp_path: Path, workers: Workers, ahead: Workers
) -> None:
    started = _graded(exercise, answer, tmp_path, ahead, fast_fit=True)
    expect_as_described(answer, started)
    forked = _graded(exercise, answer, tmp_path, workers, fast_fit=True)
    assert _told(exercise, started) == _told(exercise, forked)
