"""What a learner's run left behind, as the checks read it.

`Evidence` is the fixture `evidence` of every check file. Its methods return values of the type that
the check asks for, or raise `CheckFailed` with a message on what the file has in that place.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from grader.assignments import cause_of_none, may_have_run, why_none
from grader.evidence.reading import DamagedEvidence, load_numbers
from grader.evidence.record import (
    Call,
    Exited,
    GivenUp,
    OutOfTime,
    Raised,
    RanToItsEnd,
    Record,
)
from grader.evidence.values import (
    Callback,
    Frame,
    History,
    ModelRef,
    Nothing,
    Number,
    Numbers,
    Sequence,
    Series,
    Value,
)
from grader.evidence.values import Mapping as Dictionary
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, NotReached
from grader.expect.training import Training, written_list
from grader.expect.value_words import instead_text, is_not_called, kind_text, one_is_meant
from grader.expect.written_file import WrittenFile
from grader.names import Binding, MadeInside, Names
from grader.places import Line, OnLine, Said, YourFile, said
from grader.verdict import Fact, Tip


def digest_of(array: np.ndarray) -> str:
    """Return the hash under which the evidence knows these values, whatever their type."""
    with np.errstate(all="ignore"):
        plain = np.ascontiguousarray(array, dtype=np.float32)
    return hashlib.sha256(plain.tobytes()).hexdigest()


def error_text(error: Raised) -> str:
    """Return an error that a learner's function raised in one line: `ValueError: too many …`."""
    first, *_ = error.message.strip().splitlines() or [""]
    return f"{error.type}: {first}"[:200]


