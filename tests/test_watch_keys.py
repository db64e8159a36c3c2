"""`grade watch` in a terminal: keys, runs that begin anew, the terminal as it was found."""

from __future__ import annotations

import shutil
import signal
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from commands import GRADE, grade, put, solution
from terminals import PseudoTerminal, Terminal, Tmux

from grader.catalogue import find

T = TypeVar("T", PseudoTerminal, Tmux)


class Start(Protocol):
    def __call__(self, kind: type[T], *words: str) -> T: ...


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """What the learner's editor writes into the file that it is given."""
    return tmp_path / "answer.py"


@pytest.fixture
def start(workspace: Path, answer: Path) -> Iterator[Start]:
    started: list[Terminal] = []

    def start_in(kind: type[T], *words: str) -> T:
        env = {"EDITOR": f"cp {answer}", "VISUAL": ""}
        terminal = kind([*GRADE, "watch", *words], workspace, env)
        started.append(terminal)
        return terminal

    yield start_in
    for terminal in started:
        terminal.close()


@pytest.mark.parametrize("kind", [PseudoTerminal, Tmux])
def test_watch_hint_edit_pass_next(
    kind: type[T], start: Start, workspace: Path, answer: Path
) -> None:
    if kind is Tmux and shutil.which("tmux") is None:
        pytest.skip("tmux is not installed; the other terminal takes the same way")
    terminal = start(kind)
    terminal.wait("1.1.1 Describing Keras  NOT ATTEMPTED", "1_1_1_describing_keras.py")

    terminal.press("h")
    terminal.wait("Hint 1 of 3 for 1.1.1")
    terminal.press("h")
    assert "Hint 1" not in terminal.wait("Hint 2 of 3 for 1.1.1")

    answer.write_text(solution("1.1.1").replace("answer = 3", "answer = 1"), "utf-8")
    terminal.press("e")
    terminal.wait("1.1.1 Describing Keras  NOT YET")
    terminal.wait("Hint 2 of 3", "Stuck? Press h for a hint.")
    answer.write_text(solution("1.1.1"), "utf-8")
    terminal.press("e")
    terminal.wait("1.1.1 Describing Keras  PASSED")
    passed = terminal.wait("Press n for 1.1.2 Would you use deep learning?")
    assert "Hint" not in passed
    terminal.press("h")
    terminal.wait("there is nothing to give a hint for")
    time.sleep(0.3)  # it does not move on by itself
    assert "1_1_1_describing_keras.py" in terminal.screen()

    terminal.press("n")
    terminal.wait("1.1.2 Would you use deep learning?  NOT ATTEMPTED")
    put(workspace, "1.1.2", solution("1.1.2"))
    terminal.wait("1.1.2 Would you use deep learning?  PASSED")
    terminal.press("l")
    terminal.wait("2 of 8 passed", "✓ 1.1.1  Describing Keras")
    terminal.press("?")
    terminal.wait("once more: back")
    terminal.press("?")
    terminal.wait("Press n for 1.2.1 Hello nets!")
    terminal.press("q")
    if isinstance(terminal, PseudoTerminal):
        assert terminal.process.wait(30) == 0
    assert "✓ 1.1.2" in grade("list", cwd=workspace).stdout
    assert '"1.1.1": 2' in (workspace / ".keras-grader" / "progress.json").read_text()


@pytest.mark.parametrize("way", ["q", "\x04", "\x03", "SIGTERM"])
def test_the_terminal_is_left_as_it_was_found(way: str, start: Start) -> None:
    terminal = start(PseudoTerminal, "1.1.1")
    before = terminal.flags()
    terminal.wait("? help")
    assert before & termios.ECHO
    assert not terminal.flags() & (termios.ECHO | termios.ICANON)
    if way == "SIGTERM":
        terminal.process.send_signal(signal.SIGTERM)
    else:
        terminal.press(way)
    assert terminal.process.wait(30) == (143 if way == "SIGTERM" else 0)
    assert terminal.flags() == before


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it(start: Start) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed, and only a shell can stop a program")
    terminal = start(Tmux, "1.1.1")
    terminal.wait("? help")
    terminal.press("\x1a")
    terminal.wait("Stopped")
    terminal.press("clear; stty -a\n")
    terminal.wait(" icanon", " echo ")
    terminal.press("fg\n")
    assert "Stopped" not in terminal.wait("? help")
    terminal.press("h")
    terminal.wait("Hint 1 of 3")


