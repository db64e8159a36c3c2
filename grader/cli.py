"""The `grade` command.

TensorFlow, and what imports it, is never imported here: it is imported once, in the
process that `grader.processes.workers` starts. So `grade list` and the like answer at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from grader import __version__
from grader.catalogue import NoChecks, UnknownExercise
from grader.commands import (  # noqa: F401 - they add their commands
    authors,
    cohorts,
    instructors,
    learners,
    upkeep,
    verdicts,
    watcher,
)
from grader.commands.application import ALL_PASSED, FAULT, USAGE, app, err
from grader.show.plain import use_plain_signs
from grader.submission import NotAFile
from grader.workspace import NoWorkspace


def _version(wanted: bool) -> None:
    if wanted:
        print(f"keras-grader {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Grade your Keras exercises: fill in a stub, grade it, read what is wrong, go on."""


def main() -> None:
    """Run the command line; wrong usage is told in one line, with exit code 2."""
    use_plain_signs()
    arguments = sys.argv[1:]
    names = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    names |= {str(group.name) for group in app.registered_groups}
    if arguments and arguments[0] not in {*names, "--help", "-h", "--version"}:
        arguments = ["run", *arguments]
    try:
        code = app(arguments or ["--help"], standalone_mode=False, prog_name="grade")
    except typer.Exit as leave:
        code = leave.exit_code
    except (UnknownExercise, NoChecks, NoWorkspace, NotAFile) as error:
        code = _usage(str(error))
    except KeyboardInterrupt:
        err.print("Stopped.")
        code = 130
    except Exception as error:
        show_message = getattr(error, "format_message", None)
        if isinstance(error, typer.Abort):
            code = 130
        elif show_message is None:
            err.print(
                f"The grader failed, not you: {type(error).__name__}: {error}\n"
                "`grade doctor` may tell why.",
                markup=False,
            )
            code = FAULT
        else:
            code = _usage(show_message())
    sys.exit(code if isinstance(code, int) else ALL_PASSED)


def _usage(message: str) -> int:
    print(f"grade: {' '.join(message.split())}", file=sys.stderr)
    return USAGE


if __name__ == "__main__":
    main()
