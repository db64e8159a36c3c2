"""What an instructor sets for a course: exercises, points, deadlines, feedback, limits.

`syllabus_file` reads it from a file, `course.toml`. What is not set there is as it always is:
all exercises, the points of their checks, no deadline, full feedback.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from grader.catalogue import Exercise, exercises, find

LANGUAGES = {"en": "English"}
"""Languages that there are texts in, by their codes."""

_DAY = timedelta(days=1)


class LatePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What work that comes after its deadline loses."""

    per_day: float = 0
    """Per cent of the points that can be had, for each day that has begun; as Canvas and Moodle."""
    grace: float = 0
    """Minutes after the deadline in which nothing is lost."""
    most: float = 100
    """Per cent that are lost at most."""
    file_times: bool = True
    """Whether a file's own time counts where no platform tells when it was handed in."""

    def days(self, late: timedelta) -> int:
        """Return the days that have begun since the deadline; 0 within the grace."""
        return 0 if late <= timedelta(minutes=self.grace) else math.ceil(late / _DAY)

    def per_cent(self, late: timedelta) -> float:
        """Return the per cent that are lost by work that is so late."""
        return self.cost(self.days(late))

    def cost(self, days: int) -> float:
        """Return the per cent that so many days cost."""
        return min(self.most, days * self.per_day)


class Feedback(Struct, frozen=True):
    """What students are told of their work."""

    brief: bool = False
    """Whether it says only which checks failed: neither what was expected nor what to look at."""
    full_from: datetime | None = None
    """When brief feedback becomes full; None for never."""

    def is_brief(self, now: datetime | None = None) -> bool:
        """Whether it is brief at a time, now by default."""
        if not self.brief or self.full_from is None:
            return self.brief
        return (now or datetime.now(UTC)) < self.full_from


class Syllabus(Struct, frozen=True):
    """What an instructor sets for a course. It goes to other machines as JSON."""

    id: str = ""
    """nbgrader's `course_id`."""
    title: str = ""
    language: str = "en"
    exercises: tuple[str, ...] = ()
    """Ids, in the exercises' order; none where all count."""
    points: dict[str, float] = {}
    """By id, what exercises count that count something else than the points of their checks."""
    due: dict[str, datetime] = {}
    """By id, the deadlines, each with its time zone."""
    late: LatePolicy = LatePolicy()
    feedback: Feedback = Feedback()
    timeout: float | None = None
    """Seconds that a file may run; None takes each exercise's own limit."""
    limits: tuple[str, ...] = ()
    """What a file may use up, as `sandbox.limits.read_limits` reads it."""
    roster: str = ""
    """The path of the list of students, if there is one."""
    timezone: str = ""
    """Of times that platforms write without one; "" for this machine's."""

    @property
    def zone(self) -> tzinfo | None:
        """That time zone; None for this machine's."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def chosen(self) -> list[Exercise] | None:
        """The exercises, where some were chosen."""
        return [find(id) for id in self.exercises] or None

    @property
    def all_exercises(self) -> list[Exercise]:
        """The exercises that count."""
        return self.chosen or list(exercises())

    def worth(self, exercise: Exercise) -> float:
        """Return the points that can be had for an exercise."""
        return self.points.get(exercise.id, exercise.points)

    def deadline(self, exercise: Exercise) -> datetime | None:
        """Return until when an exercise is to be handed in; None where no time is set."""
        return self.due.get(exercise.id)

    def with_options(
        self, ids: Sequence[str], timeout: float | None, limits: Sequence[str]
    ) -> Syllabus:
        """Return it with what a command was given in place of what the file says."""
        named = {part.partition("=")[0].strip() for text in limits for part in text.split(",")}
        kept = [text for text in self.limits if text.partition("=")[0] not in named]
        return replace(
            self,
            exercises=tuple(ids) or self.exercises,
            timeout=self.timeout if timeout is None else timeout,
            limits=(*kept, *limits),
        )
