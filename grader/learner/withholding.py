"""What comes with this package and makes what an exercise asks the learner to make.

Later exercises hand their results out: `networks.darts_network` is the network of 2.2.1.
Where the task is to build it, a file that calls it stops, with a word on why. The function
itself is gone from its module then, and what it could be made from again is closed: the
module's own file, and the files that it lists in `SAVED`. Here this is told to whoever opens them
with Python; the system keeps libraries out that read files without it, where it can.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn


class NotInThisExercise(Exception):
    """The learner's file wants what would do the exercise for it."""


class ClosedCode(NotInThisExercise, PermissionError):
    """The same, of a module's code: who prints a traceback does without what cannot be read."""


def closed_files(paths: Iterable[str]) -> list[str]:
    """Return the files that are closed where these functions are withheld.

    Their modules are imported: once the files are closed, that is too late.
    """
    modules = {path.rpartition(".")[0] for path in paths}
    return [file for name in modules for file in _files(importlib.import_module(name))]


def withhold(paths: Iterable[str]) -> None:
    """Put functions that refuse every call in the place of these, and close their files.

    This holds for the rest of the process.

    Args:
        paths: of the functions, `"grader.datasets.networks.darts_network"`.
    """
    files: dict[str, Exception] = {}
    for path in paths:
        module_name, _, name = path.rpartition(".")
        module = importlib.import_module(module_name)
        getattr(module, name)  # a name that is not there would withhold nothing
        setattr(module, name, _refusing(name))
        files |= {file: kind(_words(name)) for file, kind in _files(module).items()}
    if files:
        _close(files)


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotInThisExercise(_words(name))

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


def _words(name: str) -> str:
    return (
        f"`{name}` makes what this exercise is about; it is there for later ones. "
        "Write this step yourself."
    )


def _files(module: ModuleType) -> dict[str, type[Exception]]:
    """Return what a module's functions are made or loaded from, with what stops who opens it."""
    source = Path(str(module.__file__))
    caches = source.parent.glob(f"__pycache__/{source.stem}.*.pyc")  # of other Pythons, too
    code = (str(path) for path in (source, *caches))
    saved = (str(path) for path in getattr(module, "SAVED", ()))
    return dict.fromkeys(code, ClosedCode) | dict.fromkeys(saved, NotInThisExercise)


def _close(files: dict[str, Exception]) -> None:
    """Refuse to open these files from now on, by whatever name, with these errors.

    An audit hook cannot be taken away, and hears of every file that Python opens.
    """
    stat = os.stat
    closed = {}
    for path, error in files.items():
        with contextlib.suppress(FileNotFoundError):  # no module need have a cache
            found = stat(path)
            closed[found.st_dev, found.st_ino] = error

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open":
            return
        try:
            found = stat(arguments[0])
        except (OSError, TypeError, ValueError):
            return
        if error := closed.get((found.st_dev, found.st_ino)):
            raise type(error)(*error.args)

    sys.addaudithook(hook)
