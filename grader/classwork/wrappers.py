"""Whether a folder or archive holds the work of a class, or that of one student."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.catalogue import Exercise, exercise_of, exercises
from grader.classwork.file_names import OPENED, stem_of, suffix_of
from grader.classwork.listing import is_no_student
from grader.classwork.platforms import Platforms, classroom

_CLASS = 3
"""As many folders with the same exercise are students; two may be one student's two tries."""

_TRY = re.compile(r"(?:version|attempt|try|versuch|tentative|intento)[ _-]?(\d{1,4})")
_OF_TEAMS = "submitted files"
_DRIVE = re.compile(r".+-\d{8}T\d{6}Z(?:-\d+)+\.zip")

_OUR_FOLDERS = {"exercises"} | {
    part for exercise in exercises() for part in PurePosixPath(exercise.file).parts[:-1]
}


def is_platforms(names: Sequence[str]) -> bool:
    """Whether all that lies there bears a platform's names, so that it is the work of a class.

    NAMES are the paths of what lies in a folder or archive and below.
    """
    tops = _tops(_narrowed(names))
    platforms = Platforms()
    return bool(tops) and all(
        platforms.owned(top, is_folder=is_folder) for top, is_folder in tops.items()
    )


def is_class(top: str, names: Sequence[str], archive: str) -> bool:
    """Whether the only thing that was found is what a tool or an archive makes of a class.

    TOP is what it is called, NAMES as above. ARCHIVE is what the archive is called that TOP lies
    in: packing a class's folder makes an archive of the same name.
    """
    names = _narrowed(names)
    tops = _tops(names)
    if not tops or _holds_an_answer(tops):
        return False
    # what GitHub Classroom clones is `hw1-submissions/hw1-ann`
    assignment = top.removesuffix("-submissions")
    are_its = assignment != top and all(inner.startswith(f"{assignment}-") for inner in tops)
    clones = [inner for inner in tops if f"{inner}/.git" in names]
    is_packed = bool(archive) and (top == stem_of(archive) or bool(_DRIVE.fullmatch(archive)))
    return are_its or len(clones) > 1 or is_packed or top.casefold() == _OF_TEAMS


def seems_class(names: Sequence[str]) -> bool:
    """Whether the only thing that was found rather holds a class than one student's work."""
    names = _narrowed(names)
    tops = _tops(names)
    if _holds_an_answer(tops):
        return False
    owners = {owned.students for inner in tops if (owned := classroom(inner))}
    archives = [inner for inner, is_folder in tops.items() if not is_folder and _opened(inner)]
    holders = [len(holders) for holders in _holders(names).values()]
    return len(owners) > 1 or max(len(archives), *holders, 0) >= _CLASS


def several_readings(files: Sequence[tuple[Exercise, str]]) -> dict[str, list[str]]:
    """Return the exercises that lie in several folders side by side, by id, and those folders.

    FILES are a student's, with their paths. Whoever calls that folder a student may be wrong:
    the folders in it may be the students.
    """
    paths: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for exercise, file in files:
        *folders, own = PurePosixPath(file).parts
        if owned := classroom(own):
            folders.append(owned.students[0].name)
        paths[exercise.id].append((*folders, own))
    found: dict[str, list[str]] = {}
    for id, several in paths.items():
        depth = 0
        while all(len(parts) > depth + 1 for parts in several) and (
            len({parts[depth] for parts in several}) == 1
        ):
            depth += 1
        beside = {parts[depth] for parts in several}
        are_folders = all(len(parts) > depth + 1 for parts in several)
        are_tries = all(number_of_try(folder) for folder in beside)
        if len(beside) > 1 and are_folders and not are_tries and not beside & _OUR_FOLDERS:
            found[id] = sorted(beside)
    return found


def number_of_try(folder: str) -> int:
    """Return which try a folder holds by its name, `Version 2` as in Teams; 0 for any other."""
    found = _TRY.fullmatch(folder.casefold())
    return int(found[1]) if found else 0


def is_drives(top: str, names: Sequence[str]) -> bool:
    """Whether an archive is one of those in which Google Drive gives a Classroom folder away."""
    tops = _tops(_narrowed(names))
    return (
        bool(_DRIVE.fullmatch(top))
        and not _holds_an_answer(tops)
        and (any(classroom(inner) for inner, is_folder in tops.items() if not is_folder))
    )


def _narrowed(names: Sequence[str]) -> Sequence[str]:
    """Return the names in the innermost folder that alone holds all the rest."""
    while True:
        tops = _tops(names)
        (top, *more) = tops or ("",)
        if more or not tops.get(top) or Platforms().owned(top, is_folder=True):
            return names
        names = [name[len(top) + 1 :] for name in names if name.startswith(f"{top}/")]


def _tops(names: Sequence[str]) -> dict[str, bool]:
    tops: dict[str, bool] = {}
    for name in names:
        top, below, _ = name.partition("/")
        if not is_no_student(top):
            tops[top] = tops.get(top, False) or bool(below)
    return tops


def _holds_an_answer(tops: dict[str, bool]) -> bool:
    return any(exercise_of(top) and not is_folder for top, is_folder in tops.items())


def _opened(name: str) -> bool:
    return suffix_of(name) in OPENED


def _holders(names: Sequence[str]) -> dict[str, set[str]]:
    """Return by exercise which folders or archives hold it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        top, below, _ = name.partition("/")
        exercise = exercise_of(name) if below else None
        if exercise and top not in _OUR_FOLDERS:
            found[exercise.id].add(top)
    return found
