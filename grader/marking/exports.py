"""Marks and feedback as Canvas and Moodle take them back, for all students of a roster.

Canvas knows a student by the ID that its download has in each file's name, Moodle by the number
in each folder's. So a roster is needed only for who handed in nothing, and where folders have
names alone. Nothing here is defused for spreadsheets: platforms read it letter by letter.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any, Literal, Protocol

from grader.catalogue import Exercise, in_words
from grader.classwork.arrivals import Arrival
from grader.classwork.class_folder import ClassWork, Problem
from grader.files import whole_file
from grader.marking.feedback_files import write_feedback
from grader.marking.groups import split_groups
from grader.marking.marks import in_figures
from grader.marking.results import Results
from grader.marking.roster import Attendance, BadRoster, Roster, call_roll, read_roster

DEFAULT_ASSIGNMENT = "Keras exercises"

_CANVAS_HEADINGS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MOODLE_HEADINGS = ("Identifier", "Full name", "Grade", "Last modified (grade)")
_NEVER = "-"
"""What Moodle's worksheet has where nothing was marked yet."""
_SHOWN_NAMES = 10
_CANVAS_ID = re.compile(r" \(\d+\)$")


Columns = Literal["total", "exercises"]


class _Table(Protocol):
    def writerow(self, row: Iterable[Any], /) -> Any: ...


@dataclass(frozen=True)
class Exports:
    """What is written for platforms."""

    formats: tuple[str, ...] = ()
    """`canvas`, `moodle`; `csv` is what is written anyway."""
    roster: Roster | None = None
    assignment: str = DEFAULT_ASSIGNMENT
    """What Canvas calls what is marked."""
    columns: Columns = "total"
    """What Canvas gets: one assignment with the total, or one for each exercise."""


@dataclass
class Exported:
    """What was written, and what is to be known of it."""

    files: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_exports(
    formats: Iterable[str], roster: Path | None, assignment: str, columns: Columns = "total"
) -> Exports:
    """Return what is to be written, with the roster read and looked at.

    Raises:
        BadRoster: it cannot be used, or not for these formats.
    """
    exports = Exports(
        tuple(dict.fromkeys(formats)),
        read_roster(roster) if roster else None,
        assignment,
        columns,
    )
    if exports.roster is not None:
        others = {"canvas": "moodle", "moodle": "canvas"}
        for name in exports.formats:
            if exports.roster.kind == others.get(name):
                raise BadRoster(f"{roster} is {exports.roster.kind.capitalize()}'s, and no roster "
                f"for marks that {name.capitalize()} imports.")  # fmt: skip
        if "moodle" in exports.formats and exports.roster.may_be_moodles:
            raise BadRoster(
                f"{roster} has no column of marks that was found. Take Moodle's grading worksheet "
                f"as it is downloaded; this one has {in_words(exports.roster.headings)}."
            )
    return exports


def enrol(work: ClassWork, roster: Roster | None, zone: tzinfo | None) -> Attendance:
    """Find the students on the roster; whoever handed in nothing becomes one of the class, too.

    Where the roster tells when something was handed in, that counts: ZONE is the time zone there,
    None for this machine's.
    """
    if roster is None:
        return Attendance()
    split_groups(work, roster)
    found = call_roll(roster, work.students)
    _take_times(work, found, zone)
    if roster.odd_time:
        what = f"The roster has times that cannot be read, and that do not count: {roster.odd_time}"
        work.problems.append(Problem("", "", what, graded=True, in_doubt=True))
    for label, why in found.strangers.items():
        work.problems.append(Problem(label, "", why, graded=True))
    labels = {student.label for student in work.students}
    for entry in found.missing:
        student = entry.student(labels)
        labels.add(student.label)
        found.entries[student.label] = entry
        work.students.append(student)
        what = "is on the roster, and nothing was handed in"
        work.problems.append(Problem(student.label, "", what, absent=True))
    work.students.sort()
    return found


def _take_times(work: ClassWork, found: Attendance, zone: tzinfo | None) -> None:
    for number, one in enumerate(work.handed_in):
        entry = found.entries.get(one.student)
        if entry and entry.submitted and one.arrival.source != "platform":
            time = entry.submitted
            when = time.replace(tzinfo=zone) if zone else time.astimezone()
            arrival = Arrival(when.timestamp(), "platform", one.arrival.late)
            work.handed_in[number] = replace(one, arrival=arrival)


def export_marks(out: Path, results: Results, exports: Exports) -> Exported:
    """Write the marks for each platform into OUT.

    Raises:
        OSError: OUT may not be written to.
    """
    for name in _WRITERS:  # of an earlier run, that was told to write them
        (out / f"{name}.csv").unlink(missing_ok=True)
        (out / f"{name}-feedback.zip").unlink(missing_ok=True)
    done = Exported()
    if strangers := results.attendance.strangers:
        done.remarks.append(f"Not found on the roster: {_some(strangers)}.")
    platforms = [name for name in exports.formats if name in _WRITERS]
    if not platforms:
        return done
    done.remarks += _too_many_points(results, exports)
    unknown = [one.student.label for one in results if one.total is None]
    if unknown:
        done.remarks.append(
            f"No mark for a platform, as something could not be graded: {_some(unknown)}."
        )
    for name in platforms:
        path = out / f"{name}.csv"
        with whole_file(path) as stream:
            table = csv.writer(stream, lineterminator="\n")
            left_out = _WRITERS[name](table, results, exports)
        archive = out / f"{name}-feedback.zip"
        pages, is_brief = out / "report" / "students", results.syllabus.feedback.is_brief()
        write_feedback(archive, name, results, pages, is_brief=is_brief)
        done.files += [path, archive]
        if left_out:
            done.remarks.append(
                f"{path.name} has no row for {_some(left_out)}: {_WHY_NO_ROW[name]}"
            )
    return done


