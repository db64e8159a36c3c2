"""Laying out a complete nbgrader course: the notebooks, and the settings to grade them with."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from grader.catalogue import Exercise
from grader.marking.roster import read_roster
from grader.marking.syllabus import Syllabus
from grader.teaching.nbgrader_settings import ChangedByHand, settings
from grader.teaching.notebooks import build_notebook, lesson_name, notebook_name

CONFIG = "nbgrader_config.py"
REPLACED = "replaced"
"""Where files of a course are moved to that are written anew. nbgrader looks at nothing there."""


class NoCourse(Exception):
    """A course cannot be laid out there. Says why; nothing has been written."""


@dataclass
class Layout:
    """What laying out a course did."""

    lessons: list[str]
    written: int = 0
    unchanged: int = 0
    replaced: list[Path] = field(default_factory=list)
    """Where the files lie now that others took the place of."""
    remarks: list[str] = field(default_factory=list)
    """What the instructor should know of due dates and students, a sentence each."""


def lay_out_course(
    folder: Path, syllabus: Syllabus | None = None, *, force: bool = False
) -> Layout:
    """Write a course into FOLDER: `source/LESSON/NOTEBOOK.ipynb` and the settings.

    Args:
        folder: made where it is missing. Files in it that are not of such a course are
            never touched.
        syllabus: what the course sets; due dates and students go into nbgrader's gradebook.
        force: write files anew that differ, and do not mind what else is in the folder.
            A file that differs is moved away, not lost.

    Raises:
        BadRoster: the course's roster cannot be read.
        NoCourse: nbgrader is not installed, this installation has no solutions, or FORCE
            would be needed.
        OSError: the folder cannot be written to.
    """
    if importlib.util.find_spec("nbgrader") is None:
        raise NoCourse(
            "nbgrader is not installed. `pip install 'keras-grader[instructor]'` installs it."
        )
    syllabus = syllabus or Syllabus()
    try:
        files = course_files(syllabus)
    except FileNotFoundError as error:
        raise NoCourse(f"A course is made from the solutions, but {error}.") from None
    roster = read_roster(Path(syllabus.roster)) if syllabus.roster else None
    present = {path for path in files if (folder / path).exists()}
    renewed = _renew_settings(folder / CONFIG, syllabus, files)
    differing = {path for path in present if _read(folder / path) != files[path]}
    changed = sorted(differing - renewed)
    if not force:
        _refuse_others(folder, present, changed)
    lessons = sorted({path.parts[1] for path in files if len(path.parts) > 2})
    done = Layout(lessons, unchanged=len(present) - len(differing))
    for path in changed:
        done.replaced.append(_move_away(folder, path))
    for path, content in files.items():
        target = folder / path
        if path in differing & renewed or not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            done.written += 1
    if syllabus.due or roster is not None:
        from grader.teaching.nbgrader_gradebook import enter

        done.remarks = enter(folder, syllabus, roster)
    return done


def _renew_settings(path: Path, syllabus: Syllabus, files: dict[Path, bytes]) -> set[Path]:
    """Put our part of the settings that are there into FILES, with the instructor's around it.

    Return the file's name where that could be done.
    """
    try:
        files[Path(CONFIG)] = settings(syllabus, path.read_text("utf-8")).encode()
    except (OSError, UnicodeDecodeError, ChangedByHand):
        return set()
    return {Path(CONFIG)}


def course_files(syllabus: Syllabus | None = None) -> dict[Path, bytes]:
    """Return what a course consists of: paths inside its folder, with their contents.

    Raises:
        FileNotFoundError: this installation has no solutions.
    """
    import nbformat

    syllabus = syllabus or Syllabus()
    files = {Path(CONFIG): settings(syllabus).encode()}
    for exercise in syllabus.all_exercises:
        lesson = Path("source", lesson_name(exercise.lesson))
        picture = _picture(exercise)
        if picture is not None:
            files[lesson / picture.name] = picture.read_bytes()
        notebook = build_notebook(
            exercise, picture.name if picture else "", syllabus.worth(exercise)
        )
        text = nbformat.writes(notebook)
        files[lesson / notebook_name(exercise)] = f"{text}\n".encode()
    return files


def _picture(exercise: Exercise) -> Path | None:
    found = exercise.stub.with_suffix(".png")
    return found if found.exists() else None


def _refuse_others(folder: Path, present: set[Path], changed: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise NoCourse(f"{folder} is a file, not a folder.")
    if changed:
        names = ", ".join(str(path) for path in changed[:3]) + (" …" if len(changed) > 3 else "")
        raise NoCourse(
            f"{len(changed)} files in {folder} differ from what would be written ({names}). "
            f"--force writes them anew, and moves yours to {folder / REPLACED}."
        )
    if not present and folder.exists() and any(folder.iterdir()):
        raise NoCourse(
            f"{folder} is not empty, and no course of keras-grader. Name another folder; "
            "--force lays the course out there all the same, and touches no other file."
        )


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _move_away(folder: Path, path: Path) -> Path:
    target = folder / REPLACED / path
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{REPLACED}{number}" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / path).rename(target)
    return target
