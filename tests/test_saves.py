"""Saved files are noticed, however editors and file systems go about it; a run can be stopped."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchfiles

from grader.catalogue import find
from grader.commands.saves import Saves
from grader.evidence.messages import Stage
from grader.grading.background_grade import BackgroundGrade
from grader.grading.pipeline import Options
from grader.processes.forking import ForkWorkers
from grader.processes.workers import GraderFault, Workers
from grader.submission import Submission
from grader.verdict import Outcome

Next = Callable[[], set[Path]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "chapter" / "file.py"
    path.parent.mkdir()
    path.write_text("0")
    return path


@pytest.fixture
def saved(file: Path) -> Iterator[Next]:
    """What comes next of the saves that are told."""
    told: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
    with Saves({file, file.with_name("never.py")}, told.put):
        yield lambda: told.get(timeout=30)
    assert told.empty()


def _write(file: Path) -> None:
    file.write_text("1")


def _move_into_place(file: Path) -> None:
    beside = file.with_name("file.py~")
    beside.write_text("1")
    beside.replace(file)


def _keep_the_old_one(file: Path) -> None:
    file.rename(file.with_name("file.py~"))
    file.write_text("1")


def _remove_first(file: Path) -> None:
    file.unlink()
    file.write_text("1")


WAYS = [_write, _move_into_place, _keep_the_old_one, _remove_first]


@pytest.mark.parametrize("way", WAYS)
def test_each_save_is_told(way: Callable[[Path], None], file: Path, saved: Next) -> None:
    way(file)
    assert saved() == {file}


@pytest.fixture
def _no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watchfiles, "watch", fail)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("_no_events")
def test_without_events_files_are_looked_at(
    way: Callable[[Path], None], file: Path, saved: Next
) -> None:
    way(file)
    assert saved() == {file}


def test_a_folder_may_be_removed_and_made_again(file: Path, saved: Next) -> None:
    shutil.rmtree(file.parent)
    file.parent.mkdir()
    file.write_text("1")
    assert saved() == {file}
    file.write_text("22")
    assert saved() == {file}


def _grade(source: str, workers: Workers, seen: queue.SimpleQueue[object]) -> BackgroundGrade:
    submission = Submission.of_bytes(find("1.2.1"), "file.py", source.encode())
    return BackgroundGrade(
        submission, workers, Options(), fresh=True, on_progress=seen.put, ended=seen.put
    )


def test_a_run_that_is_stopped_ends_and_leaves_the_others_alone(workers: Workers) -> None:
    seen: queue.SimpleQueue[object] = queue.SimpleQueue()
    stopped = _grade("import time\ntime.sleep(600)\n", workers, seen)
    assert seen.get(timeout=300) == Stage("run")
    stopped.stop()
    stopped.join(30)
    assert seen.empty()
    assert stopped.verdict is None
    grade = _grade(find("1.2.1").solution.read_text("utf-8"), workers, seen)
    while (event := seen.get(timeout=300)) is not grade:
        assert isinstance(event, Stage)
    assert grade.verdict is not None
    assert grade.verdict.status is Outcome.PASSED


def test_workers_that_are_stopped_while_they_load_do_not_wait() -> None:
    with ForkWorkers() as workers:
        faults: queue.SimpleQueue[str] = queue.SimpleQueue()

        def load() -> None:
            try:
                workers.preload(())
            except GraderFault as fault:
                faults.put(str(fault))

        thread = threading.Thread(target=load)
        thread.start()
        while workers._helper is None:
            thread.join(0.01)
        workers.abort()
        assert "did not start" in faults.get(timeout=10)
        thread.join()
        with pytest.raises(GraderFault):
            workers.preload(())
