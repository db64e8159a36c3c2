"""The installation: its health, the server, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.commands.application import ALL_PASSED, FAULT, NOT_PASSED, app, err, out

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

server_commands = typer.Typer(help="The process that keeps TensorFlow loaded between calls.")
app.add_typer(server_commands, name="server")
data_commands = typer.Typer(help="The data that exercises use.", invoke_without_command=True)
app.add_typer(data_commands, name="data")


@app.command()
def doctor() -> None:
    """Look whether everything that grading needs is here and works."""
    from grader.doctor import examine

    healthy = True
    for good, text in examine():
        healthy = healthy and good
        out.print(f"{'✓' if good else '✗'} {escape(text)}", soft_wrap=True)
    raise typer.Exit(ALL_PASSED if healthy else FAULT)


@server_commands.command()
def status() -> None:
    """Say whether a server runs, and since when."""
    from grader.processes.server import NoServer, ask_status

    try:
        found = ask_status()
    except NoServer:
        out.print("No server is running.")
        raise typer.Exit(NOT_PASSED) from None
    idle = ""
    if found.idle_seconds is not None:
        idle = f" It ends after {found.idle_seconds / 60:.0f} minutes without a call."
    out.print(
        f"A server is running: process {found.pid}, for {found.seconds / 60:.0f} minutes, "
        f"{found.jobs} jobs done, {found.running} running.{idle}",
        soft_wrap=True,
    )


@server_commands.command()
def stop() -> None:
    """End the server, if one runs."""
    from grader.processes.server import NoServer
    from grader.processes.server import stop as stop_server

    try:
        stop_server()
    except NoServer:
        out.print("No server is running.")
    else:
        out.print("The server has been told to end.")


@data_commands.callback()
def data(context: typer.Context) -> None:
    """List the data sets: what each is, and whether yours are whole."""
    if context.invoked_subcommand:
        return
    from grader.data import DATA_SETS
    from grader.identity import own_data_folder

    out.print(f"Your own data lie in {own_data_folder()}", soft_wrap=True)
    healthy = True
    for found in DATA_SETS:
        good, text = found.state()
        healthy = healthy and good
        fetch = f"  (`grade data fetch {found.name}`)" if found.downloads else ""
        out.print(f"{'✓' if good else '✗'} {found.name:<14}{escape(text)}{fetch}", soft_wrap=True)
    raise typer.Exit(ALL_PASSED if healthy else NOT_PASSED)


def _show_bytes(bar: Progress, task: TaskID, have: int, total: int | None) -> None:
    bar.update(task, completed=have, total=total)


@data_commands.command()
def fetch(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Download a data set: mnist or resnet50."""
    from functools import partial

    from rich.progress import DownloadColumn, Progress, TimeRemainingColumn

    from grader.data import DATA_SETS, CannotFetch, find
    from grader.data import fetch as fetch_file

    found = find(name)
    if found is None or not found.downloads:
        names = ", ".join(other.name for other in DATA_SETS if other.downloads)
        raise typer.BadParameter(f"{name!r} cannot be fetched; these can: {names}")
    try:
        for download in found.downloads:
            columns = (*Progress.get_default_columns()[:2], DownloadColumn(), TimeRemainingColumn())
            with Progress(*columns, console=err, transient=True) as bar:
                task = bar.add_task(download.file, total=None)
                path = fetch_file(download, partial(_show_bytes, bar, task))
            out.print(f"{path} is there.", soft_wrap=True)
    except CannotFetch as fault:
        err.print(f"grade: {fault}", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_PASSED) from None
