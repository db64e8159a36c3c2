"""What the commands share: the app they belong to, consoles, exit codes, common options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from grader.evidence.messages import Limits

ALL_PASSED, NOT_PASSED, USAGE, FAULT = 0, 1, 2, 3

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`grade 2.2.1` is short for `grade run 2.2.1`; lessons (2.2), chapters (2) and "
    "`all` work too. Exit code: 0 all passed, 1 not, 2 wrong usage, 3 a fault of the grader.",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """Print on standard error what is wrong, in one line."""
    err.print(f"grade: {message}", markup=False, soft_wrap=True)


ExerciseId = Annotated[str, typer.Argument(metavar="ID", help="An exercise, such as 2.2.1.")]
ExerciseIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Exercises, lessons, chapters or `all`."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Timeout = Annotated[
    float | None, typer.Option(min=1, help="Seconds that the file may run.", show_default=False)
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Files graded at a time; as many as cores.", show_default=False),
]
Server = Annotated[
    bool,
    typer.Option(
        "--server/--no-server", help="Keep TensorFlow loaded for the next call.", show_default=False
    ),
]
Require = Annotated[
    str,
    typer.Option(
        metavar="LAYER,…",
        help="Refuse to start without these layers of confinement; `grade doctor` lists them.",
        show_default=False,
    ),
]
LimitTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=VALUE,…",
        help="What a file may use up, if not memory=4GB,processes=64,disk=500MB,output=1MB.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed for the random numbers.")]


def limits_of(texts: list[str] | None) -> Limits:
    """Return the limits that `--limit` sets; wrong ones are wrong usage."""
    from grader.sandbox.limits import BadLimit, read_limits

    try:
        return read_limits(texts or ())
    except BadLimit as error:
        raise typer.BadParameter(f"--limit: {error}") from None


def layer_names(require: str) -> tuple[str, ...]:
    """Return the layers that `--require` names."""
    return tuple(name for part in require.split(",") if (name := part.strip()))
