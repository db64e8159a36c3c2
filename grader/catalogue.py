"""Which exercises there are, where their files lie, and what their checks say of them.

An exercise is found by its stub's name, `2_2_1_a_multi_class_model.py` is exercise
2.2.1. Its title is the first line of the docstring. Points, hints and the time limit
stand in its check file; they are read from the syntax tree, so nothing is executed
and TensorFlow is not imported. A learners' bundle has no check files, but a
`catalogue.json` with what was read from them; see `grader.teaching.wheel`.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from grader.facts import Facts, facts_of, points_at_a_glance, read_bundle, write_bundle
from grader.identity import package_folder
from grader.stubs import blank_lines
from grader.usage import WrongUsage

_FILE_NAME = re.compile(r"(\d+)_(\d+)_(\d+)_\w+\.py")
_CHAPTER_NAME = re.compile(r"(\d+)_(\w+)")
_COPY = re.compile(r"^(copy|kopie)_(of|von)_|_*\(\d+\)$|_(copy|kopie)$")
_ID = re.compile(r"(\d+)_(\d+)_(\d+)(?!\d)")

_OWN_SPELLING = {
    word.lower(): word
    for word in (
        "Keras", "TensorFlow", "CNN", "CNNs", "RNN", "RNNs", "LSTM", "LSTMs", "GRU", "GRUs",
        "MNIST", "ResNet50",
    )
}  # fmt: skip
"""Words that a folder's name has in small letters, and a title has not."""


class UnknownExercise(WrongUsage):
    """No exercise, lesson or chapter goes by that name."""

    def __init__(self, message: str, word: str = "") -> None:
        super().__init__(message)
        self.word = word


class NoChecks(WrongUsage):
    """This installation is a learners' bundle: it lists exercises and does not grade them."""


@dataclass(frozen=True)
class Exercise:
    """One exercise: its id, and where its files lie."""

    id: str
    file: str
    """The stub's path inside a workspace's `exercises/`, with `/`."""

    @property
    def chapter(self) -> str:
        """The chapter's number, `"2"`."""
        return self.id.split(".")[0]

    @property
    def lesson(self) -> str:
        """The lesson's number, `"2.2"`."""
        return self.id.rsplit(".", 1)[0]

    @property
    def stub(self) -> Path:
        """The stub as it was shipped."""
        return package_folder("exercises") / self.file

    @cached_property
    def stub_source(self) -> str:
        """The text of the stub as it was shipped."""
        return self.stub.read_text("utf-8")

    @cached_property
    def steps(self) -> int:
        """How many blanks the stub has."""
        return len(blank_lines(ast.parse(self.stub_source)))

    @property
    def solution(self) -> Path:
        """The reference solution. A learners' bundle has none: then there is no such file."""
        try:
            return package_folder("solutions") / self.file
        except FileNotFoundError:
            return package_folder("exercises").parent / "solutions" / self.file

    @property
    def checks(self) -> Path:
        """The hidden checks.

        Raises:
            NoChecks: they are not part of this installation.
        """
        path = package_folder("checks") / f"check_{self.id.replace('.', '_')}.py"
        if not path.exists() and self.id in bundled_facts():
            raise NoChecks(
                f"The checks of {self.id} are with your instructor: hand your file in, and it "
                "will be graded there."
            )
        return path

    @cached_property
    def task(self) -> str:
        """The stub's docstring: id, title, task and steps."""
        return ast.get_docstring(ast.parse(self.stub_source)) or self.id

    @cached_property
    def title(self) -> str:
        """The title, without the id."""
        first, _, _ = self.task.partition("\n")
        return first.removeprefix(self.id).strip()

    @cached_property
    def facts(self) -> Facts:
        """What its check file says of it, or a learners' bundle in its place."""
        try:
            return facts_of(self.checks.read_text("utf-8"))
        except NoChecks:
            return bundled_facts()[self.id]

    @property
    def points(self) -> int:
        """The sum of the points of its checks."""
        try:
            return sum(points_at_a_glance(self.checks.read_text("utf-8")).values())
        except NoChecks:
            return sum(self.check_points.values())

    @property
    def check_points(self) -> dict[str, int]:
        """Points per check, in the order of the checks."""
        return self.facts.points

    @property
    def statements(self) -> dict[str, str]:
        """What each check looks at, one neutral sentence per check."""
        return self.facts.statements

    @property
    def hints(self) -> tuple[str, ...]:
        """Three hints, from a nudge to nearly the answer."""
        return self.facts.hints

    @property
    def timeout(self) -> float:
        """Wall-clock limit in seconds for the learner's code."""
        return self.facts.timeout

    @property
    def options(self) -> dict[int, str] | None:
        """A quiz's options with their feedback; None where the exercise is no pure quiz."""
        found = self.facts.options
        return found if found and list(self.check_points) == ["answer"] else None

    @property
    def has_probes(self) -> bool:
        """Whether the checks call functions that the learner writes."""
        return self.facts.has_probes


