"""Notebooks that were handed in to nbgrader under other names than they were released by."""

from __future__ import annotations

import shutil
from pathlib import Path

from traitlets.log import get_logger

from grader.catalogue import exercise_of
from grader.teaching.notebooks import notebook_name


def name_as_released(assignment: str, student: str, notebooks: list[str]) -> None:
    """Copy each notebook whose name tells its exercise under the name that it was released by.

    nbgrader calls it before it grades what one student has handed in, and grades the files in
    NOTEBOOKS. It would leave out one that a browser has called `2_2_1 my answer (1).ipynb`.
    """
    log = get_logger()
    paths = [Path(name) for name in notebooks]
    found: dict[Path, list[Path]] = {}
    for path in paths:
        exercise = exercise_of(path.name)
        if exercise is not None and not path.is_symlink():
            found.setdefault(path.with_name(notebook_name(exercise)), []).append(path)
    for released, several in found.items():
        others = [path for path in several if path != released]
        if not others:
            continue
        if released not in several:
            latest = max(others, key=lambda path: (path.stat().st_mtime, path.name))
            shutil.copy2(latest, released)
            notebooks[notebooks.index(str(latest))] = str(released)
            log.warning("%s is graded as %s.", latest, released.name)
            others.remove(latest)
        data = released.read_bytes()
        for path in others:
            if str(path) in notebooks:
                notebooks.remove(str(path))
            if path.read_bytes() != data:
                log.warning(
                    "%s is not graded: %s is, which is for the same exercise.", path, released.name
                )
