"""Two bundles to give away: one for learners, without answers and checks, and one with all."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

from grader import identity
from grader.catalogue import (
    BUNDLED_FACTS,
    chapter_titles,
    exercises,
    facts_for_learners,
)
from grader.teaching.wheel import installed_files, write_wheel

_FOR_LEARNERS = """\
# Keras exercises

{count} exercises in {chapters} chapters, from the first dense layer to LSTMs. You fill in
stubs; your instructor grades them.

On Python 3.11 or newer (TensorFlow takes some minutes to install):

```sh
python3 -m venv .venv && . .venv/bin/activate && pip install ./{wheel}
grade list                # all exercises
grade show 2.2.1          # a task, and what is looked at for how many points
grade hint 2.2.1          # a nudge; --level 2 and --level 3 say more
grade path 2.2.1          # the file that you fill in
```

Your files are in `exercises/`. Open one: its first lines tell the task. Put your answers
where the blanks `____` are. It is an ordinary script, and so `python FILE` runs it.
`grade init DIR` lays the files out anew in a folder of yours.

The checks are not in this bundle, they are with your instructor. `grade 2.2.1` tells you
of blanks that are left and of lines that Python cannot read, and no more than that. Hand in
the files under the names that they have.
"""
_FOR_INSTRUCTORS = """\
# Keras exercises: everything

- `{wheel}`: the grader with solutions and checks. `pip install "./{wheel}[instructor]"`
- `exercises/`: the stubs, as learners have them.
- `solutions/`: the reference solutions.

```sh
grade verify                              # every reference passes, no stub does
grade cohort DIR --out results            # grade a class
grade nbgrader DIR                        # lay out an nbgrader course
grade gradescope autograder.zip 2.2       # an autograder for Gradescope
```

This folder is not for learners. Theirs is the other one.
"""


class CannotRelease(Exception):
    """The bundles cannot be made here; the text says why."""


def release(out: Path) -> tuple[Path, Path]:
    """Write OUT/learners and OUT/instructors; return both.

    Raises:
        CannotRelease: one of them is there already, or this installation has no solutions.
        CannotPack: see `wheel.write_wheel`.
        OSError: they cannot be written; then neither is there.
    """
    learners, instructors = out / "learners", out / "instructors"
    for folder in (learners, instructors):
        if folder.exists():
            raise CannotRelease(f"{folder} is there already. Name another folder, or remove it.")
    try:
        identity.package_folder("solutions")
    except FileNotFoundError:
        raise CannotRelease(
            "This installation is a learners' bundle: nothing can be left out."
        ) from None
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".release-") as temporary:
        work = Path(temporary)
        everything = installed_files()
        _write(work / "learners", _FOR_LEARNERS, for_learners(everything))
        _write(work / "instructors", _FOR_INSTRUCTORS, everything)
        (work / "learners").rename(learners)
        (work / "instructors").rename(instructors)
    return learners, instructors


def for_learners(everything: dict[str, bytes]) -> dict[str, bytes]:
    """Return those of the wheel's files that learners may have, by their names.

    Solutions, checks, and what checks are written in are left out; so is how bundled
    results were made, which is an exercise's answer now and then. What the checks tell
    learners anyway is kept in a file of its own.
    """
    found = {f"grader/checks/{BUNDLED_FACTS}": facts_for_learners().encode()}
    for name, data in everything.items():
        if name.startswith("grader/datasets/") and name.endswith(".py"):
            found[name] = _without_making(data.decode("utf-8")).encode()
        elif identity.for_learners(name.removeprefix("grader/")):
            found[name] = data
    return found


def _without_making(source: str) -> str:
    """Return a data module without `measure` and `main`, which made its file."""
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        makes = isinstance(node, ast.FunctionDef) and node.name in {"measure", "main"}
        calls_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        if makes or calls_main:
            del lines[node.lineno - 1 : node.end_lineno]
    return "".join(lines).rstrip() + "\n"


def _write(folder: Path, readme: str, content: dict[str, bytes]) -> None:
    folder.mkdir()
    wheel = write_wheel(folder, content)
    for name, data in content.items():
        part, _, rest = name.removeprefix("grader/").partition("/")
        if part in {"exercises", "solutions"} and rest[:1].isdigit():
            path = folder / part / rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    text = readme.format(wheel=wheel.name, count=len(exercises()), chapters=len(chapter_titles()))
    (folder / "README.md").write_text(text, "utf-8")
