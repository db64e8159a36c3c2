"""The whole workspace at once, as it was last graded: `grade report`."""

from __future__ import annotations

from pathlib import Path

import click
from click.exceptions import Exit
from rich.markup import escape

from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    server_option,
    told_if_not_written,
)
from grader.commands.consoles import out
from grader.verdict import WORDS, Outcome
from grader.workspace import find_workspace


@click.command()
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it as a page into this file.",
)
@click.option("--grade", is_flag=True, help="First grade what is new or has changed.")
@server_option
def report(html: Path | None, grade: bool, server: bool) -> None:
    """Tell how all exercises of your workspace stand. What was never graded is said to be so."""
    from grader.show.overview import changed, rows_of

    workspace = find_workspace()
    failed = False
    if grade:
        from grader.commands.verdicts import exit_code, grade_files
        from grader.grading.pipeline import Options

        work = changed(workspace)
        if work:
            verdicts = grade_files(work, Options(sights=True), server=server)
            workspace.remember(verdicts)
            failed = exit_code(verdicts) == FAULT
    rows = rows_of(workspace)
    if html is not None:
        from grader.show.html import write_workspace

        with told_if_not_written(html):
            write_workspace(html, rows)
    else:
        for row in rows:
            remark = f"  [dim]{escape(row.remark)}[/]" if row.remark else ""
            share = f"{row.points} of {row.most}"
            out.print(f"{row.id}  {row.outcome:13} {share:>8}  {escape(row.title)}{remark}")
    passed = sum(row.outcome == WORDS[Outcome.PASSED] for row in rows)
    points, most = sum(row.points for row in rows), sum(row.most for row in rows)
    out.print(f"{passed} of {len(rows)} exercises passed, {points} of {most} points.")
    if failed:
        raise Exit(FAULT)
    raise Exit(ALL_PASSED if passed == len(rows) else NOT_PASSED)
