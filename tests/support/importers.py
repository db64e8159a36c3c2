"""Canvas's gradebook import and Moodle's import of a grading worksheet, by their documented rules.

What is said of Canvas stands in its `lib/gradebook_importer.rb`, what is said of Moodle in
`mod/assign/feedback/offline` and `mod/assign/feedback/file/importziplib.php`. Only the rules are
followed: which headings must be there, how a student is found, which marks are taken.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class NotImported(Exception):
    """The platform refuses the file."""


def _rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(data.decode("utf-8").splitlines(keepends=True), strict=True))


@dataclass
class CanvasUser:
    """A student whom Canvas has."""

    id: int
    name: str
    sis_id: str = ""
    login: str = ""


@dataclass
class CanvasCourse:
    """A course: its students, its assignments by id, and the scores there are."""

    users: list[CanvasUser]
    assignments: dict[int, str] = field(default_factory=dict)
    possible: dict[str, float] = field(default_factory=dict)
    scores: dict[tuple[int, str], str] = field(default_factory=dict)
    """By student and assignment's title."""

    def import_gradebook(self, path: Path) -> list[str]:
        """Import a csv; return the names of those who were not found."""
        rows = _rows(path)
        head = rows[0]
        if not (len(head) > 3 and "Student" in head[0] and "ID" in head[1]):
            raise NotImported("header")
        sis = re.search(r"SIS\s+User\s+ID", head[2]) and re.search(r"SIS\s+Login\s+ID", head[3])
        columns = 5 if sis else 3
        if "Section" not in head[columns - 1]:
            raise NotImported("Section")
        titles = {number: self._title(head[number]) for number in range(columns, len(head))}
        unknown = []
        for row in rows[1:]:
            if "Points Possible" in row[0]:
                self.possible |= {title: float(row[n]) for n, title in titles.items()}
                continue
            user = self._find(row, with_sis=bool(sis))
            if user is None:
                unknown.append(row[0])
                continue
            for number, title in titles.items():
                score = row[number].strip()
                if score:
                    self.scores[user.id, title] = str(float(score))
                else:  # an empty cell takes a score away
                    self.scores.pop((user.id, title), None)
        return unknown

    def _title(self, heading: str) -> str:
        found = re.fullmatch(r"(.+) \((\d+)\)", heading)
        if found and int(found[2]) in self.assignments:
            return self.assignments[int(found[2])]
        return heading

    def _find(self, row: list[str], *, with_sis: bool) -> CanvasUser | None:
        """By ID, then SIS id, then login, then name."""
        for user in self.users:
            if str(user.id) == row[1]:
                return user
        for column, of_user in ((2, "sis_id"), (3, "login")) if with_sis else ():
            for user in self.users:
                if row[column] and getattr(user, of_user) == row[column]:
                    return user
        return next((user for user in self.users if user.name == row[0]), None)

    def take_back(
        self, archive: Path, files: Mapping[int, int]
    ) -> tuple[dict[int, bytes], list[str]]:
        """Take files back that were downloaded; FILES are the owners of file ids.

        Return what each file is answered with, and the names that Canvas ignores.
        """
        taken, ignored = {}, []
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                numbers = [
                    part for part in Path(name).name.split("_") if re.fullmatch(r"\d+", part)
                ]
                user, file = (int(numbers[0]), int(numbers[1])) if len(numbers) > 1 else (0, 0)
                if files.get(file) == user:
                    taken[file] = opened.read(name)
                else:
                    ignored.append(name)
        return taken, ignored


@dataclass
class MoodleAssignment:
    """An assignment: its participants by number, the largest grade, and the grades there are."""

    participants: Mapping[int, str]
    most: float
    words: tuple[str, str, str, str] = (
        "Identifier",
        "Participant ",
        "Grade",
        "Last modified (grade)",
    )
    """Of the site's language: the id's heading, what stands before the number, two headings."""
    grades: dict[int, float] = field(default_factory=dict)

    def import_worksheet(self, path: Path) -> None:
        """Import a csv: unknown participants are passed over, and so are marks out of range."""
        rows = _rows(path)
        identifier, before, grade, modified = self.words
        columns = {}
        for heading in (identifier, grade, modified):
            if heading not in rows[0]:
                raise NotImported(heading)
            columns[heading] = len(rows[0]) - 1 - rows[0][::-1].index(heading)
        for row in rows[1:]:
            number = row[columns[identifier]][len(before) :]
            if not number.isdigit() or int(number) not in self.participants:
                continue
            text = row[columns[grade]].replace(" ", "").replace(",", ".")
            if text and 0 <= float(text) <= self.most:
                self.grades[int(number)] = float(text)

    def take_feedback(self, archive: Path) -> dict[int, dict[str, bytes]]:
        """Take a zip of feedback files; return each participant's files."""
        found: dict[int, dict[str, bytes]] = {}
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                parts = name.split("/")
                info = parts[0].split("_", 4)
                if len(info) >= 4 and info[1].isdigit() and int(info[1]) in self.participants:
                    assert info[2:4] == ["assignsubmission", "file"]
                    rest = "/".join(part for part in [*info[4:], *parts[1:]] if part)
                    found.setdefault(int(info[1]), {})[rest] = opened.read(name)
        return found


WORKSHEETS = {
    "English": (
        ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
         "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
         "Feedback comments"],
        "Participant ",
    ),
    "German": (
        ["ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
         "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)",
         "Zuletzt geändert (Bewertung)", "Feedback als Kommentar"],
        "Teilnehmer/in",
    ),
    "French": (
        ["Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Note maximale",
         "La note peut être modifiée", "Dernière modification (travail remis)",
         "Dernière modification (note)", "Feedback par commentaires"],
        "Participant ",
    ),
}  # fmt: skip
"""The headings of Moodle's offline worksheets, and what stands before a participant's number."""


def csv_file(path: Path, *rows: list[str], between: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows into a file; return its path."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=between).writerows(rows)
    return path
