"""Reading a course's file, `course.toml`, once, into a `Syllabus`.

It is looked for where the command is called, never among what students handed in. Whatever is
wrong with it is told with its key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from grader.catalogue import Exercise, UnknownExercise, exercises, in_words, select
from grader.marking.syllabus import LANGUAGES, Feedback, LatePolicy, Syllabus
from grader.sandbox.limits import BadLimit, read_limits
from grader.usage import WrongUsage

FILE_NAME = "course.toml"

_T = TypeVar("_T")

SKELETON = """\
# What this course sets. Everything may be left out; `grade course` tells what it means.

# title = "Deep learning, spring 2027"
# id = "deep-learning"                # nbgrader's course_id
# language = "en"                     # of all texts; there is English only
# timezone = "Europe/Berlin"          # of the times below; without it, this machine's
# exercises = ["2.2", "3"]            # ids, lessons, chapters; without it, all
# roster = "students.csv"             # as your platform exports it

# [points]                            # an exercise counts the points of its checks, or:
# all = 10
# "2.2.1" = 20                        # the nearest counts: id, lesson, chapter, all

# [due]
# all = 2027-03-01                    # until the end of that day
# "2.2" = 2027-02-15T12:00:00

# [late]
# per_day = 10                        # per cent of the points, for each day that has begun
# grace = 30                          # minutes in which nothing is lost
# most = 50                           # per cent at most
# file_times = true                   # whether a file's own time counts where there is no other

# [feedback]
# kind = "brief"                      # or "full"; brief only says which checks failed
# full_from = 2027-03-08

# [limits]                            # of each file that is graded
# timeout = 120                       # seconds
# memory = "8GB"
# processes = 100
# disk = "1GB"
# output = "2MB"
"""

_KINDS = ("full", "brief")
_LAST_SECOND = time(23, 59, 59)
_WORDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in brackets",
    "object": "a table",
}
"""What msgspec calls a type, and what we call it."""

_Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]*\Z")]
_PerCent = Annotated[float, Meta(ge=0, le=100)]
_Minutes = Annotated[float, Meta(ge=0, le=100_000)]
_Seconds = Annotated[float, Meta(ge=1, le=86_400)]
_Points = Annotated[float, Meta(ge=0, le=1_000_000)]


class BadSyllabus(WrongUsage):
    """A course's file cannot be used; the message names it, the key and what is wrong."""


class _Moment:
    """A time as TOML has it: with a zone, without one, or a date alone."""

    def __init__(self, value: object) -> None:
        self.value = value


class _LateTable(Struct, forbid_unknown_fields=True):
    per_day: _PerCent = 0
    grace: _Minutes = 0
    most: _PerCent = 100
    file_times: bool = True


class _FeedbackTable(Struct, forbid_unknown_fields=True):
    kind: str = "full"
    full_from: _Moment | None = None


class _LimitsTable(Struct, forbid_unknown_fields=True):
    timeout: _Seconds | None = None
    memory: str | None = None
    processes: int | None = None
    disk: str | None = None
    output: str | None = None


class _File(Struct, forbid_unknown_fields=True):
    """The whole file, before its parts are put together."""

    id: _Id = ""
    title: str = ""
    language: str = "en"
    timezone: str = ""
    roster: str = ""
    exercises: list[str] | None = None
    points: Any = {}
    due: Any = {}
    late: _LateTable = msgspec.field(default_factory=_LateTable)
    feedback: _FeedbackTable = msgspec.field(default_factory=_FeedbackTable)
    limits: _LimitsTable = msgspec.field(default_factory=_LimitsTable)


def find_syllabus(path: Path | None, folder: Path) -> tuple[Syllabus, Path | None]:
    """Return what the file PATH sets, or `course.toml` in FOLDER; and the file, if there is one.

    Raises:
        BadSyllabus: see `read_syllabus`.
    """
    if path is None:
        path = folder / FILE_NAME
        if not path.exists():
            return Syllabus(), None
    return read_syllabus(path), path


def read_syllabus(path: Path) -> Syllabus:
    """Read a course's file.

    Raises:
        BadSyllabus: it cannot be read, is no TOML, or sets something to what it cannot be.
    """
    try:
        return syllabus_of(path.read_text("utf-8-sig"), path.parent)
    except FileNotFoundError:
        raise BadSyllabus(f"There is no file {path}.") from None
    except OSError as error:
        raise BadSyllabus(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadSyllabus(f"{path} is not UTF-8 text.") from None
    except BadSyllabus as reason:
        raise BadSyllabus(f"{path}: {reason}") from None


def syllabus_of(text: str, folder: Path = Path()) -> Syllabus:
    """Return what a course's file sets whose text this is, and that lies in FOLDER.

    Raises:
        BadSyllabus: see `read_syllabus`; the message does not name the file.
    """
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadSyllabus(f"this is no TOML: {error}.") from None
    _refuse_unknown(found, _File, "")
    try:
        file = msgspec.convert(found, _File, dec_hook=_moment)
    except msgspec.ValidationError as error:
        raise BadSyllabus(_told(str(error))) from None
    return _Reading(file, folder).syllabus()


def _moment(type_: type, value: object) -> object:
    if type_ is _Moment and isinstance(value, date | time):
        return _Moment(value)
    raise ValueError("Expected a date or a time, such as 2027-03-01T23:59:00")


def _refuse_unknown(table: dict[str, object], type_: type[Struct], above: str) -> None:
    """Refuse the first key that there is not, with the one that is like it."""
    known = {field.name: field.type for field in msgspec.structs.fields(type_)}
    for key, value in table.items():
        if key not in known:
            near = get_close_matches(key.replace("-", "_").lower(), known, 1, 0.5)
            hint = f"Did you mean {above}{near[0]}?" if near else f"There are {_listed(known)}."
            raise BadSyllabus(f"{above}{key}: there is no such key. {hint}")
        inner = known[key]
        if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, Struct):
            _refuse_unknown(value, inner, f"{above}{key}.")


