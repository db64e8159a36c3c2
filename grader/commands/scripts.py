"""Scripts that are no exercises: `grade explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    json_option,
    limit_option,
    limits_of,
    seed_option,
    server_option,
    timeout_option,
)
from grader.commands.consoles import err, out
from grader.explanation import Condition, Explanation
from grader.places import InFile, Places
from grader.source_file import SourceFile, read_file

if TYPE_CHECKING:
    from grader.grading.pipeline import Options


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@timeout_option
@limit_option
@seed_option
@server_option
def explain(
    file: Path,
    json: bool,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    server: bool,
) -> None:
    """Tell why a script of your own stops or learns nothing."""
    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.show.explanations import show_explanation, to_document

    confinement = Confinement(limits=limits_of(limit))
    read = read_file(file)
    options = Options(seed=seed, timeout=timeout, confinement=confinement)
    found = _explained(read, options, server=server)
    places: Places = read.cells or InFile(file.name)
    if json:
        print(to_document(found, places, ascii_only=out.options.ascii_only))
    else:
        show_explanation(found, file.name, places, out)
    if found.status is Condition.GRADER_ERROR:
        raise Exit(FAULT)
    raise Exit(NOT_PASSED if found.found else ALL_PASSED)


def _explained(file: SourceFile, options: Options, *, server: bool) -> Explanation:
    from grader.grading.explaining import explain as explain_file
    from grader.processes.opening import open_workers
    from grader.processes.server import wanted
    from grader.sandbox.system_calls import hide_memory
    from grader.show.live_line import LiveLine

    hide_memory()
    with LiveLine(err, 1) as live, open_workers(server=server and wanted()) as workers:
        title = Path(file.path).name
        return explain_file(file, workers, options, lambda told: live.tell(title, told))
