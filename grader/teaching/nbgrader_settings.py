"""nbgrader's settings for a course: a part of its configuration file that is ours to write.

It stands between two marks. What stands around it is the instructor's, and stays.
"""

from __future__ import annotations

import hashlib
import re

from grader.marking.syllabus import Syllabus

_HEAD = '''\
"""nbgrader's settings for this course. Add your own at the end: they stay, and they count."""

'''
_BEGIN = "# >>> keras-grader {digest}: `grade nbgrader` writes what stands between the two marks"
_END = "# <<< keras-grader"
_PART = re.compile(r"(?ms)^# >>> keras-grader (\w+): [^\n]*\n(.*?)^# <<< keras-grader$")

_ALWAYS = """\
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

# A notebook that a browser or a student has called `2_2_1 my answer (1).ipynb` is found, too.
c.Autograde.pre_convert_hook = "grader.teaching.released_names.name_as_released"
"""


class ChangedByHand(Exception):
    """What stands between the marks is not what was written there, or there are no marks."""


def settings(syllabus: Syllabus, old: str | None = None) -> str:
    """Return the text of `nbgrader_config.py`.

    Args:
        syllabus: what the course sets.
        old: the file as it is. All of it stays but for our part.

    Raises:
        ChangedByHand: it is not known what of OLD is ours.
    """
    part = _part(_ALWAYS + _of_course(syllabus))
    if old is None:
        return f"{_HEAD}{part}\n"
    found = _PART.search(old)
    if found is None or found[1] != _digest(found[2]):
        raise ChangedByHand
    return old[: found.start()] + part + old[found.end() :]


def _part(text: str) -> str:
    return f"{_BEGIN.format(digest=_digest(text))}\n{text}{_END}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _of_course(syllabus: Syllabus) -> str:
    """Return the lines for what the course sets; "" where it sets nothing."""
    values: dict[str, object] = {}
    if syllabus.id:
        values["CourseDirectory.course_id"] = syllabus.id
    if syllabus.timeout is not None:
        values["KerasGrader.timeout"] = syllabus.timeout
    if syllabus.limits:
        values["KerasGrader.limits"] = list(syllabus.limits)
    if syllabus.feedback.brief:
        values["KerasGrader.brief_feedback"] = True
        if syllabus.feedback.full_from is not None:
            values["KerasGrader.full_feedback_from"] = syllabus.feedback.full_from.isoformat()
    if syllabus.late.per_day:
        values["AssignLatePenalties.plugin_class"] = "grader.teaching.late_penalty.PerDayPenalty"
        for name in ("per_day", "grace", "most"):
            values[f"PerDayPenalty.{name}"] = float(getattr(syllabus.late, name))
    lines = [f"c.{name} = {value!r}\n" for name, value in values.items()]
    return "".join(["\n# Of course.toml.\n", *lines]) if lines else ""
