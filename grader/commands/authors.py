"""What authors need: a new exercise to begin with, and the stubs."""

from __future__ import annotations

import click
from click.exceptions import Exit

from grader.commands.application import ALL_PASSED, NOT_PASSED, exercise_id
from grader.files import whole_file
from grader.identity import package_folder

_NEXT = """
They work as they are. Change what stands behind FILL IN, the solution first. Then:
  grade build && grade verify {id}
  pytest tests/test_golden.py -k {id} --write-golden
  python tests/calibration {id}    # only if something is trained
  pytest -k {id}
"Add an exercise" in CONTRIBUTING.md says more."""


@click.command()
@exercise_id
@click.argument("title")
@click.option("--chapter", help="Title of a chapter that it begins.")
def new(id: str, title: str, chapter: str | None) -> None:
    """For authors: begin a new exercise, with three files to fill in."""
    from grader.skeletons import CannotBegin, clone, new_exercise

    try:
        texts, root = new_exercise(id, title, chapter), clone()
    except CannotBegin as error:
        raise click.BadParameter(str(error)) from None
    for path, text in texts.items():
        with whole_file(path) as stream:
            stream.write(text)
        print(f"new: {path.relative_to(root).as_posix()}")
    print(_NEXT.format(id=id))


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail if a stub is out of date.")
def build(check: bool) -> None:
    """For authors: build the stubs from the solutions."""
    from grader.stubs import BadSolution, build_all

    try:
        changes = build_all(
            package_folder("solutions"), package_folder("exercises"), write=not check
        )
    except BadSolution as error:
        raise click.BadParameter(str(error)) from None
    except FileNotFoundError as error:
        raise click.BadParameter(f"Stubs are made from the solutions, but {error}.") from None
    for change in changes:
        print(change)
    if not changes:
        print("All stubs are up to date.")
    raise Exit(NOT_PASSED if check and changes else ALL_PASSED)
