"""CONTRIBUTING's promise: three files make a new exercise. Here is one more, which trains.

`grade new` writes its skeletons into a copy of this clone; a test fills them in, touches nothing
else, and then runs there every test that looks at all exercises, for the new one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import grade
from new_exercise import ANSWERS, CHECKS, MEASURED, SOLUTION

from grader import skeletons
from grader.catalogue import Exercise, exercises
from grader.identity import ELSEWHERE

CLONE = Path(__file__).parents[1]
ID = "5.1.1"
FILE = "5_more/5_1_1_dropping_neurons.py"
TITLE, CHAPTER = "Dropping neurons", "More"

WHOLE = ("committed_stubs", "no_other_files", "reviewed_mutants_exist", "known_by_its_name")
"""Parts of names of tests that look at all exercises at once, and take no time for it."""

LOOK_AT_ALL = (
    "answers", "calibration", "course_2019", "golden", "idioms", "mutations", "notebooks",
    "parameters", "stubs",
)  # fmt: skip
"""Of the files of tests that are chosen, those that must not be missing."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this clone, whose package finds its parts as an installed one does."""
    root = tmp_path / "clone"
    for part in ("grader", "tests", *ELSEWHERE):
        shutil.copytree(CLONE / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ELSEWHERE:
        (root / "grader" / part).symlink_to(root / part)
    shutil.copyfile(CLONE / "pyproject.toml", root / "pyproject.toml")
    return root


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, with the copy's package."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def _grade(root: Path, *arguments: str) -> str:
    """Run `grade` in the copy; return what it prints."""
    done = _run(root, "-P", "-m", "grader", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _fill_in(path: Path, parts: dict[str, str]) -> None:
    """Replace each part of a skeleton, which must stand there exactly once, by what it becomes."""
    text = path.read_text("utf-8")
    for old, new in parts.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        text = text.replace(old, new)
    assert skeletons.FILL_IN not in text
    path.write_text(text, "utf-8")


def _begin(root: Path) -> tuple[Path, Path, Path]:
    """Begin the new exercise in the copy; return its solution, checks and answers."""
    told = _grade(root, "new", ID, TITLE, "--chapter", CHAPTER)
    paths = (
        f"solutions/{FILE}",
        "grader/checks/check_5_1_1.py",
        "tests/answers/answers_5_1_1.py",
    )
    for path in paths:
        assert f"new: {path}" in told
    assert f"grade build && grade verify {ID}" in told
    solution, checks, answers = (root / path for path in paths)
    return solution, checks, answers


def test_what_grade_new_writes_works_as_it_is(copy: Path) -> None:
    _begin(copy)
    assert f"new: exercises/{FILE}" in _grade(copy, "build")
    assert "1 of 1 references passed, 1 of 1 stubs are not_attempted." in _grade(copy, "verify", ID)


@pytest.mark.by_turns
def test_three_files_make_an_exercise(copy: Path) -> None:
    solution, checks, answers = _begin(copy)
    _fill_in(solution, SOLUTION)
    _fill_in(checks, CHECKS)
    _fill_in(answers, ANSWERS)
    # What `python tests/calibration 5.1.1` measured, in some minutes that a test has not.
    (copy / "tests" / "calibration" / "measured" / "5_1_1.json").write_text(json.dumps(MEASURED))

    assert f"new: exercises/{FILE}" in _grade(copy, "build")
    assert "accuracy = ____" in (copy / "exercises" / FILE).read_text("utf-8")
    listing = _grade(copy, "list")
    assert "Chapter 5: More" in listing
    assert "5.1.1  Dropping neurons  9 points" in listing
    assert "Some neurons" in _grade(copy, "hint", ID)
    chosen = " or ".join((ID, *WHOLE))
    files = [
        str(path) for path in copy.glob("tests/test_*.py") if "exercises()" in path.read_text()
    ]
    files.append("tests/test_mutations.py")  # it gets all exercises from tests/mutations
    done = _run(copy, "-m", "pytest", "-n", "0", "-vv", "-k", chosen, "--write-golden", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    golden = (copy / "tests" / "golden" / "5_1_1.txt").read_text("utf-8")
    assert "✗ The network has the right layers" in golden
    passed = [line for line in done.stdout.splitlines() if f"[{ID}" in line and "PASSED" in line]
    looked_at = {line.partition("::")[0].removeprefix("tests/test_") for line in passed}
    assert looked_at >= {f"{name}.py" for name in LOOK_AT_ALL}


def test_contributing_shows_what_stands_in_these_files() -> None:
    section = (CLONE / "CONTRIBUTING.md").read_text("utf-8").partition("## Add an exercise")[2]
    shown = re.findall(r"```python\n(.*?)\n```", section, re.DOTALL)
    written = "\n".join([*SOLUTION.values(), *CHECKS.values(), *ANSWERS.values()])
    parts = [part.strip("\n") for block in shown for part in block.split("\n\n")]
    assert len(parts) > 6
    assert [part for part in parts if part not in written] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2.2.1", "Another one"], "2.2.1 is there already: solutions/2_going_deeper/2_2_1_"),
        (["2.5", "Counting layers"], "'2.5' is no id. It has three numbers"),
        (["2.05.1", "Counting layers"], "'2.05.1' is no id"),
        (["2.5.1", "?"], "'?' is no title"),
        (["2.5.1", "One\nand two"], "is no title"),
        (
            ["999.1.1", "Counting layers"],
            "There is no chapter 999. There are 1 (Introducing Keras)",
        ),
        (["2.5.1", "Counting layers", "--chapter", "More"], "leave --chapter out"),
    ],
    ids=lambda value: " ".join(value[:2]).replace(".", "-") if isinstance(value, list) else "",
)
def test_what_cannot_be_begun_is_told_in_one_line(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    before = _files_of_the_clone()
    done = grade("new", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert _files_of_the_clone() == before


def _files_of_the_clone() -> list[Path]:
    return sorted(path for path in CLONE.glob("*/*/*") if "__pycache__" not in path.parts)


def test_an_installation_is_no_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeletons, "package_folder", lambda name: tmp_path / "grader" / name)
    with pytest.raises(skeletons.CannotBegin, match="does not run from one"):
        skeletons.new_exercise("2.5.1", "Counting layers", None)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_all_of_a_skeleton_is_filled_in(exercise: Exercise) -> None:
    answers = CLONE / "tests" / "answers" / f"answers_{exercise.id.replace('.', '_')}.py"
    for path in (exercise.solution, exercise.checks, answers):
        assert skeletons.FILL_IN not in path.read_text("utf-8"), path
