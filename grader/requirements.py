"""The packages that this one needs: whether they are here, and the words where one is not.

Exercises are listed, shown and laid out without TensorFlow, and without all that weighs much.
"""

from __future__ import annotations

import importlib.util
import re
import sys

from grader.usage import WrongUsage


class NotInstalled(WrongUsage):
    """A package that this command needs is not there."""


def expect_installed(*modules: str) -> None:
    """Expect that these can be imported. They are looked for, not loaded.

    Raises:
        NotInstalled: one of them cannot; the text says what installs it.
    """
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise NotInstalled(what_installs(module) or f"{module} is missing.")


def what_installs(module: str) -> str:
    """Say in a sentence that a module is missing, and what installs all that is missing.

    Returns:
        "" where nothing is missing that keras-grader needs.
    """
    import importlib.metadata  # it takes as long as all other imports here

    missing = []
    try:
        wanted = importlib.metadata.requires("keras-grader") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    for requirement in wanted:
        name, _, marker = requirement.partition(";")
        if "extra" in marker:
            continue
        found = re.match(r"[\w.-]+", name)
        try:
            importlib.metadata.version(found[0] if found else name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(f'"{name.strip()}"')
    if not missing:
        return ""
    called = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
    return (
        f"This needs {called.get(module, module)}, which is not installed here: "
        f"`{sys.executable} -m pip install {' '.join(missing)}` installs what is missing."
    )
