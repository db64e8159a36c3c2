"""Full disks, folders that are gone, narrow windows, terminals that can do little."""

from __future__ import annotations

import io
import subprocess
from multiprocessing import Process
from pathlib import Path

import pytest
from commands import GRADE, put
from rich.console import Console
from sample_runs import sample_run
from terminals import PseudoTerminal

from grader.catalogue import Exercise, chapter_title, exercises
from grader.show.entries import entry_of
from grader.show.guidance import shown_task
from grader.show.live_line import LiveLine
from grader.verdict import Outcome, Verdict
from grader.workspace import Workspace


def _on_a_full_disk(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `grade` where no file can have more than a few hundred bytes."""
    return subprocess.run(
        ["sh", "-c", 'ulimit -f 1 && exec "$@"', "sh", *GRADE, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )


def test_a_full_disk_leaves_no_half_of_a_stub(tmp_path: Path) -> None:
    done = _on_a_full_disk("init", "course", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "grade: course cannot be written to: File too large\n"
    found = {path.name: path.read_bytes() for path in tmp_path.glob("course/*/*/*.py")}
    whole = {Path(one.file).name: one.stub.read_bytes() for one in exercises()}
    assert found.items() <= whole.items()


def test_a_full_disk_costs_no_answer(workspace: Path) -> None:
    path = put(workspace, "4.1.4", "mine = 1\n")
    done = _on_a_full_disk("reset", "4.1.4", cwd=workspace)
    assert done.returncode == 2
    assert done.stderr == f"grade: {path} cannot be written to: File too large. It is as it was.\n"
    assert path.read_text() == "mine = 1\n"
    assert len(list(path.parent.iterdir())) == 12  # as many as there are exercises


@pytest.mark.parametrize("option", ["--html", "--junit"])
def test_a_page_that_cannot_be_written_is_named(workspace: Path, option: str) -> None:
    done = _on_a_full_disk("2.2", option, "page", cwd=workspace)
    assert done.returncode == 2
    assert "NOT ATTEMPTED" in done.stdout
    assert done.stderr == "grade: page cannot be written: File too large.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has such a file")
def test_output_that_finds_no_room_is_told(workspace: Path) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*GRADE, "list"], cwd=workspace, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 3
    assert done.stderr == "grade: The disk is full (No space left on device), so this ends here.\n"


def _remember(root: Path, place: int) -> None:
    for one in exercises()[place::2]:
        Workspace(root).remember([Verdict(one.id, one.title, Outcome.PASSED, ())])


def test_two_terminals_lose_nothing_of_what_has_passed(tmp_path: Path) -> None:
    others = [Process(target=_remember, args=(tmp_path, place)) for place in (0, 1)]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert len(Workspace(tmp_path).progress()) == len(exercises())


def test_a_folder_that_is_gone_is_told(workspace: Path) -> None:
    gone = workspace / "gone"
    gone.mkdir()
    for command in ("list", "next", "1.1.1"):
        done = subprocess.run(
            ["sh", "-c", 'rmdir ../gone; exec "$@"', "sh", *GRADE, command],
            cwd=gone,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
            check=False,
        )
        gone.mkdir()
        assert done.returncode == 2
        assert "The folder that you are in is not there any more." in done.stderr


@pytest.mark.parametrize("exercise", exercises(), ids=lambda one: one.id)
def test_a_task_fits_into_its_window(exercise: Exercise) -> None:
    for width in (40, 80):
        shown = shown_task(exercise, width)
        assert shown.split() == exercise.task.split()
        lines = [line for line in shown.splitlines() if not line.startswith("    ")]
        assert max(map(len, lines)) <= width
    assert shown_task(exercise, 200) == exercise.task


def test_the_list_fits_into_its_window(workspace: Path) -> None:
    env = {"TERM": "dumb", "COLUMNS": "40"}
    terminal = PseudoTerminal([*GRADE, "list"], workspace, env)
    try:
        text = terminal.wait("4.3.4  Test your model!  6 points\n")
    finally:
        terminal.close()
    lines = text.splitlines()
    assert lines[0] == "Chapter 1: Introducing K…  0 of 8 passed"
    assert max(map(len, lines)) <= 40
    assert "\x1b" not in text


def test_titles_of_chapters_spell_names_as_they_are_spelt() -> None:
    assert chapter_title("introducing_keras") == "Introducing Keras"
    assert chapter_title("cnns_and_lstms") == "CNNs and LSTMs"


@pytest.mark.parametrize(("count", "term"), [(0, "xterm"), (1, "dumb")])
def test_no_line_is_drawn_where_nothing_runs_or_none_can_be(count: int, term: str) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, _environ={"TERM": term})
    with LiveLine(console, count):
        pass
    assert file.getvalue() == ""


def test_the_line_keeps_its_seconds_in_a_narrow_window() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=40, color_system=None)
    with LiveLine(console, 1, title="2.2.1 A multi-class model"):
        pass
    assert "⠋ 2.2.1 A m…: loading TensorFlow 0:00:00" in file.getvalue()


def test_a_page_has_no_faults_in_what_nobody_has_begun() -> None:
    assert not entry_of(sample_run(status=Outcome.NOT_ATTEMPTED)).has_notes
    assert entry_of(sample_run(status=Outcome.FAILED)).has_notes
