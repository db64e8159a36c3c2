"""Three bundles to give away: for learners, for machines that grade, and for instructors."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from grader import identity
from grader.catalogue import chapter_titles, exercises
from grader.marking.marks import in_figures
from grader.marking.preview import late_policy
from grader.marking.syllabus import Syllabus
from grader.marking.syllabus_file import FILE_NAME
from grader.teaching import pins
from grader.teaching.wheel import for_graders, for_learners, installed_files, write_wheel

_FOR_LEARNERS = """\
# Keras exercises

{about} You fill in stubs; your instructor grades them.

On Python 3.11, 3.12 or 3.13 (TensorFlow takes some minutes to install):

```sh
python3 -m venv .venv && . .venv/bin/activate && pip install ./{wheel}
grade list                # all exercises
grade show {example}          # a task, and what is looked at for how many points
grade hint {example}          # a nudge; --level 2 and --level 3 say more
grade path {example}          # the file that you fill in
```

Your files are in `exercises/`. Open one: its first lines tell the task. Put your answers
where the blanks `____` are. It is an ordinary script, and so `python FILE` runs it.
`grade init DIR` lays the files out anew in a folder of yours.

The checks are not in this bundle, they are with your instructor. `grade {example}` tells you
of blanks that are left and of lines that Python cannot read, and no more than that. Hand in
the files under the names that they have.
{course}"""
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


def release(
    out: Path, syllabus: Syllabus | None = None, course_file: Path | None = None
) -> tuple[Path, Path, Path]:
    """Write OUT/learners, OUT/graders and OUT/instructors; return them.

    Args:
        out: the folder, made where it is missing.
        syllabus: what the course sets: learners get its exercises, and are told of the rest.
        course_file: where that stands; those who grade get a copy.

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
        course = syllabus or Syllabus()
        chosen = course.all_exercises
        told = _for_learners(course) if course_file else ""
        _write(work / learners.name, _FOR_LEARNERS, for_learners(everything, chosen), course, told)
        _write(work / graders.name, _FOR_GRADERS, for_graders(everything), course)
        (work / graders.name / pins.CONSTRAINTS).write_text(pins.constraints(), "utf-8")
        _write(work / instructors.name, _FOR_INSTRUCTORS, everything, course)
        if course_file is not None:
            for folder in (graders, instructors):
                shutil.copyfile(course_file, work / folder.name / FILE_NAME)
        for folder in folders:
            (work / folder.name).rename(folder)
    return folders


def _write(
    folder: Path, readme: str, content: dict[str, bytes], course: Syllabus, told: str = ""
) -> None:
    folder.mkdir()
    wheel = write_wheel(folder, content)
    for name, data in content.items():
        part, _, rest = name.removeprefix("grader/").partition("/")
        if part in {"exercises", "solutions"} and rest[:1].isdigit():
            path = folder / part / rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    ids = [exercise.id for exercise in course.all_exercises]
    text = readme.format(
        wheel=wheel.name,
        about=_about(course),
        example="2.2.1" if "2.2.1" in ids else ids[0],
        course=told,
    )
    (folder / "README.md").write_text(text, "utf-8")


def _about(course: Syllabus) -> str:
    """Return what there is, in a sentence or two."""
    chosen = course.all_exercises
    if len(chosen) == len(exercises()):
        chapters = len(chapter_titles())
        return (
            f"{len(chosen)} exercises in {chapters} chapters, from the first dense layer to LSTMs."
        )
    return f"{course.title or 'Your course'}: {len(chosen)} exercise{'s' * (len(chosen) != 1)}."


def _for_learners(course: Syllabus) -> str:
    """Return the part of the learners' README on what counts, and until when."""
    rows = []
    for exercise in course.all_exercises:
        due = course.deadline(exercise)
        until = f"{due:%Y-%m-%d %H:%M} {due.tzname() or ''}".strip() if due else ""
        rows.append(
            f"| {exercise.id} {exercise.title} | {in_figures(course.worth(exercise))} | {until} |"
        )
    late = f"\nLate work: {late_policy(course)}.\n" if course.due else ""
    head = "\n## What counts\n\n| exercise | points | until |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n" + late
