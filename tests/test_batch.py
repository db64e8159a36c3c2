"""Grading several files at a time: in order, really at a time, and to a clean end."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

import pytest

from grader.catalogue import find
from grader.commands import verdicts
from grader.evidence.messages import Confinement
from grader.grading.batch import cores, grade_all
from grader.grading.pipeline import Options
from grader.processes.jobs import Job
from grader.processes.workers import GraderFault, OnProgress, Run, Workers
from grader.sandbox.confinement import LAYERS
from grader.submission import Submission, read_submission
from grader.verdict import Outcome

EXERCISE = find("2.2.1")
FREE = Confinement("own", without=tuple(LAYERS))
"""Files that may write where the tests look."""
GOOD = EXERCISE.solution.read_text("utf-8")


def _nothing(*_: object) -> None:
    """Take a progress message and do nothing with it."""


def _task(name: str, before: str = "", after: str = "") -> Submission:
    return Submission.of_bytes(EXERCISE, f"{name}.py", f"{before}\n{GOOD}\n{after}\n".encode())


def test_verdicts_come_in_order_and_are_those_of_one_after_the_other(
    workers: Workers, tmp_path: Path
) -> None:
    work = [
        _task("slow", before="import time; time.sleep(1)"),
        _task("error", before="1 / 0"),
        read_submission(find("1.1.1"), find("1.1.1").solution),
        read_submission(EXERCISE, EXERCISE.stub),
        _task("quick"),
    ]
    several = list(grade_all(work, workers, Options(), 3, _nothing))
    single = list(grade_all(work, workers, Options(), 1, _nothing))
    assert [verdict.file for verdict in several] == [one.file.path or one.name for one in work]
    assert [verdict.status for verdict in several] == [
        Outcome.PASSED, Outcome.ERROR, Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.PASSED,
    ]  # fmt: skip
    for one, other in zip(several, single, strict=True):
        assert {**one.to_json(), "seconds": 0} == {**other.to_json(), "seconds": 0}


def test_two_files_run_at_the_same_time(workers: Workers, tmp_path: Path) -> None:
    """Each waits for the other: one after the other, the first would wait for ever."""
    wait = (
        "import pathlib, time\n"
        "pathlib.Path({mine!r}).touch()\n"
        "while not pathlib.Path({other!r}).exists(): time.sleep(0.01)"
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    work = [
        _task("first", before=wait.format(mine=a, other=b)),
        _task("second", before=wait.format(mine=b, other=a)),
    ]
    verdicts = list(grade_all(work, workers, Options(timeout=60, confinement=FREE), 2, _nothing))
    assert [verdict.status for verdict in verdicts] == [Outcome.PASSED] * 2


def test_threads_are_held_to_their_share_of_the_cores(workers: Workers, tmp_path: Path) -> None:
    code = (
        "import tensorflow as tf\n"
        "text = str(tf.config.threading.get_intra_op_parallelism_threads())\n"
        "open({mark!r}, 'w').write(text)"
    )
    marks = [tmp_path / "one", tmp_path / "two"]
    work = [_task(f"t{m.name}", after=code.format(mark=str(m))) for m in marks]
    list(grade_all(work, workers, Options(confinement=FREE), 2, _nothing))
    assert [mark.read_text() for mark in marks] == [str(max(1, cores() // 2))] * 2


def test_progress_names_its_exercise(workers: Workers, tmp_path: Path) -> None:
    seen: list[tuple[str, object]] = []
    work = [_task("one"), read_submission(find("1.2.1"), find("1.2.1").solution)]
    list(
        grade_all(
            work,
            workers,
            Options(),
            2,
            lambda one, progress: seen.append((one.exercise.id, getattr(progress, "name", ""))),
        )
    )
    assert {("2.2.1", "run"), ("2.2.1", "check"), ("1.2.1", "run")} <= set(seen)


def test_whoever_stops_listening_ends_what_runs(workers: Workers, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    lane = workers.another()
    verdicts = grade_all(
        [_task("quick"), _task("endless", before=code)],
        lane,
        Options(timeout=300, confinement=FREE),
        2,
        _nothing,
    )
    assert next(verdicts).status == Outcome.PASSED
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    started = threading.active_count()
    verdicts.close()
    assert threading.active_count() < started
    pid = int(mark.read_text())
    with contextlib.suppress(ProcessLookupError):
        for _ in range(200):
            os.kill(pid, 0)
            time.sleep(0.05)
        pytest.fail("the learner's process still runs")
    lane.close()


class _Failing(Workers):
    """Workers whose first job fails through no fault of a learner's."""

    def __init__(self, real: Workers) -> None:
        self.real = real
        self.restarts = 0

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        if not self.restarts:
            raise GraderFault("Out of order.")
        return self.real.run(job, timeout, on_progress)

    def restart(self) -> None:
        self.restarts += 1

    def abort(self) -> None:
        self.real.abort()

    def another(self) -> Workers:
        return self.real.another()

    def close(self) -> None:
        self.real.close()


def test_a_fault_of_ours_costs_one_verdict_and_the_next_starts_afresh(
    workers: Workers, tmp_path: Path
) -> None:
    failing = _Failing(workers)
    work = [_task("one"), _task("two")]
    verdicts = list(grade_all(work, failing, Options(), 1, _nothing))
    assert [verdict.status for verdict in verdicts] == [Outcome.GRADER_ERROR, Outcome.PASSED]
    assert "Out of order" in str(verdicts[0].message)
    assert failing.restarts == 1


class _Closing(Workers):
    """Workers that note when they are closed. A quiz needs nothing else of them."""

    def __init__(self, name: str, closed: list[str]) -> None:
        self.name, self.closed = name, closed

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        raise AssertionError("a quiz runs nothing")

    def abort(self) -> None:
        raise AssertionError("nothing went wrong")

    def another(self) -> Workers:
        return _Closing("lane", self.closed)

    def close(self) -> None:
        self.closed.append(self.name)


def test_a_command_closes_its_lanes_before_the_helper_that_they_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The helper ends when the last connection does; the other way round it is waited for."""
    closed: list[str] = []
    monkeypatch.setattr(
        "grader.processes.opening.open_workers", lambda **_: _Closing("first", closed)
    )
    quiz = find("1.1.1")
    found = verdicts.grade_files(
        [read_submission(quiz, quiz.solution)] * 2, Options(), jobs=2, fresh=True
    )
    assert [verdict.status for verdict in found] == [Outcome.PASSED] * 2
    assert closed == ["lane", "first"]
