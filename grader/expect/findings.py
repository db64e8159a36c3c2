"""What a learner's run left behind, as the checks read it.

`Evidence` is the fixture `evidence` of every check file. Its methods return values of
the type that the check asks for, or raise `CheckFailed` with a message on what the
learner's file has in that place.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np

from grader.evidence.reading import Array, Call, DamagedEvidence, RawEvidence, evidence_faults
from grader.evidence.rebuilding import CannotRebuild, rebuild
from grader.expect.layers import Layer, NotAChain, UsedTwice, layers_of
from grader.expect.outcome import CheckFailed, CheckSkipped

Json = Any
_BATCH = 4096


def digest_of(array: np.ndarray) -> str:
    """Return the hash under which the evidence knows these values, whatever their type."""
    import hashlib

    with np.errstate(all="ignore"):
        plain = np.ascontiguousarray(array, dtype=np.float32)
    return hashlib.sha256(plain.tobytes()).hexdigest()


@evidence_faults()
def kind_text(found: Json) -> str:
    """Return in plain words what a value is: `a list of 3`, `an array of shape (5, 4)`."""
    kind = found.get("kind")
    if kind == "none":
        return "None"
    if kind == "number":
        return f"the number {found['value']:.6g}"
    if kind == "text":
        return f"the text {found['value'][:40]!r}"
    if kind == "array" or kind == "texts":
        shape = ", ".join(str(size) for size in found.get("shape", []))
        return f"an array of shape ({shape}{',' if len(found.get('shape', [])) == 1 else ''})"
    if kind in {"frame", "series"}:
        rows = found["shape"][0]
        return f"a {'DataFrame' if kind == 'frame' else 'Series'} of {rows} rows"
    if kind in {"list", "tuple"}:
        return f"a {kind} of {found['length']}"
    if kind == "dict":
        return f"a dictionary of {len(found['items'])}"
    if kind == "model":
        return "a Keras model"
    if kind == "graph":
        return "a keras.Function"
    if kind == "symbol":
        sizes = tuple(found["shape"])
        if found["layer_type"] == "InputLayer":
            return f"a tensor of shape {sizes}, an input"
        return f"a tensor of shape {sizes}, the output of the layer {found['layer'][:40]!r}"
    if kind == "history":
        return "a History object"
    if kind == "callback":
        return f"the callback {str(found.get('type'))[:60]}"
    if kind == "function":
        return f"the function or class {str(found.get('name'))[:40]}"
    return f"an object of type {str(found.get('type'))[:60]}"


@dataclass
class Model:
    """A learner's model: what it says of itself, and itself rebuilt from that."""

    number: int
    """Of the model in calls; of a copy that was not trained itself, that of the original."""
    name: str
    stored: Json
    evidence: Evidence = field(repr=False)

    @property
    def line(self) -> int | None:
        """The line that last bound the model's name."""
        return self.evidence.line_of(self.name)

    def line_of_layer(self, name: str) -> int | None:
        """The line that made the layer of this name; the model's own where that is not known."""
        with evidence_faults():
            found = self.stored.get("lines", {}).get(name)
        return found if type(found) is int else self.line

    @cached_property
    def keras(self) -> keras.Model:
        """The model rebuilt in this process, with the learner's weights.

        Raises:
            CheckFailed: it is made of things that are not Keras's own.
        """
        try:
            return rebuild(self.stored, self.evidence.raw.folder)
        except CannotRebuild as error:
            raise CheckFailed(
                expected="a model made of Keras's own layers",
                got=f"a {str(self.stored.get('type'))[:60]} that cannot be rebuilt",
                message=str(error),
                line=self.line,
                cause=f"model {self.number}",
            ) from None
        except DamagedEvidence:
            if not self.evidence.ended_early:
                raise
            why = f"{self.evidence.ended_early}, before `{self.name}` was whole"
            raise CheckSkipped(why) from None

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers in order; raises CheckFailed where they do not stand in one line."""
        try:
            return layers_of(self.keras)
        except NotAChain:
            raise CheckFailed(
                expected="layers in one line, each fed by the one before",
                got="a model that branches, or has several inputs or outputs",
                message=f"Connect the layers of `{self.name}` one after the other.",
                line=self.line,
                cause=f"model {self.number}",
            ) from None
        except UsedTwice as error:
            raise CheckFailed(
                expected="each layer once",
                got=f"`{error}` in two places",
                message="Both places share one set of weights. Make a new layer for each of them.",
                line=self.line_of_layer(str(error)),
                cause=f"model {self.number}",
            ) from None

    @property
    def input_shape(self) -> tuple[int | None, ...] | None:
        """The shape of one sample, without the batch; None while the model does not know it."""
        try:
            return tuple(self.keras.input_shape)[1:]
        except (AttributeError, ValueError, TypeError):
            return None

    @property
    def compiled(self) -> dict[str, Json] | None:
        """The compile settings; None where the model was not compiled."""
        with evidence_faults():
            found = self.stored.get("compiled")
        return found if isinstance(found, dict) and found else None

    def with_weights(self, weights: Json) -> Model:
        """Return the model as it was with these weights; see `Call.weights_after`."""
        with evidence_faults():
            stored = {**self.stored, "weights": weights}
        return Model(self.number, self.name, stored, self.evidence)

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return the rebuilt model's outputs for FEATURES, computed here.

        Raises:
            CheckFailed: the model does not take data of this shape.
        """
        data = np.asarray(features, dtype=np.float32)
        if data.ndim == 1:
            data = data[:, None]
        try:
            parts = [
                np.asarray(self.keras(data[start : start + _BATCH], training=False))
                for start in range(0, len(data), _BATCH)
            ]
        except CheckFailed:
            raise
        except Exception as error:
            raise CheckFailed(
                expected=f"a model that takes samples of shape {data.shape[1:]}",
                got=f"one that takes {self.input_shape}",
                message=f"`{self.name}` cannot be used on this exercise's data.",
                line=self.line,
                cause=f"predict {self.number}",
            ) from error
        return np.concatenate(parts)


