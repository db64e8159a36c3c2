"""Running code as a confined learner's process: fixtures of several test files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attacks import ATTACKS, EXERCISE, RIGHT, WRONG
from samples import Sample

from grader.evidence.messages import Confinement, LearnerJob
from grader.grading.pipeline import Options, grade
from grader.processes.forking import ForkWorkers
from grader.processes.workers import Run, Workers
from grader.sandbox.confinement import LAYERS
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

NO_LAYERS = Confinement("own", without=tuple(LAYERS))
INSTRUCTOR, OWN = Confinement("instructor"), Confinement("own")

RunCode = Callable[..., Run]


def grade_text(
    workers: Workers, source: str, confinement: Confinement, timeout: float = 60
) -> Verdict:
    """Grade a text as somebody's answer to 2.2.1."""
    submission = Submission.of_bytes(EXERCISE, "answer.py", source.encode())
    return grade(submission, workers, Options(timeout=timeout, confinement=confinement))


def learner_job(code: str, folder: Path, confinement: Confinement = OWN) -> LearnerJob:
    """Return the job to run a text, with the folders that it needs in FOLDER."""
    folders = [folder / name for name in ("evidence", "scratch")]
    for one in folders:
        one.mkdir(exist_ok=True)
    return LearnerJob(
        source=code, file="answer.py", evidence=str(folders[0]), scratch=str(folders[1]),
        seed=0, seconds=60, most_epochs=0, fast_fit=True, threads=None, given="", given_file="", names=[], watch=[],
        withheld=[], install=[], probes=[], confinement=confinement,
    )  # fmt: skip


@pytest.fixture
def helper(workers: Workers) -> ForkWorkers:
    """The workers that all tests share."""
    assert isinstance(workers, ForkWorkers)
    return workers


@pytest.fixture
def nothing_stays(
    workers: Workers, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After the test there is no process and no folder of it."""
    workers.preload([])  # a folder of their own is not of the test
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    if isinstance(workers, ForkWorkers) and workers._helper is not None:
        pid = workers._helper.pid
        assert not Path(f"/proc/{pid}/task/{pid}/children").read_text()
    assert not list(folder.iterdir())


@pytest.fixture
def goes_on(workers: Workers, request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test, right and wrong are told apart as before: of attacks, after a third."""
    yield
    name = request.node.callspec.params.get("name")
    sample = Sample.of(request.config)
    if name and name not in sample.pick(list(ATTACKS), len(ATTACKS) // 3, "goes on"):
        return
    assert grade_text(workers, RIGHT, INSTRUCTOR).status == Outcome.PASSED
    assert grade_text(workers, WRONG, INSTRUCTOR).status == Outcome.FAILED


@pytest.fixture
def run_code(helper: ForkWorkers, tmp_path: Path) -> RunCode:
    """Return a function that runs a text as a learner's file, and returns how it went."""

    def run(code: str, confinement: Confinement, timeout: float = 60) -> Run:
        return helper.run(learner_job(code, tmp_path, confinement), timeout)

    return run
