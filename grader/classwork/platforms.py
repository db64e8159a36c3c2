"""How learning platforms name what they let instructors download: whose it is stands there.

- Moodle: `Full Name_1234567_assignsubmission_file_/…`; the number is the participant's. Where
  groups hand in, name and number are the group's, and look just alike.
- Canvas: `lastfirst_LATE_12345_67890_name-1.py`; user, file, and how often it was handed in
  again. Anonymous: `anon_AbC12_67890_name.py`. Texts: `lastfirst_12345_text.html`.
- Brightspace: `12345-678 - Name - Oct 1, 2026 1110 AM/…`, or that and ` - name.py`.
- Blackboard: `HW1_user_attempt_2026-10-01-11-10-30_name.py`; beside it, without a name and with
  `.txt`, a text that begins with `Name: Full Name (user)`.
- Gradescope: `submission_1000/…`; `submission_metadata.yml` beside says whose it is.
- Google Classroom: `Full Name - name.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from grader.catalogue import exercise_of
from grader.classwork.file_names import OPENED, UNOPENED, shown, stem_of, suffix_of
from grader.classwork.students import Student
from grader.classwork.submission_metadata import (
    MAX_BYTES,
    NAME,
    UnreadableMetadata,
    read_submitters,
)

_MOODLE = re.compile(r"(.+?)(?:_(\d+))?_assignsubmission_[a-z]+_?(.*)")
_CANVAS = re.compile(r"(.+?)(_LATE)?_(\d{2,})_(?:(\d{2,})_(.+)|(text|link)\.html)")
_CANVAS_ANONYMOUS = re.compile(r"(LATE_)?anon_([A-Za-z0-9]+)_(?:(\d{2,})_(.+)|(text|link)\.html)")
_CANVAS_NUMBER = re.compile(r"(.+)-(\d+)(\.\w+)")
_BRIGHTSPACE = re.compile(
    r"(\d+)-\d+ - (.+?)"
    r" - ((?:(?! - ).)*\b\d{4}\b(?:(?! - ).)*\d{3,4}(?: ?[apAP]\.?[mM]\.?)?)(?: - (.+))?"
)
_BLACKBOARD = re.compile(r"((?:.+_)?([^_]+))_attempt_(\d{4}(?:-\d\d){5})(?:_(.+)|\.txt)")
_BLACKBOARD_NAME = re.compile(r"[^:\n]{1,40}:\s*(.+?)\s*\(([^()\n]+)\)\s*(?:\n|$)")
_GRADESCOPE = re.compile(r"submission_(\d+)")
_MAX_TEXT_BYTES = 1_000_000


@dataclass(frozen=True)
class Owned:
    """What the name of a file or folder in a class's folder says."""

    students: tuple[Student, ...]
    """Whose it is; a group's work is everyone's."""
    rest: str = ""
    """What they call it: "" for a folder that is all theirs."""
    number: float = 0
    """Of what they handed in again, the greater number is the later one."""
    late: bool = False
    spelled: str = ""
    """The student's name as it stands on the disk, where no id tells who it is."""
    came: float = 0
    """When the platform says that it was handed in, in seconds since the epoch; 0 for unknown."""
    download: str = ""
    """What the platform calls the file: it takes feedback back under this name."""


