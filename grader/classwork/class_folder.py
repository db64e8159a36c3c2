"""Finding what students handed in, in the layouts that learning platforms leave behind.

- `DIR/STUDENT/…`, with files under their stubs' names in any subfolder: a whole workspace, a
  clone, or nbgrader's `submitted/STUDENT/ASSIGNMENT/NAME.ipynb`;
- `DIR/STUDENT.zip`, `DIR/STUDENT.tar.gz`, and so on;
- what platforms let instructors download, see `platforms`;
- any of these as an archive, or one folder down.

Every entry of the class's folder is a student, or is told; `listing.is_no_student` names what is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from grader.catalogue import Exercise, exercises
from grader.classwork.arrivals import UNKNOWN, Arrival
from grader.classwork.beside import Contents, files_beside
from grader.classwork.choice import Candidate, choose
from grader.classwork.collection import Collection, Fault
from grader.classwork.containers import Folder
from grader.classwork.file_names import shown, some
from grader.classwork.finder import Finder
from grader.classwork.listing import Refused
from grader.classwork.students import Student, told_apart
from grader.classwork.timestamps import read_timestamps
from grader.classwork.wrappers import several_readings
from grader.places import InCells, InFile, Places
from grader.submission import FileBeside, Submission

_AGAIN = re.compile(r"(.+?) ?\(\d\)")


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
    doubt: str = ""
    """That one of the notes which says that another file may be meant as well, if one does."""
    arrival: Arrival = UNKNOWN
    """What is known of when it was handed in."""
    download: str = ""
    """What the platform calls it, where it takes feedback back under this name."""
    origin: str = ""
    """Its path in the class's folder: the same for all of a group that handed in together."""

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
    in_doubt: bool = False
    """Whether someone must look, though it was graded."""
    absent: bool = False
    """Whether it is that nothing at all was handed in."""

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


def find_submissions(
    root: Path,
    temporary: Path,
    chosen: Sequence[Exercise] | None = None,
    leave_out: Path | None = None,
    zone: tzinfo | None = None,
) -> ClassWork:
    """Find the work of a class in a folder or in an archive.

    Args:
        root: the folder or the archive.
        temporary: an empty folder for copies; none of them is needed afterwards.
        chosen: exercises to look for; all by default.
        leave_out: a folder in ROOT that is no student's, such as the one for the results.
        zone: of the times in platforms' names; this machine's by default.

    Raises:
        NothingToGrade: ROOT is not there, cannot be read, or has no students in it.
    """
    wanted = {exercise.id for exercise in chosen or exercises()}
    submitted = _submitted_in(root)
    came = read_timestamps(submitted) if submitted else {}
    finder = Finder(temporary, wanted, zone, came)
    try:
        if root.is_dir():
            _refuse_workspace(root)
            finder.look_into_class(Folder(submitted or root, leave_out), "")
        elif root.is_file():
            finder.look_into_class_archive(root, root.name)
        else:
            raise NothingToGrade(f"There is no folder {root}.")
    except Refused as reason:
        raise NothingToGrade(f"{root} {reason}.") from None
    found = _put_together(finder, root)
    if not found.students and all(problem.graded for problem in found.problems):
        raise NothingToGrade(f"There are no students' folders or archives in {root}.")
    return found


def _refuse_workspace(root: Path) -> None:
    if any((root / "exercises" / e.file.split("/")[0]).is_dir() for e in exercises()):
        raise NothingToGrade(
            f"{root} is one workspace. Name the folder that holds the students' folders."
        )


def _submitted_in(root: Path) -> Path | None:
    """Return what an nbgrader course has collected: ROOT is the course, or that folder."""
    submitted = root if root.name == "submitted" else root / "submitted"
    is_course = submitted.is_dir() and (submitted.parent / "source").is_dir()
    return submitted if is_course else None


def find_work(folder: Path, temporary: Path, chosen: Sequence[Exercise]) -> ClassWork:
    """Find the work of one student, called "", in a folder that is all theirs."""
    finder = Finder(temporary, {exercise.id for exercise in chosen})
    finder.look_into_students_folder(folder)
    return _put_together(finder, None)


