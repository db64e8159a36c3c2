"""What is typed after `grade` and its commands: ids, lessons, chapters, `all`, and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.catalogue import (
    Exercise,
    UnknownExercise,
    exercise_of,
    exercises,
    id_key,
    in_words,
    select,
)
from grader.files import as_typed
from grader.usage import WrongUsage


@dataclass(frozen=True)
class Chosen:
    """An exercise, and the file that was named for it."""

    exercise: Exercise
    file: Path | None = None
    """None where an id named it: then it is the workspace's."""


def choose(words: Iterable[str]) -> list[Chosen]:
    """Return what is to be graded, in the order of the exercises, each once.

    Raises:
        UnknownExercise: a word names nothing; the message suggests the nearest.
        WrongUsage: a file is not there, is a folder, or its name does not tell the exercise.
    """
    chosen: dict[tuple[str, Path | None], Chosen] = {}
    for word in words:
        for one in _named(word):
            chosen.setdefault((one.exercise.id, one.file and one.file.resolve()), one)
    return sorted(chosen.values(), key=lambda one: id_key(one.exercise.id))


def exercises_named(words: Iterable[str]) -> list[Exercise]:
    """Return the exercises that ids, lessons, chapters, `all` or files name, each once.

    Raises:
        UnknownExercise, WrongUsage: as `choose`.
    """
    return list({one.exercise.id: one.exercise for one in choose(words)}.values())


def one_named(word: str) -> Exercise:
    """Return the one exercise that an id or a file names.

    Raises:
        UnknownExercise, WrongUsage: as `choose`; also where it names several.
    """
    first, *others = exercises_named([word])
    if not others:
        return first
    ids = [exercise.id for exercise in (first, *others)]
    word = word.strip().rstrip(".")
    if word == first.lesson:
        what = f"{word} is a lesson, with {in_words(ids)}"
    elif word == first.chapter:
        what = f"{word} is a chapter, from {ids[0]} to {ids[-1]}"
    else:
        what = f"{word!r} is every exercise, from {ids[0]} to {ids[-1]}"
    raise UnknownExercise(f"{what}: name one of them.")


def _named(word: str) -> list[Chosen]:
    try:
        return [Chosen(exercise) for exercise in select([word])]
    except UnknownExercise:
        if not _is_file(word):
            raise
    path = Path(word)
    if path.is_dir():
        raise WrongUsage(f"{path} is a folder, not a file.")
    if not path.exists():
        raise WrongUsage(f"There is no file {path}.")
    exercise = exercise_of(path.name)
    if exercise is None:
        example, typed = exercises()[0].id, as_typed(path)
        raise WrongUsage(
            f"The name of {path} does not tell which exercise it is for. Say so: "
            f"`grade {example} --file {typed}`, with the right id. "
            f"For a script of your own there is `grade explain {typed}`."
        )
    return [Chosen(exercise, path)]


def _is_file(word: str) -> bool:
    return word.endswith((".py", ".ipynb")) or "/" in word or "\\" in word or Path(word).is_file()