@dataclass
class Platforms:
    """Reads names in one folder or archive of a class; what lies beside them may tell more."""

    names: list[str] = field(default_factory=list)
    """All that lie there."""
    read: Callable[[Collection[str], int], dict[str, bytes]] = lambda _names, _limit: {}
    """Returns the content of some of them; of those of no more than so many bytes."""
    zone: tzinfo | None = None
    """Of the times in names; None for this machine's."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Files that should tell more and do not, and why."""
    submitters: dict[str, list[Student]] = field(default_factory=dict)
    """Of Gradescope, by folder."""
    _times: dict[str, float] = field(default_factory=dict)
    """Of Gradescope, by folder, when it was handed in."""
    _users: dict[str, Student] = field(default_factory=dict)
    """Of Blackboard, by what stands before `_attempt_`, where a text tells."""
    _begins: dict[str, set[str]] = field(default_factory=dict)
    """What stands before it, by its last word."""

    def __post_init__(self) -> None:
        if NAME in self.names:
            self._read_gradescope()
        texts: dict[str, str] = {}
        for name in self.names:
            if found := _BLACKBOARD.fullmatch(name):
                self._begins.setdefault(found[2], set()).add(found[1])
                if not found[4]:
                    texts[name] = found[1]
        for name, data in self.read(texts, _MAX_TEXT_BYTES).items():
            text = data.decode("utf-8", "replace").lstrip("\ufeff").replace("\r", "")
            if told := _BLACKBOARD_NAME.match(text):
                self._users[texts[name]] = Student(shown(told[1]), shown(told[2]), "blackboard")

    def _read_gradescope(self) -> None:
        data = self.read([NAME], MAX_BYTES).get(NAME)
        try:
            if data is None:
                raise UnreadableMetadata("it is too large, or no file")
            self.submitters, self._times = read_submitters(data)
        except UnreadableMetadata as reason:
            what = f"does not tell the students' names: {reason}"
            self.problems.append((NAME, what))

    def owned(self, top: str, *, is_folder: bool) -> Owned | None:
        """Return what a name tells that a platform has given; None for any other name."""
        readers = (_moodle, _canvas, self._blackboard, self._brightspace, self._gradescope)
        return next((found for read in readers if (found := read(top, is_folder))), None)

    def _gradescope(self, top: str, is_folder: bool) -> Owned | None:
        found = _GRADESCOPE.fullmatch(top)
        if not found or not is_folder:
            return None
        students = tuple(self.submitters.get(top, ()))
        came = self._times.get(top, 0)
        return Owned(students or (Student(top, found[1], "gradescope"),), came=came)

    def _blackboard(self, top: str, is_folder: bool) -> Owned | None:
        found = _BLACKBOARD.fullmatch(top)
        if not found or is_folder:
            return None
        # `HW1_a_b` and `HW1_b` stay apart: user names may have underscores, too
        word = found[2] if self._begins.get(found[2], set()) <= {found[1]} else found[1]
        student = self._users.get(found[1]) or Student(shown(word), shown(word), "blackboard")
        number = int(found[3].replace("-", ""))
        came = self._seconds(found[3], "%Y-%m-%d-%H-%M-%S")
        return Owned((student,), shown(found[4] or top), number, came=came)

    def _brightspace(self, top: str, is_folder: bool) -> Owned | None:
        found = _BRIGHTSPACE.fullmatch(top)
        if not found or is_folder == bool(found[4]):
            return None
        student = Student(shown(found[2]), found[1], "brightspace")
        came = self._seconds(found[3].replace(".", ""), "%b %d, %Y %I%M %p")
        return Owned((student,), shown(found[4] or ""), came, came=came)

    def _seconds(self, text: str, form: str) -> float:
        """Return a time as a platform writes it in English; 0 for one in another language."""
        try:
            return datetime.strptime(text, form).replace(tzinfo=self.zone).timestamp()
        except (ValueError, OverflowError, OSError):
            return 0


def _moodle(top: str, is_folder: bool) -> Owned | None:
    found = _MOODLE.fullmatch(top)
    # the folder of those who are in no group has no number
    student = found and Student(shown(found[1]), found[2] or "", "moodle")
    return Owned((student,), shown(found[3])) if found and student else None


def _canvas(top: str, is_folder: bool) -> Owned | None:
    if is_folder or exercise_of(top):
        return None
    if found := _CANVAS_ANONYMOUS.fullmatch(top):
        student = Student(f"anon_{found[2]}", found[2], "canvas")
        late, own = found[1], found[4] or top
    elif found := _CANVAS.fullmatch(top):
        student = Student(shown(found[1]), found[3], "canvas")
        late, own = found[2], found[5] or top
    else:
        return None
    again = _CANVAS_NUMBER.fullmatch(own)
    name, number = (again[1] + again[3], int(again[2])) if again else (own, 0)
    return Owned((student,), shown(name), number, bool(late), download=top)


def classroom(name: str) -> Owned | None:
    """Return what a file's name tells in Google Classroom's Drive folder: `Full Name - name.py`.

    Other names look alike, so that is no more than a guess, where nothing else tells.
    """
    if "/" in name or exercise_of(name):
        return None
    pieces = name.split(" - ")
    for cut in range(len(pieces) - 1, 0, -1):
        whose, own = " - ".join(pieces[:cut]).strip(), " - ".join(pieces[cut:])
        if whose and exercise_of(own):
            student = Student(shown(whose), "", "classroom")
            return Owned((student,), shown(own), spelled=whose)
    if len(pieces) > 1 and pieces[0].strip() and suffix_of(name) in {".py", ".ipynb"}:
        whose = pieces[0].strip()
        student = Student(shown(whose), "", "classroom")
        return Owned((student,), shown(" - ".join(pieces[1:])), spelled=whose)
    return None


def owned_by(platforms: Platforms, top: str, rest: str, *, is_folder: bool) -> Owned | None:
    """Return whose something in a class's folder is, by what it is called; None for nobody's."""
    if found := platforms.owned(top, is_folder=is_folder):
        return replace(found, rest="/".join(part for part in (found.rest, shown(rest)) if part))
    if is_folder:
        return Owned((Student(shown(top.strip() or top)),), shown(rest))
    if found := classroom(top):
        return found
    if suffix_of(top) in (*OPENED, *UNOPENED):
        return Owned((Student(shown(stem_of(top))),), spelled=stem_of(top))
    return None
