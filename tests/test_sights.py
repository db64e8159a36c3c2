"""What a run gave to see: what it printed and drew, kept for people, and believed by nobody."""

from __future__ import annotations

import base64
import io
import logging
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from grader import last_runs
from grader.catalogue import find
from grader.evidence.record import DrawnFigure, RanToItsEnd, Record
from grader.evidence.values import Numbers
from grader.grading import verdict_store
from grader.grading.pipeline import Options, grade
from grader.grading.viewer import view
from grader.learner.surroundings import leave_out_advice_on_tracing
from grader.processes.workers import Workers
from grader.show.graphics import encoded, protocol_of
from grader.show.terminal import show_verdict
from grader.sights import Picture, Sights, plain_output, shortened
from grader.submission import Submission, read_submission
from grader.verdict import Outcome, Verdict
from grader.workspace import Workspace

DRAWS = """
import matplotlib.pyplot as plt
for number in range(60):
    print("line", number)
plt.plot([1, 2, 3])
plt.xlabel("epoch")
plt.show()
plt.plot([3, 2], label="second")
plt.title("$\\\\frac{$")
"""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def run(workers: Workers) -> Verdict:
    submission = Submission.of_bytes(find("2.1.1"), "answer.py", DRAWS.encode())
    return grade(submission, workers, Options(sights=True))


def test_what_was_printed_and_drawn_comes_with_the_verdict(run: Verdict) -> None:
    assert run.status is Outcome.FAILED
    assert run.sights.printed.split("\n") == [f"line {number}" for number in range(60)]
    (picture,) = run.sights.pictures  # the second cannot be drawn: its title is no formula
    assert run.sights.figures == 2
    assert picture.png.startswith(PNG)
    assert (picture.line, picture.about) == (7, "A plot: epoch")
    from PIL import Image

    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (picture.width, picture.height)
    assert len(set(image.convert("L").get_flattened_data())) > 10


def _shown(verdict: Verdict, *, whole_output: bool = False) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    show_verdict(verdict, console, whole_output=whole_output)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_verdict_shows_the_beginning_and_the_end_of_what_was_printed(run: Verdict) -> None:
    text = _shown(run)
    assert "    line 11\n\n    … 40 lines are left out here; the last 8: …\n\n    line 52\n" in text
    assert "`grade 2.1.1 --output` shows all of it." in text
    assert "  Figure 1, shown on line 7\n" in text
    whole = _shown(run, whole_output=True)
    assert "line 12\n" in whole
    assert "--output" not in whole


def test_without_being_asked_nothing_is_drawn(workers: Workers) -> None:
    submission = Submission.of_bytes(find("2.1.1"), "answer.py", DRAWS.encode())
    assert grade(submission, workers).sights == Sights()


def test_the_last_run_is_kept_in_the_workspace_and_named(
    run: Verdict, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = find("2.1.1")
    file = Workspace(workspace).file_of(exercise)
    file.write_text(DRAWS)
    folder = workspace / ".keras-grader" / "last" / "2.1.1"
    elsewhere = workspace / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "figure-1.png").write_text("mine")
    folder.parent.mkdir(parents=True)
    folder.symlink_to(elsewhere)
    kept = last_runs.keep(read_submission(exercise, file), run)
    assert kept.kept == str(folder)
    assert (elsewhere / "figure-1.png").read_text() == "mine"
    names = {path.name for path in folder.iterdir()}
    assert names == {"run.msgpack", "figure-1.png", "output.txt"}
    assert (folder / "figure-1.png").read_bytes() == run.sights.pictures[0].png
    found = last_runs.load(Workspace(workspace), exercise)
    assert found == last_runs.LastRun(kept, DRAWS)
    monkeypatch.chdir(workspace)
    assert "Figure 1, shown on line 7: .keras-grader/last/2.1.1/figure-1.png" in _shown(kept)
    # the next run takes its place, with all that it left
    last_runs.keep(read_submission(exercise, file), msgspec.structs.replace(run, sights=Sights()))
    assert {path.name for path in folder.iterdir()} == {"run.msgpack"}