def _write_canvas(table: _Table, results: Results, exports: Exports) -> list[str]:
    """Write what Canvas imports; who is left out keeps there what they have."""
    headings = exports.roster.headings if exports.roster else []
    chosen = results.columns if exports.columns == "exercises" else []
    if chosen:
        titles = [_canvas_exercise(exercise, headings) for exercise in chosen]
        most = [results.syllabus.worth(exercise) for exercise in chosen]
    else:
        titles, most = [_canvas_assignment(exports.assignment, headings)], [results.most]
    table.writerow([*_CANVAS_HEADINGS, *titles])
    table.writerow(["    Points Possible", "", "", "", "", *map(in_figures, most)])
    left_out = []
    for result in results:
        if result.total is None:
            continue
        student, entry = result.student, result.enrolment
        own = student.id if student.platform == "canvas" else ""
        if own and not own.isdecimal():  # of an anonymous assignment
            left_out.append(student.label)
            continue
        cells = [student.name, own, "", "", ""]
        if entry and exports.roster and exports.roster.kind == "canvas":
            by_heading = dict(zip(headings, entry.cells, strict=False))
            cells = [by_heading.get(heading, "") for heading in _CANVAS_HEADINGS]
        elif entry:
            cells = [entry.name or student.name, own, next(iter(entry.ids), ""), entry.email, ""]
        marks = [result.total]
        if chosen:
            given = [result.marks.get(exercise.id) for exercise in chosen]
            marks = [mark.points if mark else 0 for mark in given]
        table.writerow([*cells, *map(in_figures, marks)])
    return left_out


def _canvas_assignment(wanted: str, headings: list[str]) -> str:
    """Return the heading of an assignment that Canvas has, `Title (id)`, or else the title."""
    for heading in headings[len(_CANVAS_HEADINGS) :]:
        if wanted in {heading, _CANVAS_ID.sub("", heading)}:
            return heading
    return wanted


def _canvas_exercise(exercise: Exercise, headings: list[str]) -> str:
    """Return the heading of an exercise's assignment: one that Canvas has with its id, or ours."""
    own = f"{exercise.id} {exercise.title}"
    heading = _canvas_assignment(own, headings)
    named = [one for one in headings[len(_CANVAS_HEADINGS) :] if exercise.id in one.split()]
    return named[0] if heading == own and len(named) == 1 else heading


def _write_moodle(table: _Table, results: Results, exports: Exports) -> list[str]:
    """Write what Moodle imports: its own worksheet with the marks in it, or one like it."""
    roster = exports.roster if exports.roster and exports.roster.kind == "moodle" else None
    left_out = []
    if roster is None:
        table.writerow(_MOODLE_HEADINGS)
        for result in results:
            student = result.student
            if result.total is not None and student.platform == "moodle" and student.id:
                mark = in_figures(result.total)
                table.writerow([f"Participant {student.id}", student.name, mark, _NEVER])
            elif result.total is not None:
                left_out.append(student.label)
        return left_out
    marks: dict[int, str] = {}
    for result in results:
        entry = result.enrolment
        if entry is None:
            left_out.append(result.student.label)
        elif result.total is not None:
            marks[id(entry)] = in_figures(result.total)
    table.writerow(roster.headings)
    for entry in roster.entries:
        cells = list(entry.cells)
        cells[roster.marks] = marks.get(id(entry), cells[roster.marks])
        table.writerow(cells)
    return left_out


def _too_many_points(results: Results, exports: Exports) -> list[str]:
    """Tell of a maximum in Moodle's worksheet that marks may be above: it passes those over."""
    if exports.roster is None or exports.roster.kind != "moodle":
        return []
    column = exports.roster.marks + 1
    cells = {entry.cells[column] for entry in exports.roster.entries if column < len(entry.cells)}
    try:
        (most,) = (float(cell.replace(",", ".")) for cell in cells)
    except ValueError:
        return []
    if most >= results.most:
        return []
    return [
        f"Moodle takes at most {in_figures(most)} points for this assignment, and passes over "
        f"marks above; here {in_figures(results.most)} can be had."
    ]


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _SHOWN_NAMES} more" if len(every) > _SHOWN_NAMES else ""
    return ", ".join(every[:_SHOWN_NAMES]) + more


_WRITERS = {"canvas": _write_canvas, "moodle": _write_moodle}
_WHY_NO_ROW = {
    "canvas": "Canvas does not tell who they are. Let it show names, and download them again.",
    "moodle": "Moodle knows students by the number in its downloads' names and in its worksheet.",
}
