"""`%grade` and `%%grade` in Jupyter, after `%load_ext grader`.

    %grade 2.2.1      grades the cells that have been run so far in this notebook
    %%grade 2.2.1     grades the rest of its own cell, which is not run in the notebook

As on the command line, the learner's code runs once more, in a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import math
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from grader.catalogue import Exercise, UnknownExercise, select
from grader.evidence.messages import Confinement, Limits
from grader.files import printable
from grader.grading.pipeline import Options, grade
from grader.last_runs import keep
from grader.magics import plain_python
from grader.notebook.assembly import Assembled, Piece
from grader.processes.opening import kept_workers, open_workers
from grader.processes.server import wanted
from grader.processes.workers import Workers
from grader.sandbox.limits import BadLimit, read_limits
from grader.show.html import as_html
from grader.show.terminal import as_text
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

_COMPARED, _MOSTLY = 2_000, 0.7
"""How much of two cells is compared, and what part of it must be the same."""


@dataclass
class _RunCell:
    id: str | None
    """As the front end knows the cell; some do not tell."""
    text: str
    number: int
    """Of its last run, as it stands beside the cell."""
    failed: bool = False


class RunCells:
    """The cells that have been run: the latest text of each, in the order of first runs."""

    def __init__(self, shell: InteractiveShell) -> None:
        """Start with what was run before `%load_ext grader`."""
        self._history = shell.history_manager
        failed = getattr(self._history, "exceptions", {})
        self._cells = [
            _RunCell(None, text, number, number in failed)
            for number, text in enumerate(self._history.input_hist_raw if self._history else [])
            if text.strip()
        ]

    def before(self, info: ExecutionInfo) -> None:
        """Note a cell that is about to run."""
        if info.store_history and self._history is not None:
            # IPython has not stored it yet; this will be its number
            self._note(info, len(self._history.input_hist_raw), failed=False)

    def after(self, result: ExecutionResult | None) -> None:
        """Note how it went."""
        if result is not None and result.info is not None and result.info.store_history:
            self._note(result.info, result.execution_count or 0, failed=not result.success)

    def _note(self, info: ExecutionInfo, number: int, *, failed: bool) -> None:
        text = str(info.raw_cell)
        known = [cell for cell in self._cells if info.cell_id and cell.id == info.cell_id]
        # a cell that was first run when nobody noted ids
        known += [cell for cell in self._cells if not cell.id and cell.text == text]
        cell = known[0] if known else _RunCell(info.cell_id, text, number)
        if not known:
            self._cells.append(cell)
        cell.id, cell.text = info.cell_id, text
        cell.number, cell.failed = number, failed

    def pieces(self) -> list[Piece]:
        """Return their texts as Python.

        Where the front end tells no ids, a cell that failed and was mended is there twice;
        then the run that failed does not count.
        """
        found: list[Piece] = []
        for number, cell in enumerate(self._cells):
            if cell.text.lstrip().startswith("%%grade"):
                continue  # it was graded, not run
            later = self._cells[number + 1 :]
            if cell.failed and not cell.id and any(_alike(cell.text, c.text) for c in later):
                continue
            found.append(Piece(plain_python(cell.text), f"cell {cell.number}"))
        return found


def _alike(one: str, other: str) -> bool:
    """Whether a text looks like another after a small change."""
    lines, other_lines = one.strip().splitlines(), other.strip().splitlines()
    matcher = difflib.SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED])
    return lines[:1] == other_lines[:1] or matcher.ratio() > _MOSTLY


@magics_class
class GradeMagics(Magics):
    """`%grade` and `%%grade`."""

    def __init__(self, shell: InteractiveShell, cells: RunCells) -> None:
        super().__init__(shell)
        self._cells = cells

    @line_cell_magic
    def grade(self, line: str, cell: str | None = None) -> float | None:
        """Grade an exercise: `%grade 2.2.1` the cells run so far, `%%grade 2.2.1` this cell.

        --seed N sets the random numbers' seed, --timeout SECONDS how long the code may run,
        --limit NAME=VALUE what it may use up: `--limit memory=8GB`.

        Raises:
            UsageError: it says what is wrong with the line; IPython shows no traceback then.
        """
        try:
            arguments = _arguments().parse_args(shlex.split(line))
        except ValueError as error:  # of quotes that do not match
            raise UsageError(str(error)) from None
        exercise = _exercise(arguments.exercise)
        if cell is None:
            assembled = Assembled(self._cells.pieces())
        else:
            assembled = Assembled([Piece(plain_python(cell), "", 2)], "cell")
        options = Options(
            seed=arguments.seed,
            timeout=arguments.timeout,
            confinement=Confinement(limits=_limits(arguments.limit)),
            sights=True,
        )
        submission = Submission.of_cells(exercise, assembled)
        verdict = keep(submission, _graded(submission, options))
        text = printable(as_text(verdict, assembled.places))
        page = as_html(verdict, assembled.places)
        display({"text/html": page, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
        return _for_nbgrader(verdict, text)


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Tell it as IPython tells wrong usage, in place of leaving Python."""
        raise UsageError(f"{message}\n{self.format_usage().strip()}")


def _arguments() -> argparse.ArgumentParser:
    parser = _Arguments(prog="%grade", add_help=False)
    parser.add_argument("exercise", metavar="ID", help="an exercise, such as 2.2.1")
    parser.add_argument("--seed", type=_seed, default=0, metavar="N")
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS")
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=VALUE")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to {2**32 - 1}")
    return int(text)


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 1 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 1 on")


def _limits(texts: list[str]) -> Limits:
    try:
        return read_limits(texts)
    except BadLimit as error:
        raise UsageError(f"--limit: {error}") from None


def _exercise(word: str) -> Exercise:
    try:
        found = select([word])
    except UnknownExercise as error:
        raise UsageError(str(error)) from None
    if len(found) > 1:
        raise UsageError(f"{word} is {len(found)} exercises. Name one, such as {found[0].id}.")
    return found[0]


def _graded(submission: Submission, options: Options) -> Verdict:
    with _open_workers() as workers:
        return grade(submission, workers, options)


@contextlib.contextmanager
def _open_workers() -> Iterator[Workers]:
    """Use the server for one call; where there is none, keep workers as long as the kernel."""
    if wanted():
        with open_workers(server=True) as workers:
            yield workers
        return
    workers = kept_workers()
    try:
        yield workers
    except BaseException:  # the kernel was interrupted: what runs is of no use any more
        workers.restart()
        raise


def _for_nbgrader(verdict: Verdict, text: str) -> float | None:
    """Tell nbgrader where it is nbgrader that runs the notebook; learners get no number.

    `nbgrader validate` runs it, and says "Success!" of a cell that neither fails nor returns
    anything. So it is told the points, and on standard error what is wrong.
    """
    if not os.environ.get("NBGRADER_EXECUTION"):
        return None
    if verdict.status is not Outcome.PASSED:
        print(text, file=sys.stderr)
    return float(verdict.points)


def load(shell: InteractiveShell) -> None:
    """Make the magics known, and note from now on which cells are run."""
    if "grade" in shell.magics_manager.magics["line"]:
        return  # loaded already; the cells that were noted stay noted
    cells = RunCells(shell)
    shell.events.register("pre_run_cell", cells.before)
    shell.events.register("post_run_cell", cells.after)
    shell.register_magics(GradeMagics(shell, cells))
