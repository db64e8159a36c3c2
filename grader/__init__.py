"""Autograded exercises for people who learn deep learning with Keras."""

from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """Make `%grade` and `%%grade` known; IPython calls it for `%load_ext grader`."""
    from grader.jupyter import load

    load(shell)
