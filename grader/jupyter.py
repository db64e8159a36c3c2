"""`%grade` and `%%grade` in Jupyter, after `%load_ext grader`.

    %grade 2.2.1      grades the cells that have been run so far in this notebook
    %%grade 2.2.1     grades the rest of its own cell, which is not run in the notebook
    %grade hint       gives a hint; `%grade show` tells the task, `%grade next` what comes next

Without an id it is the notebook's exercise that is meant. As on the command line, the learner's
code runs once more, in a process of its own, and the workspace remembers the verdict.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import math
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import msgspec
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from grader.catalogue import Exercise, UnknownExercise, exercise_of, exercises, in_words, select
from grader.evidence.messages import Confinement, Limits
from grader.files import printable
from grader.grading.pipeline import Options, grade
from grader.last_runs import keep
from grader.magics import plain_python
from grader.notebook.assembly import Assembled, Piece
from grader.notebook.run_cells import RunAnswer, RunCells, step_name
from grader.notebook.starter import NOTEBOOK
from grader.places import Lines, Said, said
from grader.processes.opening import kept_workers, open_workers
from grader.processes.server import wanted
from grader.processes.workers import Workers
from grader.sandbox.limits import BadLimit, read_limits
from grader.show.guidance import points_of, shown_hint
from grader.show.html import as_html
from grader.show.terminal import as_text
from grader.stubs import BLANK, blank_lines
from grader.submission import Submission
from grader.verdict import Outcome, Verdict
from grader.workspace import NoWorkspace, Workspace, find_workspace, next_exercise_of

_COMMAND = "%grade"
_COLUMNS = 80


@magics_class
class GradeMagics(Magics):
    """`%grade` and `%%grade`."""

    def __init__(self, shell: InteractiveShell, cells: RunCells) -> None:
        super().__init__(shell)
        self._shell = shell
        self._cells = cells

    @line_cell_magic
    def grade(self, line: str, cell: str | None = None) -> float | None:
        """Grade an exercise: `%grade 2.2.1` the cells run so far, `%%grade 2.2.1` this cell.

        --seed N sets the random numbers' seed, --timeout SECONDS how long the code may run,
        --limit NAME=VALUE what it may use up: `--limit memory=8GB`.

        `%grade hint` gives a hint, `--level 2` and `--level 3` say more. `%grade show` tells the
        task and the points, `%grade next` which exercise comes next.

        Raises:
            UsageError: it says what is wrong with the line; IPython shows no traceback then.
        """
        try:
            words = shlex.split(line)
        except ValueError as error:  # of quotes that do not match
            raise UsageError(str(error)) from None
        others = {"hint": self._hint, "show": self._show, "next": self._next}
        if cell is None and words and words[0] in others:
            others[words[0]](words[1:])
            return None
        arguments = _arguments().parse_args(words)
        options = Options(
            seed=arguments.seed,
            timeout=arguments.timeout,
            confinement=Confinement(limits=_limits(arguments.limit)),
            sights=True,
        )
        return self._grade(self._exercise(arguments.exercise), options, cell)

    def _grade(self, exercise: Exercise, options: Options, cell: str | None) -> float | None:
        workspace = _workspace()
        file = _own_file(workspace, exercise)

        def graded(assembled: Assembled) -> tuple[Submission, Verdict]:
            submission = Submission.of_cells(exercise, assembled, path=file)
            return submission, _graded(submission, options)

        if cell is None:
            submission, verdict = _graded_as_run(self._cells.answer(exercise), graded)
        else:
            piece = Piece(plain_python(cell), "", 2)
            submission, verdict = graded(Assembled([piece], "cell", command=_COMMAND))
        verdict = keep(submission, verdict)
        if workspace:
            workspace.remember([verdict])
        text = printable(as_text(verdict, verdict.places))
        page = as_html(verdict, verdict.places)
        display({"text/html": page, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
        return _for_nbgrader(verdict, text)

    def _hint(self, words: list[str]) -> None:
        parser = _Arguments(prog="%grade hint", add_help=False)
        parser.add_argument("exercise", metavar="ID", nargs="?")
        parser.add_argument("--level", type=int, choices=(1, 2, 3), default=1)
        arguments = parser.parse_args(words)
        exercise = self._exercise(arguments.exercise)
        found = shown_hint(exercise, arguments.level, _COLUMNS, _COMMAND)
        print("\n".join(filter(None, (found.heading, found.text, found.more))))
        if workspace := _workspace():
            workspace.remember_hint(exercise, arguments.level)

    def _show(self, words: list[str]) -> None:
        parser = _Arguments(prog="%grade show", add_help=False)
        parser.add_argument("exercise", metavar="ID", nargs="?")
        exercise = self._exercise(parser.parse_args(words).exercise)
        print(f"{exercise.task}\n\n{points_of(exercise)}")

    def _next(self, words: list[str]) -> None:
        _Arguments(prog="%grade next", add_help=False).parse_args(words)
        if workspace := _workspace():
            exercise = next_exercise_of(workspace.progress())
            if exercise is None:
                print("All exercises have passed. Well done!")
                return
            file = os.path.relpath(workspace.file_of(exercise))
            print(f"{exercise.id} {exercise.title}\n{file}")
            return
        course = exercises()
        here = self._own_exercise()
        later = course[course.index(here) + 1 :] if here else course
        if not later:
            print("This is the last exercise.")
            return
        after = f"After {here.id} comes" if here else "The first exercise is"
        print(f"{after} {later[0].id} {later[0].title}.")
        print("Which ones you have passed is known in a folder that `grade init` laid out.")

    def _exercise(self, word: str | None) -> Exercise:
        """Return the exercise of an id; where none is typed, the notebook's."""
        if word is None:
            found = self._own_exercise()
            if found is None:
                raise UsageError(f"Which exercise? Name one, such as {exercises()[0].id}.")
            return found
        try:
            named = select([word])
        except UnknownExercise as error:
            raise UsageError(str(error)) from None
        if len(named) > 1:
            raise UsageError(f"{word} is {len(named)} exercises. Name one, such as {named[0].id}.")
        return named[0]

    def _own_exercise(self) -> Exercise | None:
        """Return the notebook's exercise: by its file's name, else by the cells that were run."""
        vs_code = self._shell.user_ns.get("__vsc_ipynb_file__")
        name = vs_code if isinstance(vs_code, str) else os.environ.get("JPY_SESSION_NAME", "")
        by_name = exercise_of(Path(name).name) if name.endswith(NOTEBOOK) else None
        return by_name or self._cells.exercise()


