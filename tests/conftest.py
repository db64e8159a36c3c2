"""Fixtures that the tests share: one warm set of workers per test process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.catalogue import Exercise, find
from grader.engine.grading import Options, grade
from grader.engine.workers import Workers, open_workers
from grader.verdict import Verdict

GradeSource = Callable[..., Verdict]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-answers",
        action="store_true",
        help="grade every answer in tests/answers, not a sample of those that train for long",
    )


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with open_workers() as opened:
        yield opened


@pytest.fixture
def grade_source(workers: Workers, tmp_path: Path) -> GradeSource:
    """Return a function that grades a text as if a learner had written it to a file."""

    def grade_text(
        exercise: Exercise | str,
        source: str | bytes,
        *,
        timeout: float | None = None,
        seed: int = 0,
    ) -> Verdict:
        found = find(exercise) if isinstance(exercise, str) else exercise
        path = tmp_path / Path(found.file).name
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        return grade(found, path, workers, Options(seed=seed, timeout=timeout))

    return grade_text
