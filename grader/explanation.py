"""What is told of a script that is no exercise: how it ran, its trainings, what is open."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

from msgspec import Struct

from grader.places import OnLine, Places, Said, render, said
from grader.verdict import Tip, capital

SCHEMA = 1


class Condition(StrEnum):
    """How a script ran."""

    RAN = "ran"
    ERROR = "error"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    UNREADABLE = "unreadable"
    GRADER_ERROR = "grader_error"


WORDS = {
    Condition.RAN: "RAN TO ITS END",
    Condition.ERROR: "ERROR",
    Condition.TIMEOUT: "OUT OF TIME",
    Condition.STOPPED: "STOPPED",
    Condition.UNREADABLE: "NOT READ",
    Condition.GRADER_ERROR: "GRADER ERROR",
}
"""How that is told to people."""


class Trend(Struct, frozen=True):
    """A number that training measures, at its beginning and at its end."""

    name: str
    first: float
    last: float


class TrainingSummary(Struct, frozen=True):
    """What the calls of fit on one line have done, each going on where the one before has ended."""

    line: int | None
    """Of the call."""
    model: str
    """The name that the model has in the file at its end; "" where it has none."""
    epochs: int
    """0 for a loop of train_on_batch in which no rows came again: nobody knows its epochs."""
    measured: tuple[Trend, ...]
    """The loss first, of the first epoch and of the last."""
    finding: str = ""
    """Why it does not learn, or that it does not; "" where nothing shows."""
    open: str = ""
    """Why it cannot be told whether it has learned anything; "" where that is known."""
    models: int = 1
    """How many models were trained so on this line, as in a loop; the numbers are the last's."""
    calls: int = 1
    """How many calls of fit or train_on_batch that were, of one model; the numbers are of all."""
    goes_on: bool = False
    """Whether it began with what an earlier training, on another line, has left."""

    @property
    def words(self) -> Said:
        """What it was and did, in one sentence."""
        of = f" of `{self.model}`" if self.model else ""
        of = f" of {self.models} models, the last one" if self.models > 1 else of
        begin = "Further training" if self.goes_on else "Training"
        where: tuple[OnLine | str, ...] = (" ", OnLine(self.line)) if self.line else ()
        calls = f" in {self.calls} calls" if self.calls > 1 else ""
        epochs = [f"{self.epochs} epoch{'' if self.epochs == 1 else 's'}"] if self.epochs else []
        numbers = [*epochs, *(f"{span.name} {_change(span)}" for span in self.measured)]
        told = (": ", ", ".join(numbers)) if numbers else ()
        return said(f"{begin}{of}", *where, calls, *told, ".")


def _change(span: Trend) -> str:
    first, last = f"{span.first:.4g}", f"{span.last:.4g}"
    return first if first == last else f"{first} → {last}"


class Explanation(Struct, frozen=True):
    """All that is told of one script."""

    file: str
    status: Condition
    message: Said = ""
    """What stopped it."""
    line: int | None = None
    """Where it stopped."""
    tips: tuple[Tip, ...] = ()
    trainings: tuple[TrainingSummary, ...] = ()
    notes: tuple[Tip, ...] = ()
    """What is worth knowing and no fault: lines that were left out."""
    open: tuple[Said, ...] = ()
    """What cannot be told."""
    seconds: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there is something to mend, or to look at."""
        findings = [training for training in self.trainings if training.finding]
        return self.status is not Condition.RAN or bool(self.message or self.tips or findings)

    def to_json(self, places: Places) -> dict[str, Any]:
        """Return the document that `grade explain --json` prints, but for schema and version.

        Its keys: `file`, `status` (ran, error, timeout, stopped, unreadable, grader_error),
        `found` (whether there is something to mend), `seconds`, `message` and `line` (what
        stopped it, and where; "" and null where nothing did), `tips`, `trainings`, `notes` and
        `open` (what cannot be told). A training has `line`, `model`, `models`, `calls`,
        `goes_on`, `epochs`, `measured` (name, first and last number; null for NaN and infinity),
        `finding` and `open`. In a notebook, `line` counts through all of its code cells; texts
        name the cell.
        """
        return {
            "file": self.file,
            "status": str(self.status),
            "found": self.found,
            "seconds": round(self.seconds, 3),
            "message": render(self.message, places),
            "line": self.line,
            "tips": [capital(render(tip.words, places)) for tip in self.tips],
            "trainings": [_training(one) for one in self.trainings],
            "notes": [capital(render(note.words, places)) for note in self.notes],
            "open": [render(text, places) for text in self.open],
        }


def _training(one: TrainingSummary) -> dict[str, Any]:
    return {
        "line": one.line,
        "model": one.model,
        "models": one.models,
        "calls": one.calls,
        "goes_on": one.goes_on,
        "epochs": one.epochs,
        "measured": [
            {"name": span.name, "first": _finite(span.first), "last": _finite(span.last)}
            for span in one.measured
        ],
        "finding": one.finding,
        "open": one.open,
    }


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