def _workspace() -> Workspace | None:
    """Return the workspace that the kernel runs in; Jupyter starts it beside the notebook."""
    try:
        return find_workspace()
    except (NoWorkspace, OSError):  # its folder may have been removed
        return None


def _own_file(workspace: Workspace | None, exercise: Exercise) -> str:
    """Return the workspace's notebook of an exercise, where the kernel runs beside it; else ""."""
    file = workspace.file_of(exercise) if workspace else None
    beside = file is not None and file.suffix == NOTEBOOK and file.parent == Path.cwd()
    return str(file) if beside else ""


def _graded_as_run(
    answer: RunAnswer, graded: Callable[[Assembled], tuple[Submission, Verdict]]
) -> tuple[Submission, Verdict]:
    """Grade the cells that were run; where that is no pass, up to a step that was not."""
    assembled = Assembled(answer.pieces, command=_COMMAND)
    if answer.may_be_whole:
        submission, verdict = graded(assembled)
        if verdict.status is Outcome.PASSED or not answer.not_run:
            return submission, _told_what_to_run(verdict, answer, assembled)
    assembled = Assembled(answer.with_blanks, command=_COMMAND)
    submission, verdict = graded(assembled)
    return submission, _told_what_to_run(verdict, answer, assembled)


def _told_what_to_run(verdict: Verdict, answer: RunAnswer, assembled: Assembled) -> Verdict:
    """Return a verdict; on what is not done yet, one that tells which cells are to be run."""
    if verdict.status not in {Outcome.NOT_ATTEMPTED, Outcome.UNFINISHED}:
        return verdict
    if not assembled.pieces:
        message: Said = "Nothing of an answer has been run yet. Run the cells above, then this one."
        return msgspec.structs.replace(verdict, message=message)
    if not answer.not_run:
        return verdict
    blanks = blank_lines(ast.parse(assembled.source))
    steps = {step_name(step) for step in answer.not_run}
    run = tuple(line for line in blanks if assembled.places.cell(line) not in steps)
    parts: list[Said | Lines] = []
    if run:
        there = "There is a blank" if len(run) == 1 else "There are blanks"
        parts += [f"{there} ({BLANK}) left in ", Lines(run), ". "]
    one = len(answer.not_run) == 1
    numbers = in_words([str(step) for step in answer.not_run])
    which = f"Step {numbers} has" if one else f"Steps {numbers} have"
    parts.append(f"{which} not been run yet. ")
    if verdict.status is Outcome.UNFINISHED:
        parts.append("What comes before that was graded. ")
    parts.append(f"Run {'its cell' if one else 'their cells'}, then this one again.")
    return msgspec.structs.replace(verdict, message=said(*parts))


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Tell it as IPython tells wrong usage, in place of leaving Python."""
        raise UsageError(f"{message}\n{self.format_usage().strip()}")


def _arguments() -> argparse.ArgumentParser:
    parser = _Arguments(prog="%grade", add_help=False)
    parser.add_argument("exercise", metavar="ID", nargs="?")
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
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up lines look like errors
    cells = RunCells(shell)
    shell.events.register("pre_run_cell", cells.before)
    shell.events.register("post_run_cell", cells.after)
    shell.register_magics(GradeMagics(shell, cells))