def test_what_lies_elsewhere_is_kept_in_the_cache(run: Verdict) -> None:
    exercise = find("2.1.1")
    kept = last_runs.keep(Submission.of_bytes(exercise, "answer.py", b"x = 1"), run)
    assert kept.kept == str(last_runs.folder_of(None, exercise))
    assert Path(os.environ["XDG_CACHE_HOME"]) in Path(kept.kept).parents


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x81", b"\x92" * 3000])
def test_a_damaged_last_run_is_none(tmp_path: Path, damage: bytes) -> None:
    folder = last_runs.folder_of(Workspace(tmp_path), find("2.1.1"))
    folder.mkdir(parents=True)
    (folder / "run.msgpack").write_bytes(damage)
    assert last_runs.load(Workspace(tmp_path), find("2.1.1")) is None


def test_a_stored_verdict_has_them_too(run: Verdict) -> None:
    verdict_store.keep("with-pictures", run)
    found = verdict_store.load("with-pictures")
    assert found is not None
    assert found.sights == run.sights


def test_stored_verdicts_are_held_to_a_size(run: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_store, "_KEPT_BYTES", 1)
    for key in ("one", "two"):
        verdict_store.keep(key, run)
    assert verdict_store.load("one") is None
    assert verdict_store.load("two") is not None


def _record(pixels: Numbers) -> Record:
    return Record(RanToItsEnd(), {}, [], [], [DrawnFigure(1, [], [], pixels)], {}, [])


@pytest.mark.parametrize(
    ("pixels", "described"),
    [
        (np.zeros((2, 2, 3), np.uint8), {"shape": (9, 9, 3)}),
        (np.zeros((2, 2, 3), np.uint8), {"shape": (100_000, 100_000, 3)}),
        (np.zeros((2, 2, 4), np.uint8), {}),
        (np.zeros((2, 2), np.uint8), {}),
        (np.zeros((0, 2, 3), np.uint8), {}),
        (np.zeros((2, 2, 3), np.float64), {}),
        (np.zeros((2, 2, 3), np.uint8), {"file": "f" * 32 + ".npy"}),
        (np.zeros((2, 2, 3), np.uint8), {"file": None}),
    ],
)
def test_what_is_no_picture_is_not_shown(
    tmp_path: Path, pixels: np.ndarray, described: dict[str, Any]
) -> None:
    name = "0" * 32 + ".npy"
    np.save(tmp_path / name, pixels)
    honest = Numbers(pixels.shape, str(pixels.dtype), "", name)
    told = msgspec.structs.replace(honest, **described)
    assert view(_record(told), tmp_path, [], "").pictures == ()


def test_a_picture_behind_a_link_is_not_shown(tmp_path: Path) -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    np.save(tmp_path / "secret.npy", pixels)
    name = "0" * 32 + ".npy"
    (tmp_path / name).symlink_to(tmp_path / "secret.npy")
    told = Numbers(pixels.shape, "uint8", "", name)
    assert view(_record(told), tmp_path, [], "").pictures == ()
    (tmp_path / name).unlink()
    np.save(tmp_path / name, pixels)
    assert len(view(_record(told), tmp_path, [], "").pictures) == 1


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\n", "plain"),
        ("1/9 \r2/9 \r9/9 done\n", "9/9 done"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07", "red \ufffd]0;title\ufffd"),
        ("a\tb\r\nc", "a       b\nc"),
        ("10%\x08\x08\x0811%", "10%11%"),
    ],
)
def test_printed_text_has_no_control_codes(printed: str, shown: str) -> None:
    assert plain_output(printed) == shown


def test_little_is_not_shortened() -> None:
    text = "\n".join("abcdefghij" * 4)
    assert shortened(text) == (text, 0)


PICTURE = Picture(PNG + bytes(9_000), 90, 40, None, "A plot")


def test_a_picture_is_sent_as_the_terminal_takes_it() -> None:
    sent = encoded(PICTURE, "kitty", 10)
    parts = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", sent)
    assert base64.b64decode("".join(data for _, data in parts)) == PICTURE.png
    assert [keys[-3:] for keys, _ in parts] == ["m=1"] * (len(parts) - 1) + ["m=0"]
    assert all(len(data) <= 4096 and "q=2" in keys for keys, data in parts)
    head, data = encoded(PICTURE, "iterm2", 10).split(":", 1)
    assert "inline=1" in head
    assert base64.b64decode(data.removesuffix("\x07")) == PICTURE.png


