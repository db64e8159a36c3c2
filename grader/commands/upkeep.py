"""The installation: its health, the server, the data."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    SuggestingGroup,
    json_option,
    say,
)

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@click.command()
@json_option
def doctor(json: bool) -> None:
    """Look whether everything that grading needs is here and works."""
    from grader.commands.consoles import err
    from grader.doctor import document, examine, is_healthy
    from grader.show.live_line import LiveLine

    findings = []
    with LiveLine(err, 1, first="looking, and trying a grade") as live:
        for good, text in examine():
            findings.append((good, text))
            if not json:
                with live.away():
                    print(f"{_SIGNS[good]} {text}", flush=True)
    if json:
        print(document(findings))
    raise Exit(ALL_PASSED if is_healthy(findings) else FAULT)


_SIGNS = {True: "✓", None: "-", False: "✗"}
"""What stands before a finding: it is good, it is not there and need not be, it is bad."""


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@click.pass_context
def server(context: click.Context) -> None:
    """The process that keeps TensorFlow loaded between calls."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@server.command()
def status() -> None:
    """List your servers: this installation's, and those of others."""
    from grader.processes.server import running, socket_path

    found = running()
    if not found:
        print("No server is running.")
        raise Exit(NOT_PASSED)
    for path, one in found.items():
        whose = "this installation's" if path == socket_path() else "another installation's"
        where = f", {one.installation}" if one.installation else ""
        memory = f"{one.memory / 1e6:.0f} MB, " if one.memory else ""
        idle = ""
        if one.idle_seconds is not None:
            idle = f" Ends after {one.idle_seconds / 60:.0f} minutes without a call."
        ready = f" {one.ready} interpreters are ready." if one.ready else ""
        print(
            f"Process {one.pid}, {whose}{where}: {memory}for {one.seconds / 60:.0f} minutes, "
            f"{one.jobs} jobs done, {one.running} running.{ready}{idle}"
        )


@server.command()
@click.option("--all", "every", is_flag=True, help="Also those of other installations.")
def stop(every: bool) -> None:
    """End the server of this installation, if one runs."""
    from grader.processes.server import NoServer, running, socket_path
    from grader.processes.server import stop as stop_server

    ended = 0
    for path in running():
        if every or path == socket_path():
            with suppress(NoServer):
                stop_server(path)
                ended += 1
    if ended > 1:
        print(f"{ended} servers have been told to end.")
    else:
        print("The server has been told to end." if ended else "No server is running.")


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@click.pass_context
def data(context: click.Context) -> None:
    """List the data sets: what each is, and whether yours are whole."""
    if context.invoked_subcommand:
        return
    from grader.data import DATA_SETS
    from grader.identity import own_data_folder

    print(f"Your own data lie in {own_data_folder()}")
    healthy = True
    for found in DATA_SETS:
        good, text = found.state()
        healthy = healthy and good
        fetch = f"  (`grade data fetch {found.name}`)" if found.downloads else ""
        print(f"{'✓' if good else '✗'} {found.name:<14}{text}{fetch}")
    raise Exit(ALL_PASSED if healthy else NOT_PASSED)


def _show_bytes(bar: Progress, task: TaskID, have: int, total: int | None) -> None:
    bar.update(task, completed=have, total=total)


@data.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Download a data set: mnist or resnet50."""
    from functools import partial

    from rich.progress import DownloadColumn, Progress, TimeRemainingColumn

    from grader.commands.consoles import err
    from grader.data import DATA_SETS, CannotFetch, find
    from grader.data import fetch as fetch_file

    found = find(name)
    if found is None or not found.downloads:
        names = ", ".join(other.name for other in DATA_SETS if other.downloads)
        raise click.BadParameter(f"{name!r} cannot be fetched; these can: {names}")
    try:
        for download in found.downloads:
            columns = (*Progress.get_default_columns()[:2], DownloadColumn(), TimeRemainingColumn())
            with Progress(*columns, console=err, transient=True) as bar:
                task = bar.add_task(download.file, total=None)
                path = fetch_file(download, partial(_show_bytes, bar, task))
            print(f"{path} is there.")
    except CannotFetch as fault:
        say(str(fault))
        raise Exit(NOT_PASSED) from None
