"""What a bundle was made with: the versions of all packages, for pip to install the same."""

from __future__ import annotations

import importlib.metadata
import re
import sys

CONSTRAINTS = "constraints.txt"
"""The name of a bundle's file of versions, which `pip install -c` takes."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)")


def python() -> str:
    """Return the Python that runs this, `3.12`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def constraints() -> str:
    """Return the versions of what is installed here of all that the package needs, a line each.

    What it needs for instructors is among them where it is here. A constraint asks for nothing
    to be installed, so what is for another system does no harm.
    """
    found: dict[str, str] = {}
    waiting = _needs("keras-grader", extra="instructor")
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found or name == "keras-grader":
            continue
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found[name] = version.partition("+")[0]  # +cpu and the like are no version of an index
        waiting += _needs(name)
    lines = (f"{name}=={version}\n" for name, version in sorted(found.items()))
    return f"# What keras-grader was bundled with, on Python {python()}.\n" + "".join(lines)


def _needs(name: str, extra: str = "") -> list[str]:
    """Return the names of what a package needs, without its extras but for the one named."""
    try:
        wanted = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    names = []
    for requirement in wanted:
        found = _NAME.match(requirement)
        extras = _EXTRA.findall(requirement)
        if found and (not extras or extra in extras):
            names.append(found[0])
    return names
