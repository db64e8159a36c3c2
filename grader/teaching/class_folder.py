"""Finding what students handed in, in the layouts that learning platforms leave behind.

- `DIR/STUDENT/…`, with files under their stubs' names in any subfolder: a whole
  workspace, or nbgrader's `submitted/STUDENT/ASSIGNMENT/NAME.ipynb`;
- `DIR/STUDENT.zip`;
- Moodle's download, `Full Name_1234567_assignsubmission_file_/…`;
- Canvas's download, `lastfirst_LATE_12345_67890_name-1.py`;
- the last two as the zip archive that they come in, or unpacked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.catalogue import Exercise, exercise_of, exercises
from grader.notebook.cells import assemble
from grader.notebook.notebook_reader import MAX_NOTEBOOK_BYTES, UnreadableNotebook
from grader.places import InCells, InFile, Places
from grader.source_file import MAX_SOURCE_BYTES
from grader.submission import Submission
from grader.teaching.archives import (
    MAX_UNPACKED_BYTES,
    FileEntry,
    Refused,
    entries_of_archive,
    entries_of_folder,
    name_of,
    open_archive,
)
from grader.teaching.file_names import (
    are_of_a_class,
    canvas,
    graded_name,
    owner_of,
    shown,
    without_canvas_number,
)
from grader.teaching.students import Student

_MAX_NESTED_ARCHIVES = 2
_LIMITS = {".py": MAX_SOURCE_BYTES, ".ipynb": MAX_NOTEBOOK_BYTES}
_OTHER_ARCHIVES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
_TEXTS = {".txt", ".doc", ".docx", ".odt", ".rtf", ".pdf", ".html", ".md"}


class NothingToGrade(Exception):
    """The folder or archive does not hold the work of a class: a usage error."""


@dataclass(frozen=True)
class HandedIn:
    """One student's work on one exercise, read once: nobody can change it any more."""

    student: str
    """Their `Student.label`."""
    submission: Submission
    file: str
    """Its name, with the folders that it lies in inside of what was handed in."""
    notes: tuple[str, ...] = ()
    """What the student and the instructor should know, a sentence each."""
    cells: InCells | None = None
    """Where its lines stand in the notebook that it was made from, if it was."""

    @property
    def exercise(self) -> Exercise:
        """What it is an answer to."""
        return self.submission.exercise

    @property
    def places(self) -> Places:
        """How places in it are told."""
        return self.cells or InFile(self.submission.name)


@dataclass(frozen=True)
class Problem:
    """Something that was not graded, or that someone should look at."""

    student: str
    """Their `Student.label`; "" where it is nobody's."""
    file: str
    what: str
    exercise: str = ""
    """An exercise's id, where it is about one."""
    graded: bool = False
    """Whether everything that was handed in got its verdict all the same."""

    @property
    def sentence(self) -> str:
        """File and fault in one sentence, without student and exercise."""
        return f"{self.file} {self.what}".strip().rstrip(".") + "."


@dataclass
class ClassWork:
    """What a class handed in."""

    students: list[Student] = field(default_factory=list)
    handed_in: list[HandedIn] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    """A file for an exercise; of several, the latest counts."""

    exercise: Exercise
    file: str
    path: Path
    number: int
    when: float
    late: bool


def find_submissions(
    root: Path,
    temporary: Path,
    chosen: Sequence[Exercise] | None = None,
    leave_out: Path | None = None,
) -> ClassWork:
    """Find the work of a class in a folder, or in the zip archive of a learning platform.

    Args:
        root: the folder or the archive.
        temporary: an empty folder for copies; none of them is needed afterwards.
        chosen: exercises to look for; all by default.
        leave_out: a folder in ROOT that is no student's, such as the one for the results.

    Raises:
        NothingToGrade: ROOT is not there, cannot be read, or has no students in it.
    """
    finder = _Finder(temporary, {exercise.id for exercise in chosen or exercises()})
    if root.is_dir():
        if any((root / "exercises" / e.file.split("/")[0]).is_dir() for e in exercises()):
            raise NothingToGrade(
                f"{root} is one workspace. Name the folder that holds the students' folders."
            )
        submitted = root / "submitted"
        is_course = submitted.is_dir() and (root / "source").is_dir()
        finder.look_into_folder(submitted if is_course else root, leave_out)
    elif root.is_file():
        try:
            finder.look_into_class_archive(root)
        except Refused as reason:
            raise NothingToGrade(f"{root} {reason}.") from None
    else:
        raise NothingToGrade(f"There is no folder {root}.")
    found = finder.result()
    if not found.students and not found.problems:
        raise NothingToGrade(f"There are no students' folders or zip archives in {root}.")
    return found


