"""The cells that a kernel has run, as the answer that a notebook holds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.catalogue import Exercise, exercises
from grader.magics import plain_python
from grader.notebook.assembly import Piece, holds_statements
from grader.notebook.starter import LOAD_CELL
from grader.notebook.steps import cell_name, split_stub
from grader.stubs import BLANK, TODO

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

_COMPARED, _MOSTLY = 2_000, 0.7
"""How much of two cells is compared, and what part of it must be the same."""

_ID_IN_NAME = re.compile(r"[a-z]+\d*-(\d+-\d+-\d+)")
_STEP_IN_NAME = re.compile(r"step(\d+)-")
_ID_IN_TEXT = re.compile(r"(?m)^\s*%%?grade\s+(?:[a-z]+\s+)?(\d+\.\d+\.\d+)\b")

_GIVEN = 0
"""The place of the given part; steps count from 1."""


@dataclass
class _RunCell:
    id: str | None
    """As the front end knows the cell; some do not tell."""
    text: str
    number: int
    """Of its last run, as it stands beside the cell."""
    failed: bool = False


@dataclass(frozen=True)
class RunAnswer:
    """What was run of an answer."""

    pieces: list[Piece]
    """What was run."""
    with_blanks: list[Piece]
    """The same; of steps that were not run, the stub's text with its blanks."""
    not_run: list[int]
    """Which steps of our own notebook were not run; none where that cannot be told."""

    @property
    def may_be_whole(self) -> bool:
        """Whether it may be a whole answer; a learner can put it all into fewer cells."""
        begun = len(self.with_blanks) > len(self.not_run)
        return not self.not_run or (begun and not any(BLANK in one.text for one in self.pieces))


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

    def exercise(self) -> Exercise | None:
        """Return the exercise that the last run cell names, by its id or in its text."""
        known = {exercise.id: exercise for exercise in exercises()}
        for cell in sorted(self._cells, key=lambda one: one.number, reverse=True):
            in_name = _ID_IN_NAME.fullmatch(cell.id or "")
            in_text = _ID_IN_TEXT.search(cell.text)
            word = in_name[1].replace("-", ".") if in_name else in_text[1] if in_text else ""
            if word in known:
                return known[word]
        return None

    def answer(self, exercise: Exercise) -> RunAnswer:
        """Return what was run as an answer to an exercise.

        Cells of our own notebook stand in its order, whichever was run first; another one stays
        behind the cell after which it was first run.
        """
        form = _Form(exercise)
        cells = [
            (cell, piece)
            for cell in self._counting(form)
            if holds_statements([piece := Piece(plain_python(cell.text), f"cell {cell.number}")])
        ]
        found = [form.steps_in(cell) for cell, _ in cells]
        placed: list[tuple[int, Piece]] = []
        place = _GIVEN
        for (_, piece), steps in zip(cells, found, strict=True):
            place = min(steps) if steps else place
            placed.append((place, piece))
        not_run = []
        if any(form.is_own(cell) for cell in self._cells) and all(found):
            done = {step for steps in found for step in steps}
            not_run = [step for step in range(1, len(form.steps) + 1) if step not in done]
        blanks = [(step, Piece(form.steps[step - 1], step_name(step))) for step in not_run]
        return RunAnswer(_in_order(placed), _in_order([*placed, *blanks]), not_run)

    def _counting(self, form: _Form) -> Iterable[_RunCell]:
        """Yield the cells that are part of an answer.

        Where the front end tells no ids, a cell that failed and was mended is there twice;
        then the run that failed does not count. Steps of the form look alike before they are done.
        """
        for number, cell in enumerate(self._cells):
            text = cell.text.strip()
            if text.startswith("%%grade") or text == LOAD_CELL:
                continue  # it was graded, not run
            if cell.failed and not cell.id:
                later = self._cells[number + 1 :]
                own = form.steps_in(cell)
                others = [c for c in later if not own or form.steps_in(c) in (set(), own)]
                if any(_alike(cell.text, c.text) for c in others):
                    continue
            yield cell


class _Form:
    """What the cells of an exercise's own notebook are known by."""

    def __init__(self, exercise: Exercise) -> None:
        self.given, self.steps = split_stub(exercise.stub_source)
        heads = [
            [line.strip() for line in step.splitlines() if line.strip().startswith(TODO)]
            for step in self.steps
        ]
        self._heads = {
            number: {head for head in own if sum(head in one for one in heads) == 1}
            for number, own in enumerate(heads, start=1)
        }
        self._end = cell_name("", exercise)

    def is_own(self, cell: _RunCell) -> bool:
        """Whether a cell is one of the notebook's."""
        return bool(cell.id and cell.id.endswith(self._end)) or bool(self.steps_in(cell))

    def steps_in(self, cell: _RunCell) -> set[int]:
        """Return which steps a cell holds, by its id or its TODOs; none where it is unknown."""
        name = (cell.id or "") if (cell.id or "").endswith(self._end) else ""
        lines = {line.strip() for line in cell.text.splitlines()}
        found = {number for number, heads in self._heads.items() if heads & lines}
        if step := _STEP_IN_NAME.match(name):
            found.add(int(step[1]))
        if not found and (name.startswith("given-") or cell.text.strip() == self.given):
            found.add(_GIVEN)
        return found


def _in_order(placed: list[tuple[int, Piece]]) -> list[Piece]:
    return [piece for _, piece in sorted(placed, key=lambda one: one[0])]


def step_name(step: int) -> str:
    """Return what the place of a step is called whose cell was not run."""
    return f"step {step}"


def _alike(one: str, other: str) -> bool:
    """Whether a text looks like another after a small change."""
    lines, other_lines = one.strip().splitlines(), other.strip().splitlines()
    matcher = difflib.SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED])
    return lines[:1] == other_lines[:1] or matcher.ratio() > _MOSTLY