class Evidence:
    """One run of a learner's file."""

    def __init__(
        self,
        record: Record,
        folder: Path,
        bindings: Mapping[str, list[Binding]],
        blank: int | None = None,
        names: Names | None = None,
        inside: Mapping[str, MadeInside] | None = None,
        anew: Mapping[str, list[int]] | None = None,
        written: WrittenFile | None = None,
    ) -> None:
        """Read a run's record.

        Args:
            record: of the run.
            folder: where its arrays lie.
            bindings: what binds each name of the file.
            blank: the first line that is not filled in; what comes from there on did not run.
            names: that the exercise knows.
            inside: names that one function of the file alone binds.
            anew: lines that make a model anew, under the name of one that layers were added to.
            written: the file's text.
        """
        self.record = record
        self.folder = folder
        self.tips: list[Tip] = []
        self._bindings = bindings
        self._blank = blank
        self._names = names or Names()
        self._inside = inside or {}
        self._anew = anew or {}
        self.written = written or WrittenFile("")
        self._models: dict[int, Model] = {}

    @property
    def values(self) -> dict[str, Value]:
        """What the file's names hold at its end."""
        return self.record.values

    @property
    def ended_early(self) -> Said:
        """Why the file did not run to its end, in a few words; empty where it did."""
        match self.record.ended:
            case Raised(line=line):
                why = " stopped with an error"
            case Exited(line):
                why = " ended itself"
            case OutOfTime(line=line) | GivenUp(line=line):
                why = " was stopped"
            case _ if self._blank is not None:
                line, why = self._blank, " has a blank"
            case _:
                return ""
        where = "" if line is None else said(" ", OnLine(line))
        return said(YourFile(), why, where)

    def not_before(self, what: str) -> NotReached:
        """Return why a check cannot be looked at: the file ended before WHAT.

        To be raised only where the file has ended early: `evidence.not_before("`x` was made")`.
        """
        return NotReached(said(self.ended_early, f", before {what}"))

    def tip(self, text: Said, line: int | None = None, tells: Fact | None = None) -> None:
        """Tell the learner something worth knowing that costs no points; of LINE, if of any."""
        self._tell(Tip(text, None if line is None else Line(line), tells))

    def tip_name(self, own: str, name: str) -> None:
        """Tell the learner that the task has the name NAME for what the file calls OWN."""
        text = f"Your `{own}` is what the task calls `{name}`. Give it that name."
        self._tell(Tip(text, tells=Fact.RENAMED, of=own))

    def _tell(self, tip: Tip) -> None:
        if tip not in self.tips:
            self.tips.append(tip)

    def line_of(self, name: str) -> int | None:
        """Return the line of the learner's file that last bound NAME, of those that have run."""
        found, stopped = self._bindings.get(name, []), self._stopped_on
        if stopped is not None:
            ran = [one for one in found if one.until < stopped]
            found = ran or [one for one in found if may_have_run(one, stopped)]
        return found[-1].line if found else None

    def lines_of(self, name: str) -> list[int]:
        """Return the lines of the learner's file that bind NAME, in order."""
        return [one.line for one in self._bindings.get(name, [])]

    @property
    def _stopped_on(self) -> int | None:
        """The line outside of functions that was under way when an error stopped the file."""
        ended = self.record.ended
        if not isinstance(ended, Raised):
            return None
        return ended.lines[0] if ended.lines else ended.line

    def binds(self, name: str, line: int | None = None) -> bool:
        """Whether the learner's file gives NAME a value, or does on LINE; it need not have run."""
        found = self._bindings.get(name, [])
        return bool(found) and (line is None or any(b.line <= line <= b.until for b in found))

    def lines_anew(self, name: str) -> tuple[int, ...]:
        """Return the lines that made the model NAME anew, after layers were added to it."""
        match self.record.ended:
            case RanToItsEnd():
                return tuple(self._anew.get(name, ()))
            case Raised(lines=[last, *_]) | Exited(int(last)) | OutOfTime(int(last)):
                return tuple(line for line in self._anew.get(name, ()) if line <= last)
            case _:
                return ()

    def is_given(self, name: str) -> bool:
        """Whether the exercise hands out a value of that name."""
        return name in self._names.given

    def has(self, name: str) -> bool:
        """Whether the file made, or was given, a value of that name that is not None."""
        return not isinstance(self.values.get(name, Nothing()), Nothing)

    def value(self, name: str, expected: str = "a value", others: Collection[str] = ()) -> Value:
        """Return a produced value, which is not `Nothing`; OTHERS may be meant if it is missing.

        Raises:
            CheckFailed: the name is missing or holds None.
            CheckSkipped: it is missing because the file stopped before it was made.
        """
        found = self.values.get(name)
        if found is None:
            if self.ended_early:
                raise self.not_before(f"`{name}` was made")
            # what the task speaks of is meant as it is written
            own = set(self.values) & set(self._bindings) - set(self._names.spoken_of)
            nearest = difflib.get_close_matches(name, sorted(own), 1, 0.75)
            hint = f" You have `{nearest[0]}`: is it misspelt?" if nearest else ""
            hint = one_is_meant(name, others) or hint
            missing = said(YourFile(begins=True), f" does not make `{name}`.{hint}")
            if name in self._inside:
                function, returned = self._inside[name].function, self._inside[name].returned
                missing = f"`{name}` is made inside the function `{function}`, and is there only. "
                missing += "" if returned else "Return it there, and keep "
                missing += f"{'Keep ' if returned else ''}what `{function}` returns as `{name}`."
            if name in self._names.given:
                missing = said(
                    f"This exercise hands out `{name}`, and ", YourFile(), " does not use it."
                )
            raise CheckFailed(
                expected=f"{expected} called `{name}`",
                got="nothing of that name",
                message=missing,
                line=self.line_of(nearest[0]) if nearest else self.line_of(name),
                cause=f"name {name}",
            )
        if isinstance(found, Nothing):
            cause = cause_of_none(self._bindings.get(name, []), 0, self._stopped_on)
            raise CheckFailed(
                expected=f"{expected} in `{name}`",
                got="None",
                message=f"`{name}` is None." if cause is None else why_none(name, cause),
                line=self.line_of(name) if cause is None else cause.line,
                cause=f"name {name}",
                tells=Fact.NOTHING,
            )
        return found

    def wrong_kind(self, name: str, expected: str, found: Value) -> CheckFailed:
        """Return the failure that says what NAME holds instead."""
        return CheckFailed(
            expected=expected,
            got=kind_text(found),
            message=instead_text(name, found),
            line=self.line_of(name),
            cause=f"name {name}",
            tells=Fact.NOT_CALLED if is_not_called(found) else Fact.OTHER_KIND,
        )

    def model(self, name: str = "model") -> Model:
        """Return the Keras model of that name; see `value` for what may be raised.

        The only model that the file makes counts under any name; a tip says what the task calls it.
        """
        own = [] if name in self.values else self._own_models(name)
        if len(own) == 1:
            self.tip_name(own[0], name)
            name = own[0]
        found = self.value(name, "a Keras model", own)
        if not isinstance(found, ModelRef):
            raise self.wrong_kind(name, "a Keras model", found)
        return self.model_by_number(found.number, name)

    def _own_models(self, name: str) -> list[str]:
        """Return the file's own names of the models that it makes; none where in doubt."""
        if name in self._names.given or (self.ended_early and self.binds(name)):
            return []  # it is handed out, or would have been made
        made = {
            self.record.copy_of.get(found.number, found.number): own
            for own, found in self.values.items()
            if isinstance(found, ModelRef) and self.binds(own) and own not in self._names.given
        }
        return list(made.values())

    def model_by_number(self, number: int, name: str = "model") -> Model:
        """Return a model by its number in values, calls and saved files.

        Raises:
            DamagedEvidence: there is no such model.
        """
        if number not in self._models:
            models = self.record.models
            stored = models[number] if 0 <= number < len(models) else None
            if stored is None:
                raise DamagedEvidence("a model has no description")
            original = self.record.copy_of.get(number, number)
            self._models[number] = Model(original, name, stored, self)
        return self._models[number]

    def number(self, name: str) -> float:
        """Return a number, or the only item of an array; see `value`."""
        found = self.value(name, "a number")
        match found:
            case Number():
                return float(found.value)
            case Numbers() if found.size == 1:
                return float(self.load(found).ravel()[0])
            case Numbers() | Sequence() if text := self._written(found):
                message = f"`{name}` is {text}. How good the trained model is, `evaluate` tells."
            case Sequence():
                message = (
                    "`evaluate` returns the loss first, then the metrics: take the one that is "
                    "asked for."
                )
            case _:
                raise self.wrong_kind(name, "a number", found)
        raise CheckFailed(
            expected="one number",
            got=kind_text(found),
            message=message,
            line=self.line_of(name),
            cause=f"name {name}",
            tells=Fact.OTHER_KIND,
        )

    def _written(self, found: Numbers | Sequence) -> str:
        """Return which list of a history this is, in words; "" where it is none."""
        length = found.size if isinstance(found, Numbers) else found.length
        if all(training.epochs != length for training in self.trainings):
            return ""
        try:
            numbers = self.to_array("", found)
        except CheckFailed:
            return ""
        return written_list(self.trainings, numbers.tolist()) if numbers.ndim == 1 else ""

    def array(self, name: str) -> np.ndarray:
        """Return an array of numbers; lists, tensors and DataFrames count as arrays."""
        return self.to_array(name, self.value(name, "an array"))

    def to_array(self, name: str, found: Value) -> np.ndarray:
        """Return a value as an array, or raise CheckFailed in NAME's name."""
        match found:
            case Numbers(file=None):
                raise CheckFailed(
                    expected="an array of the size that this step asks for",
                    got=kind_text(found),
                    message=f"`{name}` is too large to be looked at. Are there too many rows?",
                    line=self.line_of(name),
                    cause=f"name {name}",
                )
            case Numbers():
                return self.load(found)
            case Frame():
                columns = [column.values for column in found.columns]
                numbers = [column for column in columns if isinstance(column, Numbers)]
                if columns and len(numbers) == len(columns):
                    parts = [self.load(column) for column in numbers]
                    if len({part.shape for part in parts}) == 1:
                        return np.stack(parts, axis=1)
                    raise DamagedEvidence("a table's columns differ in length")
            case Series() if isinstance(found.column.values, Numbers):
                return self.load(found.column.values)
            case Number():
                return np.asarray(found.value)
            case Sequence() if found.items:
                parts = [self.to_array(name, item) for item in found.items]
                if len({part.shape for part in parts}) == 1:
                    return np.stack(parts)
        raise self.wrong_kind(name, "an array of numbers", found)

    def load(self, found: Numbers) -> np.ndarray:
        """Return a stored array's values.

        Raises:
            DamagedEvidence: its file is not what was described.
        """
        return load_numbers(found, self.folder)

    def history(self, name: str) -> dict[str, list[float]]:
        """Return a training history by metric, from a History object or its dictionary."""
        found = self.value(name, "the History object that fit returns")
        match found:
            case History():
                return found.metrics
            case Dictionary():
                return {
                    key: [float(value) for value in self.to_array(name, item).ravel()]
                    for key, item in found.items
                }
            case _:
                raise self.wrong_kind(name, "the History object that fit returns", found)

    def callback(self, name: str, kind: str) -> Callback:
        """Return a callback of that class."""
        what = f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} callback"
        found = self.value(name, what)
        if not isinstance(found, Callback) or found.type != kind:
            raise self.wrong_kind(name, what, found)
        return found

    @property
    def trainings(self) -> list[Training]:
        """All trainings of the file, of whichever model, in order."""
        return [Training(call, self) for call in self.calls("fit")]

    @property
    def begun_trainings(self) -> list[Training]:
        """All trainings, with one that was under way when the file was stopped."""
        stopped = isinstance(self.record.ended, OutOfTime | GivenUp)
        last = [call for call in self.record.calls if call.name == "fit"][-1:]
        under_way = [call for call in last if stopped and not call.done and call.line is not None]
        return self.trainings + [Training(call, self) for call in under_way]

    def calls(self, name: str, model: Model | None = None) -> list[Call]:
        """Return the calls of one kind that ran to their end, in order."""
        named = [call for call in self.record.calls if call.name == name and call.done]
        here = [call for call in named if call.line is not None]
        return [call for call in here if model is None or call.model == model.number]
