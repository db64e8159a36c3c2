"""What a page shows of one exercise: its verdict, the file with its faults marked, drawings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grader.last_runs import LastRun
from grader.places import Places, Said, render, said
from grader.show.vectors import Chart, DrawnNetwork, charts_of, drawn_network, place_of
from grader.sights import plain_output
from grader.verdict import CheckStatus, Outcome, Verdict

MAX_LINES = 2_000


@dataclass(frozen=True)
class Note:
    """What is said of a line of the file."""

    kind: Literal["Fault", "Blank", "Tip"]
    text: str


@dataclass(frozen=True)
class CodeLine:
    """A line of the file, and what is said of it."""

    number: int
    text: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class DrawnTraining:
    """A training's charts."""

    where: str
    """` on line 12`."""
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class PageEntry:
    """One exercise on a page."""

    verdict: Verdict
    places: Places
    code: tuple[CodeLine, ...]
    task: tuple[DrawnNetwork, ...]
    networks: tuple[DrawnNetwork, ...]
    trainings: tuple[DrawnTraining, ...]
    hints: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def has_open_questions(self) -> bool:
        """Whether the task's network has a `?` somewhere."""
        return any("?" in drawn.words for drawn in self.task)

    @property
    def has_notes(self) -> bool:
        """Whether something is said of a line."""
        return any(line.notes for line in self.code)


def entry_of(run: LastRun, hints: tuple[str, ...] = (), remarks: tuple[str, ...] = ()) -> PageEntry:
    """Return what a page shows of a run.

    Args:
        run: the verdict and its file.
        hints: that the learner has read.
        remarks: to stand below the heading.
    """
    verdict, sights = run.verdict, run.verdict.sights
    places = verdict.places
    return PageEntry(
        verdict,
        places,
        _code(run),
        tuple(map(drawn_network, sights.task)),
        tuple(map(drawn_network, sights.networks)),
        tuple(
            DrawnTraining(place_of(training.line, places), charts)
            for training in sights.trainings
            if (charts := charts_of(training))
        ),
        hints,
        remarks,
    )


def _code(run: LastRun) -> tuple[CodeLine, ...]:
    notes = _notes(run.verdict)
    lines = run.source.rstrip().split("\n")[:MAX_LINES]
    return tuple(
        CodeLine(number, plain_output(text), tuple(notes.get(number, ())))
        for number, text in enumerate(lines, start=1)
    )


def _notes(verdict: Verdict) -> Mapping[int, list[Note]]:
    """Return what is said of lines, by their numbers."""
    found: defaultdict[int, list[Note]] = defaultdict(list)

    def note(line: int | None, kind: Literal["Fault", "Blank", "Tip"], text: Said) -> None:
        if line is not None and text:
            found[line].append(Note(kind, render(text, verdict.places)))

    if verdict.status is Outcome.NOT_ATTEMPTED:  # there is nothing of the learner's to look at
        return found
    blank = verdict.status is Outcome.UNFINISHED
    note(verdict.line, "Blank" if blank else "Fault", verdict.message)
    for check in verdict.told_checks:
        if check.status is CheckStatus.FAILED:
            got = said(" Expected ", check.expected, "; got ", check.got, ".") if check.got else ""
            note(check.line, "Fault", said(check.statement, got, " ", check.message))
    for tip in verdict.tips:
        for number in tip.line_numbers:
            note(number, "Tip", tip.text)
    return found
