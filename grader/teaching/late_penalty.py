"""What late work loses in nbgrader: per cent for each day begun, as `course.toml` sets it.

nbgrader knows when work was handed in from the `timestamp.txt` that its exchange writes.
"""

from __future__ import annotations

from datetime import timedelta

from nbgrader.plugins import BasePlugin
from traitlets import Float

from grader.marking.syllabus import LatePolicy


class PerDayPenalty(BasePlugin):  # type: ignore[misc]
    """Takes a part of the points that can be had for a notebook, and never more than it has."""

    per_day = Float(
        0.0, min=0, max=100, help="Per cent of the points that can be had, for each day begun."
    ).tag(config=True)
    grace = Float(0.0, min=0, help="Minutes in which nothing is lost.").tag(config=True)
    most = Float(100.0, min=0, max=100, help="Per cent that are lost at most.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points that a notebook loses; None where it loses nothing."""
        policy = LatePolicy(self.per_day, self.grace, self.most)
        lost = policy.per_cent(timedelta(seconds=total_seconds_late))
        step = self.parent  # nbgrader's AssignLatePenalties, which has the gradebook open
        notebook = step.gradebook.find_submission_notebook(
            step.notebook_id, step.assignment_id, student_id
        )
        return min(score, notebook.max_score * lost / 100) if lost else None
