"""Three bundles to give away: for learners, for machines that grade, and for instructors."""

from __future__ import annotations

import tempfile
from pathlib import Path

from grader import identity
from grader.catalogue import chapter_titles, exercises
from grader.teaching import pins
from grader.teaching.wheel import for_graders, for_learners, installed_files, write_wheel

_FOR_LEARNERS = """\
# Keras exercises

{count} exercises in {chapters} chapters, from the first dense layer to LSTMs. You fill in
stubs; your instructor grades them.

On Python 3.11, 3.12 or 3.13 (TensorFlow takes some minutes to install):

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
_FOR_GRADERS = """\
# Keras exercises: for machines that grade

- `{wheel}`: the grader with the checks, and without the solutions, which no grade needs and a
  submission might look for. `pip install -c constraints.txt "./{wheel}[instructor]"`
- `constraints.txt`: the versions of all packages that this bundle was made with. With the same
  ones, the same file gets the same verdict; `grade --json` says them.
- `exercises/`: the stubs, as learners have them.

```sh
grade cohort DIR --out results            # grade a class
grade gradescope autograder.zip 2.2       # an autograder for Gradescope
grade doctor                              # is everything there that grading needs?
```

Install this where submissions run: on the account that runs `grade cohort` or `nbgrader
autograde`, on workers of a Dask cluster. It is not for learners: who can read the checks
knows what they look for.
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

This folder is not for learners; theirs is `learners`. Where submissions run, better install
what is in `graders`: no submission can find a solution there.
"""


class CannotRelease(Exception):
    """The bundles cannot be made here; the text says why."""


def release(out: Path) -> tuple[Path, Path, Path]:
    """Write OUT/learners, OUT/graders and OUT/instructors; return them.

    Raises:
        CannotRelease: one of them is there already, or this installation has no solutions.
        CannotPack: see `wheel.write_wheel`.
        OSError: they cannot be written; then none of them is there.
    """
    folders = learners, graders, instructors = (
        out / "learners",
        out / "graders",
        out / "instructors",
    )
    for folder in folders:
        if folder.exists():
            raise CannotRelease(f"{folder} is there already. Name another folder, or remove it.")
    try:
        identity.package_folder("solutions")
    except FileNotFoundError:
        raise CannotRelease(
            "This installation has no solutions: bundles are made from one that has everything."
        ) from None
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".release-") as temporary:
        work = Path(temporary)
        everything = installed_files()
        _write(work / learners.name, _FOR_LEARNERS, for_learners(everything))
        _write(work / graders.name, _FOR_GRADERS, for_graders(everything))
        (work / graders.name / pins.CONSTRAINTS).write_text(pins.constraints(), "utf-8")
        _write(work / instructors.name, _FOR_INSTRUCTORS, everything)
        for folder in folders:
            (work / folder.name).rename(folder)
    return folders


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
