"""The `grade` command.

TensorFlow, and what imports it, is never imported here: it is imported once, in the
process that `grader.processes` starts. So `grade list` and the like answer at once.
"""

from __future__ import annotations

import errno
import os
import sys

import click

from grader import __version__
from grader.commands.application import ALL_PASSED, COMMANDS, FAULT, USAGE, LazyGroup, say
from grader.requirements import what_installs
from grader.show.plain import use_plain_signs
from grader.usage import WrongUsage


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`grade 2.2.1` is short for `grade run 2.2.1`; files, lessons (2.2), chapters (2) and "
    "`all` work too. Exit code: 0 all passed, 1 not, 2 wrong usage, 3 a fault of the grader.",
)
@click.version_option(__version__, message="keras-grader %(version)s", help="Print the version.")
def app() -> None:
    """Grade your Keras exercises: fill in a stub, grade it, read what is wrong, go on."""


def main() -> None:
    """Run the command line; wrong usage is told in one line, with exit code 2."""
    _replace_closed_streams()
    use_plain_signs()
    arguments = sys.argv[1:]
    try:
        code = app(arguments or ["--help"], standalone_mode=False, prog_name="grade")
    except WrongUsage as error:
        code = _usage(_mistyped_command(error, arguments[0]) or str(error))
    except click.ClickException as error:
        # Click puts "Invalid value:" before what is about none of the parameters
        about_none = isinstance(error, click.BadParameter) and error.param is None
        code = _usage(error.message if about_none else error.format_message())
    except (KeyboardInterrupt, click.Abort):
        print("Stopped.", file=sys.stderr)
        code = 130
    except Exception as error:
        missing = _what_is_missing(error)
        code = _usage(missing) if missing else _fault(error)
    sys.exit(code if isinstance(code, int) else ALL_PASSED)


def _replace_closed_streams() -> None:
    """Put nothing's end in place of standard streams that the caller closed, as `>&-` does.

    They are opened in the order of their numbers, and so get the numbers that are free.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _mistyped_command(error: WrongUsage, first: str) -> str:
    """Say which command is meant where the first word names nothing; "" where none is like it."""
    from difflib import get_close_matches

    from grader.catalogue import UnknownExercise

    if not isinstance(error, UnknownExercise) or error.word != first:
        return ""
    if first.lower() in {"grade", "grader"} and len(sys.argv) > 2:
        return f"There is no command called {first!r}. Did you mean `grade {sys.argv[2]}`?"
    near = [f"`grade {name}`" for name in get_close_matches(first.lower(), COMMANDS, 2)]
    if not near:
        return ""
    return f"There is no command or exercise called {first!r}. Did you mean {' or '.join(near)}?"


def _what_is_missing(error: Exception) -> str:
    """Say what is not there that every command needs: a package, or a folder; "" for neither."""
    if isinstance(error, ModuleNotFoundError):
        return what_installs(error.name or "")
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return "The folder that you are in is not there any more. Go to another one with `cd`."
    return ""


def _fault(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        say(f"The disk is full ({error.strerror}), so this ends here.")
        return FAULT
    print(
        f"The grader failed, not you: {type(error).__name__}: {error}\n"
        "`grade doctor` may tell why.",
        file=sys.stderr,
    )
    return FAULT


def _usage(message: str) -> int:
    say(" ".join(message.split()))
    return USAGE


if __name__ == "__main__":
    main()