def _put_together(finder: Finder, root: Path | None) -> ClassWork:
    """Choose which file counts where there are several; name what belongs nowhere."""
    found = ClassWork()
    found.problems += [_problem("", fault) for fault in finder.faults]
    found.problems += [_problem("", remark, graded=True) for remark in finder.remarks]
    collections = finder.collections
    contents: Contents = {}
    students = told_apart([(one.student, one.spelled) for one in collections])
    for student, collected in sorted(zip(students, collections, strict=True), key=lambda it: it[0]):
        found.students.append(student)
        found.problems += [_problem(student.label, fault) for fault in collected.faults]
        if root is not None and not student.id:
            files = [(one.exercise, one.file) for one in collected.candidates]
            if readings := several_readings(files):
                what = _two_readings(student, readings, root / collected.origin)
                found.problems.append(Problem(student.label, "", what))
                continue
        _add_files(found, student, collected, contents)
    names = {student.label for student in found.students}
    for name in sorted(names):
        again = _AGAIN.fullmatch(name)
        if again and again[1] in names:
            what = f"may be {again[1]} once more, as browsers call a second download"
            found.problems.append(Problem(name, "", what, graded=True, in_doubt=True))
    return found


def _two_readings(student: Student, readings: dict[str, list[str]], place: Path) -> str:
    (id, folders), *more = readings.items()
    others = f", and so on for {len(more)} more" if more else ""
    return (
        f"was not graded: {id} lies in {' and in '.join(folders[:3])}{others}. Either "
        f"{student.name} is one student, who can hand in only one of them; or these are "
        f"students, and {shown(str(place))} holds the class: then name that to `grade cohort`"
    )


def _add_files(
    found: ClassWork, student: Student, collected: Collection, contents: Contents
) -> None:
    label = student.label
    candidates: dict[str, list[Candidate]] = {}
    for candidate in collected.candidates:
        candidates.setdefault(candidate.exercise.id, []).append(candidate)

    def refuse(candidate: Candidate, why: str) -> None:
        fault = Fault(candidate.file, why, candidate.exercise)
        found.problems.append(_problem(label, fault))

    for several in candidates.values():
        chosen = choose(several, refuse)
        if chosen is None:
            continue
        own = chosen.candidate
        notes = []
        if collected.shared_with:
            names = [other.name for other in collected.shared_with]
            notes.append(f"Handed in together with {some(names)}.")
        notes += [chosen.note] if chosen.note else []
        doubt = chosen.note if chosen.in_doubt else ""
        found.handed_in.append(
            HandedIn(
                label,
                replace(
                    chosen.submission,
                    beside=_beside(chosen.submission, own, collected, contents),
                ),
                own.file,
                tuple(notes),
                chosen.cells,
                doubt,
                _arrival(student, own),
                own.download,
                own.origin,
            )
        )
    if collected.stray:
        belongs, them = ("belongs", "it") if len(collected.stray) == 1 else ("belong", "them")
        what = f"{belongs} to no exercise. A name starts with its number, such as 2_2_1."
        if candidates:  # files of the student's own
            what = f"{belongs} to no exercise; an answer beside {them} can use {them}"
        fault = Fault(some(collected.stray), what)
        found.problems.append(_problem(label, fault, graded=bool(candidates)))
    if not (candidates or collected.stray or collected.faults):
        what = "nothing was handed in for these exercises"
        if collected.others:
            what += f", only {some(collected.others)}"
        found.problems.append(Problem(label, "", what, absent=not collected.others))


def _beside(
    submission: Submission, own: Candidate, collected: Collection, contents: Contents
) -> tuple[FileBeside, ...]:
    source = submission.file.data.decode("utf-8", "replace")
    return files_beside(own.file, source, collected.kept, contents)


def _arrival(student: Student, candidate: Candidate) -> Arrival:
    """Return when a file came. What a platform packed has the time of its packing."""
    if candidate.came:
        return Arrival(candidate.came, "platform", candidate.late)
    return Arrival(candidate.when, "" if student.platform else "file", candidate.late)


def _problem(student: str, fault: Fault, *, graded: bool = False) -> Problem:
    exercise = fault.exercise.id if fault.exercise else ""
    return Problem(student, shown(fault.file), fault.what, exercise, graded, fault.in_doubt)