def _listed(names: dict[str, object]) -> str:
    return in_words(list(names))


def _told(error: str) -> str:
    """Return what msgspec says in our words, with the key in front."""
    what, _, key = error.partition(" - at `$.")
    for theirs, ours in _WORDS.items():
        what = re.sub(f"`{theirs}( \\| null)?`", ours, what)
    if "matching regex" in what:
        what = "It may have letters without accents, digits, - and _ only"
    what = re.sub(r"Expected (.*), got", r"This should be \1, not", what)
    what = re.sub(r"Expected", "This should be", what)
    what = what.replace(" >=", " of at least").replace(" <=", " of at most")
    what = re.sub(r"(\d)\.0\b", r"\1", what)
    return f"{key.rstrip('`')}: {what[:1].lower()}{what[1:]}."


class _Reading:
    """Puts together what a file says."""

    def __init__(self, file: _File, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._zone = _zone(file.timezone)

    def syllabus(self) -> Syllabus:
        file = self._file
        if file.language not in LANGUAGES:
            there = in_words([f'{name} ("{code}")' for code, name in LANGUAGES.items()])
            raise BadSyllabus(
                f'language: there are texts in {there} only, none in "{file.language}".'
            )
        chosen = self._chosen()
        late = file.late
        return Syllabus(
            file.id,
            file.title,
            file.language,
            tuple(exercise.id for exercise in chosen or ()),
            self._by_exercise(file.points, "points", chosen, _points),
            self._by_exercise(file.due, "due", chosen, self._time),
            LatePolicy(late.per_day, late.grace, late.most, late.file_times),
            self._feedback(),
            file.limits.timeout,
            self._limits(),
            str(self._folder / file.roster) if file.roster else "",
            file.timezone,
        )

    def _chosen(self) -> list[Exercise] | None:
        words = self._file.exercises
        if words is None:
            return None
        try:
            found = select(words)
        except UnknownExercise as error:
            raise BadSyllabus(f"exercises: {error}") from None
        if not found:
            raise BadSyllabus("exercises: this list names none. Without it all of them count.")
        return found

    def _by_exercise(
        self,
        value: object,
        key: str,
        chosen: list[Exercise] | None,
        read: Callable[[object, str], _T],
    ) -> dict[str, _T]:
        """Return by id what is said of exercises, lessons, chapters or all; the nearest counts."""
        said = _flat(value) if isinstance(value, dict) else {"all": value}
        found: dict[str, tuple[int, _T]] = {}
        for word, one in said.items():
            where = f"{key}.{word}" if isinstance(value, dict) else key
            try:
                named = select([word])
            except UnknownExercise as error:
                raise BadSyllabus(f"{where}: {error}") from None
            meant = [e for e in named if chosen is None or e in chosen]
            if not meant:
                raise BadSyllabus(f"{where}: that is not among the exercises of this course.")
            content = read(one, where)
            near = 0 if word.strip() == "all" else len(word.split("."))
            for exercise in meant:
                if near >= found.get(exercise.id, (0, content))[0]:
                    found[exercise.id] = (near, content)
        ids = [exercise.id for exercise in exercises()]
        return {id: found[id][1] for id in ids if id in found}

    def _feedback(self) -> Feedback:
        table = self._file.feedback
        if table.kind not in _KINDS:
            raise BadSyllabus(f'feedback.kind: "{table.kind}" is neither "full" nor "brief".')
        full_from = None
        if table.full_from is not None:
            full_from = self._time(table.full_from.value, "feedback.full_from")
        if full_from and table.kind == "full":
            raise BadSyllabus('feedback.full_from: this goes with kind = "brief" only.')
        return Feedback(table.kind == "brief", full_from)

    def _limits(self) -> tuple[str, ...]:
        found = []
        for name in ("memory", "processes", "disk", "output"):
            value = getattr(self._file.limits, name)
            if value is not None:
                text = f"{name}={value}"
                try:
                    read_limits([text])
                except BadLimit as error:
                    raise BadSyllabus(f"limits.{name}: {error}.") from None
                found.append(text)
        return tuple(found)

    def _time(self, value: object, key: str) -> datetime:
        """Return a time with its zone; a date alone lasts until its end."""
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, _LAST_SECOND)
        if not isinstance(value, datetime):
            raise BadSyllabus(
                f"{key}: this should be a date or a time, without quotes: 2027-03-01T23:59:00."
            )
        try:
            if value.tzinfo is None:
                return value.replace(tzinfo=self._zone) if self._zone else value.astimezone()
            value.astimezone(self._zone)
        except (OverflowError, ValueError, OSError):
            raise BadSyllabus(f"{key}: {value} is no time that can be used.") from None
        return value


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadSyllabus(
            f'timezone: there is no "{name}"; names are like "Europe/Berlin" and "UTC".'
        ) from None


def _flat(table: dict[str, object], above: str = "") -> dict[str, object]:
    """Return what stands in a table by whole ids: TOML takes 2.2.1 without quotes for three."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def _points(value: object, key: str) -> float:
    try:
        return msgspec.convert(value, _Points)
    except msgspec.ValidationError as error:
        raise BadSyllabus(_told(f"{error} - at `$.{key}`")) from None
