"""Functions that come with this package and make what an exercise asks the learner to make.

Later exercises hand their results out: `networks.darts_network` is the network of 2.2.1.
Where the task is to build it, a file that calls it stops, with a word on why.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any


class NotInThisExercise(Exception):
    """The learner's file calls a function that would do the exercise for it."""


def withhold(paths: Iterable[str], file: str, source: str) -> None:
    """Let these functions refuse calls from the learner's file; others may go on calling them.

    Args:
        paths: of the functions, `"grader.datasets.networks.darts_network"`.
        file: the learner's, by which its calls are known.
        source: its text. Modules that it does not name are not loaded.
    """
    for path in paths:
        module_name, _, name = path.rpartition(".")
        if module_name.rpartition(".")[2] in source:
            module = importlib.import_module(module_name)
            setattr(module, name, _refusing(getattr(module, name), name, file))


def _refusing(original: Callable[..., Any], name: str, file: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def refuse(*args: Any, **kwargs: Any) -> Any:
        if sys._getframe(1).f_code.co_filename == file:
            raise NotInThisExercise(
                f"`{name}` makes what this exercise is about; it is there for later ones. "
                "Write this step yourself."
            )
        return original(*args, **kwargs)

    return refuse