def test_next_is_the_next_of_those_that_are_named(start: Start, workspace: Path) -> None:
    terminal = start(PseudoTerminal, "1.1.1", "2.4.1")
    terminal.wait("1.1.1 Describing Keras  NOT ATTEMPTED", "Press t for the task.")
    terminal.press("t")
    assert "NOT ATTEMPTED" not in terminal.wait("1 point: answer")
    terminal.press("t")
    terminal.wait("1.1.1 Describing Keras  NOT ATTEMPTED")
    put(workspace, "1.1.1", solution("1.1.1"))
    terminal.wait("1.1.1 Describing Keras  PASSED", "Press n for 2.4.1")


def test_what_no_key_stands_for_does_nothing(start: Start) -> None:
    terminal = start(PseudoTerminal, "1.1.1")
    terminal.wait("NOT ATTEMPTED")
    before = terminal.wait("? help")
    terminal.press("\x1b[A")  # the arrow up, whose last letter is no key
    terminal.press("x")
    terminal.press("\x13")  # Ctrl-S, meant for the editor: no output would come any more
    terminal.press("H")  # but capitals are as good
    after = terminal.wait("Hint 1 of 3")
    assert after.partition("Hint")[0].strip() in before


def test_another_width_draws_the_screen_anew(start: Start) -> None:
    terminal = start(PseudoTerminal, "1.1.1")
    terminal.wait("? help")  # keys that come earlier are nobody's
    terminal.press("h")
    wide = terminal.wait("Hint 1 of 3", "? help")
    terminal.resize(60)
    terminal.wait("Hint 1 of 3", "e edit\nq quit")
    assert "\nq quit" not in wide


def test_a_workspace_of_notebooks(tmp_path: Path) -> None:
    assert grade("init", "notebooks", "--notebooks", cwd=tmp_path).returncode == 0
    terminal = PseudoTerminal([*GRADE, "watch"], tmp_path / "notebooks", {"EDITOR": "cp"})
    try:
        terminal.wait("1_1_1_describing_keras.ipynb", "left in cell 2, line 2", "? help")
        terminal.press("e")  # an editor of texts would show the file's JSON
        terminal.wait("JupyterLab")
        notebook = tmp_path / "notebooks" / "exercises" / find("1.1.1").file
        notebook = notebook.with_suffix(".ipynb")
        beside = notebook.with_suffix(".tmp")  # as JupyterLab saves
        beside.write_text(notebook.read_text("utf-8").replace("= ____", "= 3"), "utf-8")
        beside.replace(notebook)
        terminal.wait("1.1.1 Describing Keras  PASSED", "Press n for 1.1.2")
    finally:
        terminal.close()


def test_an_editor_that_does_not_start_is_told(start: Start, answer: Path) -> None:
    terminal = start(PseudoTerminal, "1.1.1")
    terminal.wait("? help")
    terminal.press("e")  # there is nothing to copy yet
    terminal.wait("Editing")  # the row may end here
    answer.write_text(solution("1.1.1"), "utf-8")
    terminal.press("e")
    assert "failed" not in terminal.wait("PASSED")


@pytest.mark.usefixtures("kept_server")
def test_a_save_during_a_run_begins_it_anew(start: Start, workspace: Path) -> None:
    terminal = start(PseudoTerminal, "1.2.1")
    terminal.wait("? help")
    put(workspace, "1.2.1", "import time\nmodel = 1\ntime.sleep(600)\n")
    terminal.wait("1.2.1 Hello nets!: running")
    terminal.press("h")  # keys work meanwhile
    terminal.wait("Hint 1 of 3")
    terminal.wait("1.2.1 Hello nets!: running")
    path = put(workspace, "1.2.1", solution("1.2.1").replace("10", "11"))
    terminal.wait("got:      layer 1: Dense(11)")
    path.unlink()
    terminal.press("r")
    terminal.wait("There is no file")
    put(workspace, "1.2.1", solution("1.2.1"))
    terminal.wait("1.2.1 Hello nets!  PASSED")
    put(workspace, "1.2.1", "import time\ntime.sleep(600)\n")
    terminal.wait("1.2.1 Hello nets!: running")
    terminal.press("q")
    assert terminal.process.wait(30) == 0