def find_work(folder: Path, temporary: Path, chosen: Sequence[Exercise]) -> ClassWork:
    """Find the work of one student, called "", in a folder that is all theirs."""
    finder = _Finder(temporary, {exercise.id for exercise in chosen})
    finder.look_into_students_folder(folder)
    return finder.result()


class _Finder:
    """Collects files student by student; archives in archives are opened, up to a depth."""

    def __init__(self, temporary: Path, wanted: set[str]) -> None:
        self._temporary = temporary
        self._wanted = wanted
        self._people: dict[str, Student] = {}
        self._students: dict[str, list[_Candidate]] = {}
        self._stray: dict[str, list[str]] = {}
        self._bytes: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._copies = 0

    def look_into_folder(self, root: Path, leave_out: Path | None) -> None:
        try:
            tops = sorted(os.scandir(root), key=lambda entry: entry.name)
        except OSError as error:
            raise NothingToGrade(f"{root} cannot be read: {error.strerror}.") from None
        for top in tops:
            left_out = leave_out is not None and Path(top.path).absolute() == leave_out.absolute()
            noise = left_out or top.name.startswith((".", "__"))
            if top.is_dir(follow_symlinks=False) and not noise:
                self._know(owner_of(f"{top.name}/.")[0])
        for entry in entries_of_folder(root, self._problem_of_owner, leave_out):
            self._take_by_name(entry)

    def look_into_students_folder(self, folder: Path) -> None:
        def problem(file: str, what: str) -> None:
            self._problem("", file, what)

        self._know(Student(""))
        for entry in entries_of_folder(folder, problem):
            self._take("", shown(entry.name), entry, 0, late=False)

    def look_into_class_archive(self, path: Path) -> None:
        with open_archive(path, of_class=True) as archive:

            def whose(name: str) -> str:
                student = owner_of(name)[0]
                if student and student.name.startswith((".", "__")):
                    return student.label
                return self._know(student)

            for entry in entries_of_archive(archive, whose, self._problem_of_owner):
                self._take_by_name(entry)

    def _take_by_name(self, entry: FileEntry) -> None:
        """Take a file that lies in the folder or archive of a whole class."""
        student, rest, late = owner_of(entry.name)
        if student:
            self._know(student)
            number = 0
            if canvas(entry.name):
                rest, number = without_canvas_number(rest)
            self._take(student.label, rest, entry, number, late=late)
            return
        suffix = PurePosixPath(entry.name).suffix.lower()
        if suffix == ".zip":
            self._take_archive(entry)
        elif suffix in _LIMITS:
            self._problem("", entry.name, "lies beside the students' folders: whose is it?")

    def _take_archive(self, entry: FileEntry) -> None:
        """Open an archive that lies beside the students: one student's, or a platform's."""
        owner = Student(shown(PurePosixPath(entry.name).stem))
        student = owner.label
        try:
            path = entry.path or self._copy(student, entry, MAX_UNPACKED_BYTES)
            with open_archive(path) as archive:
                names = [name_of(info) for info in archive.infolist()]
            if are_of_a_class(names):
                self.look_into_class_archive(path)
            else:
                self._know(owner)
                self._look_into_archive(student, "", path, 1, late=False)
        except Refused as reason:
            self._know(owner)
            self._problem(student, entry.name, str(reason))

    def _look_into_archive(
        self, student: str, prefix: str, path: Path, depth: int, *, late: bool
    ) -> None:
        with open_archive(path) as archive:

            def problem(file: str, what: str) -> None:
                self._problem(student, prefix + file, what)

            for entry in entries_of_archive(archive, lambda _: "", problem):
                self._take(student, prefix + shown(entry.name), entry, 0, depth, late=late)

    def _take(
        self, student: str, name: str, entry: FileEntry, number: int, depth: int = 0, *, late: bool
    ) -> None:
        """Take a student's file: an answer, or an archive with answers in it."""
        suffix = PurePosixPath(name).suffix.lower()
        exercise = exercise_of(name)
        try:
            if suffix == ".zip":
                if depth >= _MAX_NESTED_ARCHIVES:
                    raise Refused("is an archive in an archive in an archive; it was not opened")
                path = entry.path or self._copy(student, entry, MAX_UNPACKED_BYTES)
                self._look_into_archive(student, f"{name}/", path, depth + 1, late=late)
            elif suffix in _OTHER_ARCHIVES:
                raise Refused(f"is a {suffix} archive; only zip archives are opened")
            elif suffix in _TEXTS and exercise is not None:
                raise Refused(f"is a {suffix} file; an answer is a .py or .ipynb file")
            elif suffix in _LIMITS and exercise is None:
                self._stray.setdefault(student, []).append(name)
            elif suffix in _LIMITS and exercise is not None and exercise.id in self._wanted:
                path = self._copy(student, entry, _LIMITS[suffix])
                self._students[student].append(
                    _Candidate(exercise, name, path, number, entry.when, late)
                )
        except Refused as reason:
            self._problem(student, name, str(reason), exercise.id if exercise else "")

    def _copy(self, student: str, entry: FileEntry, limit: int) -> Path:
        """Copy a file under a name of our own; one student cannot fill the disk."""
        if entry.size <= limit:
            used = self._bytes[student] = self._bytes.get(student, 0) + entry.size
            if used > MAX_UNPACKED_BYTES:
                raise Refused("was not looked at: too much was handed in")
        self._copies += 1
        path = self._temporary / f"{self._copies}{PurePosixPath(entry.name).suffix.lower()}"
        entry.copy_to(path, limit)
        return path

    def _know(self, student: Student | None) -> str:
        """Remember a student, who counts even with nothing handed in; return their label."""
        if student is None:
            return ""
        self._people.setdefault(student.label, student)
        self._students.setdefault(student.label, [])
        return student.label

    def _problem(self, student: str, file: str, what: str, exercise: str = "") -> None:
        self._problems.append(Problem(student, shown(file), what, exercise))

    def _problem_of_owner(self, file: str, what: str) -> None:
        """Note what is wrong with a file of the whole class: its path says whose it is."""
        student, rest, _ = owner_of(file)
        self._problem(student.label if student else "", rest, what)

    def result(self) -> ClassWork:
        """Choose which file counts where there are several; name what belongs nowhere."""
        found = ClassWork(sorted(self._people.values()), problems=self._problems)
        for student in (student.label for student in found.students):
            candidates: dict[str, list[_Candidate]] = {}
            for candidate in self._students[student]:
                candidates.setdefault(candidate.exercise.id, []).append(candidate)
            for several in candidates.values():
                found.handed_in += self._the_latest(student, several)
            self._name_what_belongs_nowhere(student, bool(candidates))
        return found

    def _the_latest(self, student: str, several: list[_Candidate]) -> list[HandedIn]:
        several.sort(key=lambda one: (one.number, one.when, one.file), reverse=True)
        for candidate in several:
            try:
                submission, cells = _read(candidate)
            except Refused as reason:
                self._problem(student, candidate.file, str(reason), candidate.exercise.id)
                continue
            notes = ["The platform marked it as late."] if candidate.late else []
            others = [other.file for other in several if other is not candidate]
            if others:
                notes.append(
                    f"Of {len(several)} files for this exercise {candidate.file} counts, the "
                    f"latest that can be read; not: {_some(others)}."
                )
            return [HandedIn(student, submission, candidate.file, tuple(notes), cells)]
        return []

    def _name_what_belongs_nowhere(self, student: str, has_work: bool) -> None:
        if stray := self._stray.get(student):
            verb = "belongs" if len(stray) == 1 else "belong"
            what = f"{verb} to no exercise. A name starts with its number, such as 2_2_1."
            self._problem(student, _some(stray), what)
        if not has_work and not any(problem.student == student for problem in self._problems):
            self._problem(student, "", "nothing was handed in for these exercises")


def _read(candidate: _Candidate) -> tuple[Submission, InCells | None]:
    """Read a file; of a notebook also say where its lines stand.

    Raises:
        Refused: it is no notebook, though its name says so.
    """
    exercise, data = candidate.exercise, candidate.path.read_bytes()
    name = graded_name(exercise, candidate.file)
    if candidate.path.suffix != ".ipynb":
        return Submission.of_bytes(exercise, name, data), None
    try:
        cells = assemble(data, exercise)
    except UnreadableNotebook as reason:
        raise Refused(f"cannot be graded. {reason}") from None
    return Submission.of_cells(exercise, cells, name), cells.places


def _some(names: list[str]) -> str:
    more = len(names) - 5
    return ", ".join(sorted(names)[:5]) + (f" and {more} more" if more > 0 else "")
