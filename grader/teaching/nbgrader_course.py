"""Laying out a complete nbgrader course: the notebooks, and the settings to grade them with."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from grader.catalogue import Exercise, exercises
from grader.teaching.notebooks import build_notebook, lesson_name, notebook_name

CONFIG = "nbgrader_config.py"
REPLACED = "replaced"
"""Where files of a course are moved to that are written anew. nbgrader looks at nothing there."""

_SETTINGS = '''\
"""nbgrader's settings for this course. `grade nbgrader` wrote them; add your own below."""

c = get_config()  # noqa: F821 - nbgrader has it ready

# Learners get the blanks of keras-grader's stubs: `model = ____`.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "grader.teaching.preprocessor.StubSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Whatever is handed in becomes a notebook with the released cells in it, so that copied or
# deleted cells and odd metadata stop nobody's grading.
c.Autograde.exporter_class = "grader.teaching.preprocessor.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "grader.teaching.preprocessor.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# keras-grader grades in place of `Execute`, which would run learners' code in one kernel with
# the tests, and with your rights: a cell could rewrite the gradebook. Do not add `Execute` here.
# A notebook with test cells of yours, or with none, is run by it all the same, and the log says so.
c.Autograde.autograde_preprocessors = [
    "grader.teaching.preprocessor.KerasGrader",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# For `nbgrader validate`, which does use a kernel: seconds for a cell. Training takes longer
# than nbgrader's 30.
c.ExecutePreprocessor.timeout = 900
'''


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


def lay_out_course(folder: Path, *, force: bool = False) -> Layout:
    """Write a course into FOLDER: `source/LESSON/NOTEBOOK.ipynb` and the settings.

    Args:
        folder: made where it is missing. Files in it that are not of such a course are
            never touched.
        force: write files anew that differ, and do not mind what else is in the folder.
            A file that differs is moved away, not lost.

    Raises:
        NoCourse: nbgrader is not installed, this installation has no solutions, or FORCE
            would be needed.
        OSError: the folder cannot be written to.
    """
    if importlib.util.find_spec("nbgrader") is None:
        raise NoCourse(
            "nbgrader is not installed. `pip install 'keras-grader[instructor]'` installs it."
        )
    try:
        files = course_files()
    except FileNotFoundError as error:
        raise NoCourse(f"A course is made from the solutions, but {error}.") from None
    present = {path for path in files if (folder / path).exists()}
    changed = sorted(path for path in present if _read(folder / path) != files[path])
    if not force:
        _refuse_others(folder, present, changed)
    lessons = sorted({path.parts[1] for path in files if len(path.parts) > 2})
    done = Layout(lessons, unchanged=len(present) - len(changed))
    for path in changed:
        done.replaced.append(_move_away(folder, path))
    for path, content in files.items():
        target = folder / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            done.written += 1
    return done


def course_files() -> dict[Path, bytes]:
    """Return what a course consists of: paths inside its folder, with their contents.

    Raises:
        FileNotFoundError: this installation has no solutions.
    """
    import nbformat

    files = {Path(CONFIG): _SETTINGS.encode()}
    for exercise in exercises():
        lesson = Path("source", lesson_name(exercise.lesson))
        picture = _picture(exercise)
        if picture is not None:
            files[lesson / picture.name] = picture.read_bytes()
        notebook = build_notebook(exercise, picture.name if picture else "")
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
