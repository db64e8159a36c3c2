"""What comes with this package and makes what an exercise asks the learner to make.

Later exercises hand their results out: `networks.darts_network` is the network of 2.2.1.
Where the task is to build it, a file that calls it stops, with a word on why. The function
itself is gone from its module then, and what it could be made from again is closed: the
module's own file, and the files that it lists in `SAVED`.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NoReturn


class NotInThisExercise(PermissionError):
    """The learner's file wants what would do the exercise for it.

    To libraries that read files it is one more file that cannot be read.
    """


def withhold(paths: Iterable[str], *_: str) -> None:
    """Put functions that refuse every call in the place of these, and close their files.

    This holds for the rest of the process.

    Args:
        paths: of the functions, `"grader.datasets.networks.darts_network"`.
    """
    files: dict[str, str] = {}
    for path in paths:
        module_name, _, name = path.rpartition(".")
        module = importlib.import_module(module_name)
        getattr(module, name)  # a name that is not there would withhold nothing
        setattr(module, name, _refusing(name))
        files |= dict.fromkeys(_files(module), name)
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


def _files(module: ModuleType) -> list[str]:
    """Return the files that a module's functions can be made from, or their results loaded."""
    source = str(module.__file__)
    return [
        source,
        importlib.util.cache_from_source(source),
        *map(str, getattr(module, "SAVED", ())),
    ]


def _close(files: dict[str, str]) -> None:
    """Refuse to open these files from now on, whatever they are called by then.

    An audit hook cannot be taken away, and hears of every file that Python opens.

    Args:
        files: with the name of the function that each one belongs to.
    """
    closed = {}
    stat = os.stat
    for path, name in files.items():
        try:
            found = stat(path)
        except OSError:
            continue  # no module need have a cache
        closed[found.st_dev, found.st_ino] = name

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open":
            return
        try:
            found = stat(arguments[0])
        except (OSError, TypeError, ValueError):
            return
        if name := closed.get((found.st_dev, found.st_ino)):
            raise NotInThisExercise(_words(name))

    sys.addaudithook(hook)
