"""Files that are empty, no text, no Python, no files: what is told, before anything runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from words import plain

from grader.catalogue import find
from grader.grading.pipeline import grade
from grader.processes.workers import Workers
from grader.source_file import NotAFile
from grader.submission import Submission, read_submission
from grader.teaching.notebooks import build_notebook
from grader.verdict import Outcome, Verdict

Grade = Callable[..., Verdict]

GOOD = find("2.2.1").solution.read_text("utf-8")


@pytest.mark.parametrize("source", ["", "\n\n", "# nothing\n", '"""Only words."""\n'])
def test_an_empty_file_is_not_attempted(grade_source: Grade, source: str) -> None:
    verdict = grade_source("2.2.1", source)
    assert verdict.status == Outcome.NOT_ATTEMPTED
    assert "empty" in verdict.message


def test_a_blank_is_named_and_what_stands_above_it_is_graded(grade_source: Grade) -> None:
    source = GOOD.replace('Dense(4, activation="softmax")', "____")
    verdict = grade_source("2.2.1", source)
    line = next(n for n, text in enumerate(source.splitlines(), 1) if "____" in text)
    assert verdict.status == Outcome.UNFINISHED
    assert f"line {line}" in verdict.message
    assert verdict.line == line


def test_a_blank_in_a_comment_or_text_is_no_blank(grade_source: Grade) -> None:
    assert grade_source("2.2.1", GOOD + '\n# ____\nprint("____")\n').status == Outcome.PASSED


def test_a_syntax_error_is_told_with_its_line(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", GOOD + "\nmodel.add(Dense(3)\n")
    assert verdict.status == Outcome.ERROR
    assert verdict.line == len(GOOD.splitlines()) + 2
    assert "never closed" in verdict.message


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"x = '\xe4\xf6'\n", "UTF-8"),
        ("x = 1\n".encode("utf-16"), "UTF-"),
        (b"x = 1\n\0y = 2\n", "NUL"),
        (b"x = 1\n" * 300_000, "MB"),
    ],
    ids=["latin-1", "utf-16", "nul byte", "too large"],
)
def test_what_is_no_text_is_an_error_in_plain_words(
    grade_source: Grade, data: bytes, word: str
) -> None:
    verdict = grade_source("2.2.1", data)
    assert verdict.status == Outcome.ERROR
    assert word in verdict.message
    assert "Traceback" not in verdict.message


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        b"# -*- coding: latin-1 -*-\n# \xe4\n" + GOOD.encode("latin-1"),
    ],
    ids=["byte order mark", "windows line ends", "declared encoding"],
)
def test_unusual_but_readable_files_are_graded(grade_source: Grade, data: bytes) -> None:
    assert grade_source("2.2.1", data).status == Outcome.PASSED


def test_tabs_and_spaces_mixed_are_told_with_their_line(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", f"{GOOD}\nfor _ in range(3):\n        a = 1\n\tb = 2\n")
    assert verdict.status == Outcome.ERROR
    assert verdict.line == len(GOOD.splitlines()) + 4
    assert "tabs" in verdict.message


def test_a_notebook_under_a_scripts_name_is_told_so(workers: Workers, tmp_path: Path) -> None:
    import nbformat

    path = tmp_path / "answer.py"
    path.write_text(nbformat.writes(build_notebook(find("2.2.1"))), "utf-8")
    verdict = plain(grade(read_submission(find("2.2.1"), path), workers))
    assert verdict.status == Outcome.ERROR
    assert "answer.py is a notebook. Give it a name that ends in .ipynb" in str(verdict.message)


def test_a_huge_file_is_refused_without_reading_it(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "answer.py"
    with path.open("wb") as stream:
        stream.truncate(80_000_000_000)
    started = time.process_time()
    verdict = plain(grade(read_submission(find("2.2.1"), path), workers))
    assert time.process_time() - started < 5
    assert verdict.status == Outcome.ERROR
    assert "80000 MB" in str(verdict.message)


def test_a_file_that_may_not_be_read_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    path = tmp_path / "answer.py"
    path.touch()
    monkeypatch.setattr(Path, "open", refused)  # root may read everything
    with pytest.raises(NotAFile, match="permission denied"):
        read_submission(find("2.2.1"), path)


def test_a_pipe_in_place_of_a_file_is_told_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "answer.py")
    with pytest.raises(NotAFile, match="not a regular file"):
        read_submission(find("2.2.1"), tmp_path / "answer.py")


def test_lines_are_counted_as_python_counts_them() -> None:
    """Copied text has other signs in it that end a line elsewhere: U+2028, a form feed."""
    text = "a = 1\n# \u2028 \f \x85\nb = 2\nc = ____\n"
    script = Submission.of_bytes(find("2.2.1"), "answer.py", text.encode()).script()
    assert script.blanks() == [4]
    assert script.text_of_line(3) == "b = 2"
    assert script.until(4).source == text.removesuffix("c = ____\n")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("m = Sequential()\nm.add(a)\nm = keras.Sequential()\nm.add(b)\n", [3]),
        (
            "m = Sequential()\nm.add(a)\nm = models.Sequential()\nm.add(b)\nm = Sequential()\n",
            [3, 5],
        ),
        ("m = Sequential()\nm = Sequential()\nm.add(a)\n", []),  # nothing was added before
        ("m = Sequential()\nm.add(a)\nother = Sequential()\n", []),
        ("m = Sequential()\nm.add(a)\nm = None\nm = Sequential()\n", [4]),
        ("def f():\n    m = Sequential()\n    m.add(a)\n    m = Sequential()\n", []),
    ],
)
def test_models_that_are_made_anew_are_found(text: str, lines: list[int]) -> None:
    script = Submission.of_bytes(find("2.2.1"), "answer.py", text.encode()).script()
    assert script.anew.get("m", []) == lines
