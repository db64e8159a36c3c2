"""`grade watch`: each file is graded when it is saved."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import GRADE, grade, put, solution
from rich.console import Console

from grader.catalogue import find
from grader.commands.watch_displays import PipeDisplay
from grader.commands.watch_session import Saved, Watched, WatchSession
from grader.grading.pipeline import Options
from grader.processes.spawning import SpawnWorkers


@pytest.fixture
def watching(workspace: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `grade watch` in the workspace, and wait until it watches."""
    started = []

    def start(*ids: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*GRADE, "watch", *ids],
            cwd=workspace,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            stdout=(workspace / "watched").open("w"),
            text=True,
            # Whoever runs the tests in the background has the signal ignored, and so would we.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        wait_for(workspace, "Ctrl-C ends")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(workspace: Path, words: str) -> str:
    for _ in range(3000):
        text = (workspace / "watched").read_text("utf-8")
        if words in text:
            return text
        time.sleep(0.1)
    pytest.fail(f"no {words!r} in {text!r}")


@pytest.mark.usefixtures("kept_server")
def test_what_is_saved_is_graded(
    workspace: Path, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    page = workspace / "page.html"
    process = watching("all", "--html", str(page))
    path = put(workspace, "1.2.1", solution("1.2.1").replace("10", "11"))
    wait_for(workspace, "1.2.1 Hello nets!  NOT YET")
    wait_for(workspace, f"{path.name}:")
    # as editors do that write a new file and move it into the old one's place
    beside = path.with_suffix(".tmp")
    beside.write_text(solution("1.2.1"), "utf-8")
    beside.replace(path)
    wait_for(workspace, "1.2.1 Hello nets!  PASSED")
    put(workspace, "1.1.1", solution("1.1.1"))
    text = wait_for(workspace, "1.1.1 Describing Keras  PASSED")
    assert text.count("1.2.1 Hello nets!") == 2
    while "Describing Keras" not in page.read_text("utf-8"):  # it comes after what is printed
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert "✓ 1.2.1" in grade("list", cwd=workspace).stdout
    shown = page.read_text("utf-8")
    assert "Hello nets!" in shown
    assert "NOT YET" not in shown  # only the last verdict on each


def test_a_file_outside_of_a_workspace_is_watched(
    tmp_path: Path, workspace: Path, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    file = tmp_path / "1_1_1.py"
    file.write_text("answer = ____\n", "utf-8")
    process = watching(str(file))
    assert str(file) in wait_for(workspace, "Watching")
    put(workspace, "1.1.1", solution("1.1.1").replace("answer = 3", "answer = 1"))
    file.write_text(solution("1.1.1"), "utf-8")
    assert "NOT YET" not in wait_for(workspace, "PASSED")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_other_files_are_left_alone(
    workspace: Path, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    process = watching("1.1.1")
    put(workspace, "1.1.2", solution("1.1.2"))
    (workspace / "exercises" / find("1.1.1").file).unlink()
    put(workspace, "1.1.1", solution("1.1.1"))
    text = wait_for(workspace, "PASSED")
    assert "1.1.2" not in text
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_a_file_that_goes_while_it_waits_costs_the_next_one_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, there = (tmp_path / Path(find(one).file).name for one in ("1.1.1", "1.1.2"))
    there.write_text(solution("1.1.2"), "utf-8")
    watched = Watched({gone: find("1.1.1"), there: find("1.1.2")}, gone, workspace=None)
    shown = io.StringIO()
    with WatchSession(watched, PipeDisplay(Console(file=shown)), SpawnWorkers(), Options()) as one:
        one._answer(Saved({gone, there}))
        one._answer(one._next_event())
    assert "1_1_1" in capsys.readouterr().err
    assert "PASSED" in shown.getvalue()
