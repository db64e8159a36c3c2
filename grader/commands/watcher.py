"""Grading each file when it is saved: `grade watch`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from grader.commands.application import (
    complete_words,
    limit_option,
    limits_of,
    seed_option,
    server_option,
    timeout_option,
)
from grader.commands.consoles import out
from grader.requirements import expect_installed
from grader.selection import choose
from grader.workspace import NoWorkspace, find_workspace, next_exercise_of


@click.command()
@click.argument("words", metavar="[ID|FILE]...", nargs=-1, shell_complete=complete_words)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep a page of the verdicts up to date in this file.",
)
@timeout_option
@limit_option
@seed_option
@server_option
def watch(
    words: tuple[str, ...],
    html: Path | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    server: bool,
) -> None:
    """Grade exercises whenever you save them; in a terminal, `?` tells the keys.

    It begins with the first one that has not passed, of those that you name or of all.
    """
    limits = limits_of(limit)
    chosen = choose(words or ["all"])
    try:
        workspace = find_workspace()
    except NoWorkspace:
        if any(one.file is None for one in chosen):
            raise
        workspace = None

    expect_installed("tensorflow", "keras", "watchfiles")
    from grader.commands import keyboard
    from grader.commands.watch_displays import PipeDisplay, ScreenDisplay
    from grader.commands.watch_session import Watched, WatchSession
    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.processes.opening import open_workers
    from grader.processes.server import wanted
    from grader.sandbox.system_calls import hide_memory

    hide_memory()
    files = {}
    for one in chosen:
        file = workspace.file_of(one.exercise) if workspace and not one.file else one.file
        assert file is not None
        files[file.resolve()] = one.exercise
    progress = workspace.progress() if workspace else {}
    first = next_exercise_of(progress, among=files.values())
    start = next((file for file, exercise in files.items() if exercise == first), next(iter(files)))
    watched = Watched(files, start, workspace)
    options = Options(
        seed=seed, timeout=timeout, confinement=Confinement(limits=limits), sights=True
    )
    on_terminal = out.is_terminal and not out.is_dumb_terminal and keyboard.is_ours()
    display = ScreenDisplay(out) if on_terminal else PipeDisplay(out)
    with (
        suppress(KeyboardInterrupt),
        open_workers(server=server and wanted()) as workers,
        WatchSession(watched, display, workers, options, page=html) as session,
    ):
        if on_terminal:
            session.follow_saves_and_keys()
        else:
            what = f"{len(files)} exercises" if len(files) > 1 else str(start)
            told = f"Watching {what}. Save to grade; Ctrl-C ends."
            session.follow_saves(ready=lambda: out.print(told, soft_wrap=True))