BUNDLED_FACTS = "catalogue.json"


@cache
def bundled_facts() -> dict[str, Facts]:
    """Return what a learners' bundle tells of its exercises in place of their check files."""
    try:
        return read_bundle((package_folder("checks") / BUNDLED_FACTS).read_text("utf-8"))
    except FileNotFoundError:
        return {}


def facts_for_learners(chosen: Iterable[Exercise]) -> str:
    """Return the text of the file that `bundled_facts` reads, with what it tells of some."""
    return write_bundle({exercise.id: exercise.facts for exercise in chosen})


@cache
def exercises() -> tuple[Exercise, ...]:
    """Return every exercise, in the course's order."""
    found = []
    root = package_folder("exercises")
    for path in root.glob("*/*.py"):
        match = _FILE_NAME.fullmatch(path.name)
        if match:
            found.append(
                Exercise(".".join(match.groups()), path.relative_to(root).as_posix()),
            )
    return tuple(sorted(found, key=lambda exercise: id_key(exercise.id)))


def id_key(exercise_id: str) -> tuple[int, ...]:
    """Sort key that puts 1.10.1 behind 1.9.1."""
    return tuple(int(part) for part in exercise_id.split("."))


def chapter_titles() -> dict[str, str]:
    """Return each chapter's number and title, from the folders' names."""
    titles = {}
    for exercise in exercises():
        match = _CHAPTER_NAME.fullmatch(exercise.file.split("/")[0])
        if match:
            titles[match[1]] = chapter_title(match[2])
    return titles


def chapter_title(name: str) -> str:
    """Return the title of a chapter: `"introducing_keras"` is "Introducing Keras"."""
    title = " ".join(_OWN_SPELLING.get(word, word) for word in name.split("_"))
    return title[:1].upper() + title[1:]


def find(exercise_id: str) -> Exercise:
    """Return the exercise of that id.

    Raises:
        UnknownExercise: there is none; the message suggests the nearest.
    """
    for exercise in exercises():
        if exercise.id == exercise_id:
            return exercise
    raise _no_such(exercise_id)


def select(words: Iterable[str]) -> list[Exercise]:
    """Return the exercises that ids, lessons, chapters or `all` name, each once.

    Raises:
        UnknownExercise: a word names nothing; the message suggests the nearest.
    """
    chosen: dict[str, Exercise] = {}
    for word in words:
        wanted = word.strip().rstrip(".")
        matches = [
            exercise
            for exercise in exercises()
            if wanted in {"all", exercise.id, exercise.lesson, exercise.chapter}
        ]
        if not matches:
            raise _no_such(word)
        chosen.update({exercise.id: exercise for exercise in matches})
    return sorted(chosen.values(), key=lambda exercise: id_key(exercise.id))


def exercise_of(name: str) -> Exercise | None:
    """Return the exercise that a file's name belongs to: by its number, or by its words.

    Capitals, blanks and dashes do not matter, nor does what a copy's name ends in.
    """
    stem = unicodedata.normalize("NFKC", PurePosixPath(name).stem).casefold()
    stem = _COPY.sub("", re.sub(r"[\s.-]+", "_", stem)).strip("_")
    number = _ID.match(stem)
    for exercise in exercises():
        own = PurePosixPath(exercise.file).stem
        if number and ".".join(number.groups()) == exercise.id:
            return exercise
        if stem and stem == own.split("_", 3)[3]:
            return exercise
    return None


def _no_such(word: str) -> UnknownExercise:
    from difflib import get_close_matches

    known = [exercise.id for exercise in exercises()]
    lessons = sorted({exercise.lesson for exercise in exercises()})
    message = f"There is no exercise, lesson or chapter called {word!r}."
    lesson, _, number = word.strip().rpartition(".")
    if lesson in lessons and number.isdigit():
        there = [exercise.id for exercise in exercises() if exercise.lesson == lesson]
        return UnknownExercise(f"{message} Lesson {lesson} has {in_words(there)}.", word)
    titles = {exercise.title.lower(): exercise.id for exercise in exercises()}
    digits = ".".join(re.findall(r"\d", word))
    near = [digits] if digits in known else []
    near = near or get_close_matches(word.lower(), [*known, *lessons, *titles], 1)
    if near:
        message += f" Did you mean {titles.get(near[0], near[0])}?"
    else:
        message += " `grade list` shows them all."
    return UnknownExercise(message, word)


def in_words(names: list[str]) -> str:
    """Return names as a sentence has them: `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