def _seen(sixels: str) -> np.ndarray:
    """Return the pixels that a terminal makes of sixels, as red, green and blue from 0 to 255."""
    body = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)(.*)\x1b\\', sixels, re.DOTALL)
    assert body is not None
    width, height = int(body[1]), int(body[2])
    seen = np.full((height + 6, width, 3), -1)
    palette: dict[int, list[int]] = {}
    colour = left = top = 0
    for sign, number, definition, count, code in re.findall(
        r"([$-])|#(\d+)((?:;\d+){4})?|(?:!(\d+))?([?-~])", body[3]
    ):
        if sign:
            left, top = 0, top + 6 * (sign == "-")
        elif number:
            colour = int(number)
            if definition:
                parts = [int(part) for part in definition.split(";")[2:]]
                palette[colour] = [round(part * 2.55) for part in parts]
        else:
            end = left + int(count or 1)
            for row in range(6):
                if ord(code) - 63 >> row & 1:
                    seen[top + row, left:end] = palette[colour]
            left = end
    assert (seen[height:] == -1).all()
    return seen[:height]


def test_sixels_show_the_picture() -> None:
    drawn = np.zeros((20, 30, 4), np.uint8)  # nothing is drawn on: the paper is white
    drawn[3:9, 2:14] = 255, 0, 0, 255
    drawn[10:, 20:] = 0, 0, 255, 255
    stream = io.BytesIO()
    Image.fromarray(drawn).save(stream, "PNG")
    picture = Picture(stream.getvalue(), 30, 20, None, "A plot")
    expected = np.where(drawn[..., 3:] == 0, 255, drawn[..., :3])
    assert np.abs(_seen(encoded(picture, "sixel", 80)) - expected).max() <= 2
    assert _seen(encoded(picture, "sixel", 2)).shape == (12, 18, 3)


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "xterm-256color", "WT_SESSION": "8ae2"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230800"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "211200"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-1/default,1,0"}, None),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "WT_SESSION": "8ae2"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"}, "iterm2"),
        ({"TERM": "xterm-kitty", "TERM_PROGRAM": "vscode"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "TMUX": "/tmp/x,1,0"}, None),
        ({}, None),
    ],
)
def test_the_terminal_is_known_by_its_environment(
    environment: dict[str, str], protocol: str | None
) -> None:
    assert protocol_of(environment) == protocol


@pytest.mark.parametrize("terminal", [True, False])
def test_no_picture_is_sent_where_no_terminal_is(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.delenv("TMUX", raising=False)
    console = Console(file=io.StringIO(), width=80, force_terminal=terminal)
    sights = Sights(pictures=(PICTURE,), figures=1)
    show_verdict(Verdict("2.1.1", "Title", Outcome.PASSED, (), sights=sights), console)
    assert isinstance(console.file, io.StringIO)
    assert ("\x1b_G" in console.file.getvalue()) is terminal


@pytest.mark.parametrize(("rows", "shown"), [(12, False), (24, True)])
def test_no_picture_hides_a_verdict_in_a_low_window(
    monkeypatch: pytest.MonkeyPatch, rows: int, shown: bool
) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "vscode")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    console = Console(file=io.StringIO(), width=80, height=rows, force_terminal=True)
    sights = Sights(pictures=(Picture(PNG, 640, 480, None, "A plot"),), figures=1)
    verdict = Verdict("2.1.1", "Title", Outcome.PASSED, (), sights=sights, kept="/last/2.1.1")
    show_verdict(verdict, console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "/last/2.1.1/figure-1.png" in text
    assert (";width=32;" in text) is shown  # 12 rows are as high as 24 columns are wide


def test_advice_on_tracing_is_no_output_of_a_file() -> None:
    logger = logging.getLogger("tensorflow")
    before = list(logger.filters)

    def is_told(text: str) -> bool:
        return bool(logger.filter(logger.makeRecord("", logging.WARNING, "", 0, text, (), None)))

    try:
        leave_out_advice_on_tracing()
        assert not is_told("5 out of the last 9 calls triggered tf.function retracing.")
        assert is_told("something else")
    finally:
        logger.filters[:] = before
