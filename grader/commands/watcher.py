"""Grading each file when it is saved: `grade watch`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from grader.catalogue import select
from grader.commands.application import (
    exercise_ids,
    limit_option,
    limits_of,
    say,
    seed_option,
    server_option,
    timeout_option,
)
from grader.commands.consoles import out
from grader.commands.verdicts import grade_files
from grader.submission import NotAFile, read_submission
from grader.verdict import Verdict
from grader.workspace import find_workspace


@click.command()
@exercise_ids
@timeout_option
@limit_option
@seed_option
@server_option
def watch(
    ids: tuple[str, ...], timeout: float | None, limit: tuple[str, ...], seed: int, server: bool
) -> None:
    """Grade exercises whenever you save them; all of them, where none is named."""
    limits = limits_of(limit)
    workspace = find_workspace()
    folder = workspace.root / "exercises"
    files = {str(workspace.file_of(one).resolve()): one for one in select(ids or ["all"])}

    from watchfiles import Change
    from watchfiles import watch as changes_in

    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.processes.opening import open_workers
    from grader.processes.server import wanted
    from grader.show.terminal import show_verdict

    options = Options(
        seed=seed, timeout=timeout, confinement=Confinement(limits=limits), sights=True
    )

    def saved(change: Change, path: str) -> bool:
        return change is not Change.deleted and str(Path(path).resolve()) in files

    def show(verdict: Verdict) -> None:
        show_verdict(verdict, out)

    what = "this exercise" if len(files) == 1 else f"{len(files)} exercises"
    out.print(f"Watching {what} in {folder}. Save to grade; Ctrl-C ends.", soft_wrap=True)
    with open_workers(server=server and wanted()) as workers, suppress(KeyboardInterrupt):
        loaded = False
        for changes in changes_in(
            folder, watch_filter=saved, rust_timeout=500, yield_on_timeout=True
        ):
            if not loaded:  # what is saved meanwhile is seen afterwards
                workers.preload(())
                loaded = True
            if not changes:
                continue
            paths = sorted({str(Path(path).resolve()) for _, path in changes})
            try:
                verdicts = grade_files(
                    [read_submission(files[path], Path(path)) for path in paths],
                    options,
                    workers=workers,
                    show=show,
                )
            except NotAFile as error:  # some editors move files about
                say(str(error))
            else:
                workspace.remember(verdicts)