class Evidence:
    """One run of a learner's file."""

    def __init__(self, raw: RawEvidence, lines: dict[str, int], file: str) -> None:
        self.raw = raw
        self.file = file
        self.tips: list[str] = []
        self._lines = lines
        self._models: dict[int, Model] = {}

    @property
    def ended_early(self) -> str:
        """Why the file did not run to its end, in a few words; empty where it did."""
        how = self.raw.ended.get("how")
        where = f" on line {line}" if (line := self.raw.ended.get("line")) else ""
        if how == "exception":
            return f"your file stopped with an error{where}"
        if how == "exit":
            return f"your file ended itself{where}"
        return ""

    def tip(self, text: str) -> None:
        """Tell the learner something worth knowing that costs no points."""
        if text not in self.tips:
            self.tips.append(text)

    def line_of(self, name: str) -> int | None:
        """Return the line of the learner's file that last binds NAME."""
        return self._lines.get(name)

    def has(self, name: str) -> bool:
        """Whether the file made, or was given, a value of that name that is not None."""
        with evidence_faults():
            return bool(self.raw.values.get(name, {"kind": "none"}).get("kind") != "none")

    def value(self, name: str, expected: str = "a value") -> Json:
        """Return the JSON of a produced value.

        Raises:
            CheckFailed: the name is missing or holds None.
            CheckSkipped: it is missing because the file stopped before it was made.
        """
        if name not in self.raw.values:
            if self.ended_early:
                raise CheckSkipped(f"{self.ended_early}, before `{name}` was made")
            own = [other for other in self.raw.values if other in self._lines]
            nearest = difflib.get_close_matches(name, own, 1, 0.75)
            hint = f" You have `{nearest[0]}`: is it misspelt?" if nearest else ""
            raise CheckFailed(
                expected=f"{expected} called `{name}`",
                got="nothing of that name",
                message=f"Your file does not make `{name}`.{hint}",
                line=self.line_of(nearest[0]) if nearest else None,
                cause=f"name {name}",
            )
        with evidence_faults():
            found = self.raw.values[name]
            kind = found["kind"]
            if not isinstance(kind, str):
                raise DamagedEvidence("a value has an impossible kind")
        if kind == "none":
            raise CheckFailed(
                expected=f"{expected} in `{name}`",
                got="None",
                message=f"`{name}` is None. Methods such as `add`, `compile` and `summary` return "
                "nothing, so their result is not worth a name.",
                line=self.line_of(name),
                cause=f"name {name}",
            )
        return found

    def wrong_kind(self, name: str, expected: str, found: Json) -> CheckFailed:
        """Return the failure that says what NAME holds instead."""
        with evidence_faults():
            got = kind_text(found)
        return CheckFailed(
            expected=expected,
            got=got,
            message=f"`{name}` holds something else than this step asks for.",
            line=self.line_of(name),
            cause=f"name {name}",
        )

    def model(self, name: str = "model") -> Model:
        """Return the Keras model of that name; see `value` for what may be raised."""
        found = self.value(name, "a Keras model")
        if found["kind"] != "model":
            raise self.wrong_kind(name, "a Keras model", found)
        with evidence_faults():
            return self.model_by_number(found["model"], name)

    def model_by_number(self, number: int, name: str = "model") -> Model:
        """Return a model by its number in calls and saved files."""
        with evidence_faults():
            if number not in self._models:
                if number < 0:
                    raise DamagedEvidence("a model has an impossible number")
                stored = self.raw.models[number]
                if not isinstance(stored, dict):
                    raise DamagedEvidence("a model has no description")
                original = self.raw.copy_of.get(number, number)
                self._models[number] = Model(original, name, stored, self)
            return self._models[number]

    def number(self, name: str) -> float:
        """Return a number, or the only item of an array; see `value`."""
        found = self.value(name, "a number")
        if found["kind"] == "number":
            with evidence_faults():
                return float(found["value"])
        if found["kind"] == "array" and int(np.prod(found["shape"])) == 1:
            return float(self.load(found).ravel()[0])
        if found["kind"] in {"list", "tuple"}:
            raise CheckFailed(
                expected="one number",
                got=kind_text(found),
                message=f"`{name}` holds several values. `evaluate` returns the loss first, "
                "then the metrics: take the one that is asked for.",
                line=self.line_of(name),
                cause=f"name {name}",
            )
        raise self.wrong_kind(name, "a number", found)

    def array(self, name: str) -> np.ndarray:
        """Return an array of numbers; lists, tensors and DataFrames count as arrays."""
        return self.to_array(name, self.value(name, "an array"))

    def to_array(self, name: str, found: Json) -> np.ndarray:
        """Return a stored value as an array, or raise CheckFailed in NAME's name."""
        with evidence_faults():
            if found["kind"] == "array" and not found.get("file"):
                raise CheckFailed(
                    expected="an array of the size that this step asks for",
                    got=kind_text(found),
                    message=f"`{name}` is too large to be looked at. Are there too many rows?",
                    line=self.line_of(name),
                    cause=f"name {name}",
                )
            if found["kind"] == "array":
                return self.load(found)
            if found["kind"] in {"frame", "series"}:
                columns = [column["values"] for column in found["columns"]]
                if columns and all(column["kind"] == "array" for column in columns):
                    stacked = np.stack([self.load(column) for column in columns], axis=1)
                    return stacked if found["kind"] == "frame" else stacked[:, 0]
            if found["kind"] == "number":
                if not isinstance(found["value"], int | float):
                    raise DamagedEvidence("a number is none")
                return np.asarray(found["value"])
            if found["kind"] in {"list", "tuple"} and found["items"]:
                parts = [self.to_array(name, item) for item in found["items"]]
                if len({part.shape for part in parts}) == 1:
                    return np.stack(parts)
        raise self.wrong_kind(name, "an array of numbers", found)

    def load(self, found: Json) -> np.ndarray:
        """Return a stored array's values."""
        return Array.from_json(found, self.raw.folder).load()

    def history(self, name: str) -> dict[str, list[float]]:
        """Return a training history by metric, from a History object or its dictionary."""
        found = self.value(name, "the History object that fit returns")
        with evidence_faults():
            if found["kind"] == "history":
                return {
                    str(key): [float(value) for value in values]
                    for key, values in found["history"].items()
                }
            if found["kind"] == "dict":
                return {
                    str(key): [float(value) for value in self.to_array(name, item).ravel()]
                    for key, item in found["items"]
                }
        raise self.wrong_kind(name, "the History object that fit returns", found)

    def callback(self, name: str, kind: str) -> dict[str, Json]:
        """Return the settings of a callback, with its number under `object`."""
        what = f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} callback"
        found = self.value(name, what)
        if found["kind"] != "callback" or found.get("type") != kind:
            raise self.wrong_kind(name, what, found)
        with evidence_faults():
            return {**dict(found["settings"]), "object": found["object"]}

    def calls(self, name: str, model: Model | None = None) -> list[Call]:
        """Return the calls of one kind that ran to their end, in order."""
        return [
            call
            for call in self.raw.calls
            if call.name == name
            and call.done
            and call.line is not None
            and (model is None or call.model == model.number)
        ]
