"""Reading evidence in the trusted process. Everything in the folder is taken as hostile.

Files are opened without following links, with bounds on size; arrays never unpickle.
`grader.evidence.rebuilding` rebuilds models. Whatever does not fit together raises
`DamagedEvidence`, which fails the submission and is not a fault of the grader.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from grader.learner.encoding import MAX_ARRAY_BYTES

Json = Any

RECORD = "record.json"
MAX_RECORD_BYTES = 100_000_000
_ARRAY_NAME = re.compile(r"[0-9a-f]{32}\.npy")
_ARRAY_HEADER_BYTES = 10_000


_ODD_EVIDENCE = (
    KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip


class DamagedEvidence(Exception):
    """The evidence is incomplete, contradicts itself, or was tampered with."""


@contextmanager
def evidence_faults() -> Iterator[None]:
    """Turn errors that odd evidence causes into `DamagedEvidence`."""
    try:
        yield
    except _ODD_EVIDENCE as error:
        raise DamagedEvidence(f"{type(error).__name__}: {error}") from error


def read_bounded(folder: Path, name: str, limit: int) -> bytes:
    """Return a regular file's bytes.

    Raises:
        DamagedEvidence: it is missing, a link, no regular file, or larger than LIMIT bytes.
    """
    try:
        descriptor = os.open(
            folder / name,
            os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0),
        )
    except OSError as error:
        raise DamagedEvidence(f"{name} cannot be opened: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise DamagedEvidence(f"{name} is not a regular file")
        if info.st_size > limit:
            raise DamagedEvidence(f"{name} is larger than {limit} bytes")
        return stream.read(limit)


@dataclass(frozen=True)
class Array:
    """An array in the evidence: its description, and its values where they were stored."""

    shape: tuple[int, ...]
    dtype: str
    digest: str
    file: str | None
    folder: Path = field(repr=False)

    @classmethod
    def from_json(cls, found: Json, folder: Path) -> Array:
        """Read an array's description.

        Raises:
            DamagedEvidence: it has not the form that the learner's process writes.
        """
        with evidence_faults():
            file = found.get("file")
            if file is not None and not _ARRAY_NAME.fullmatch(file):
                raise DamagedEvidence("an array has an impossible file name")
            shape = tuple(int(size) for size in found["shape"])
            return cls(shape, str(found["dtype"]), str(found["digest"]), file, folder)

    @property
    def stored(self) -> bool:
        """Whether the values are there; very large arrays are only described."""
        return self.file is not None

    def load(self) -> np.ndarray:
        """Return the values.

        Raises:
            DamagedEvidence: no such file, or not the array that was described.
        """
        if self.file is None:
            raise DamagedEvidence("an array was too large to be stored")
        data = read_bounded(self.folder, self.file, MAX_ARRAY_BYTES + _ARRAY_HEADER_BYTES)
        with evidence_faults():
            stream = io.BytesIO(data)
            version = np.lib.format.read_magic(stream)
            if version != (1, 0):
                raise DamagedEvidence("an array has an unknown format")
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
            # The size that the header claims is compared with the size that is there,
            # so that no header can make us allocate more than the file holds.
            count = int(np.prod(shape, dtype=object)) if shape else 1
            if dtype.kind not in "biuf" or count * dtype.itemsize != len(data) - stream.tell():
                raise DamagedEvidence("an array's header and content disagree")
            array: np.ndarray = np.load(io.BytesIO(data), allow_pickle=False)
        if array.shape != self.shape or str(array.dtype) != self.dtype:
            raise DamagedEvidence("an array is not the one that was described")
        return array


@dataclass(frozen=True)
class Call:
    """One call that the learner's file made, in order."""

    name: str
    line: int | None
    model: int | None
    """The number of the model, or of the trained one that it is a copy of."""
    arguments: dict[str, Json]
    result: Json
    done: bool
    position: int
    weights_before: Json = None
    """Of the model that fit was called on, as a list of arrays; None where they were not kept."""
    weights_after: Json = None
    layers: Json = None
    """How many the model had when its summary was printed."""


class RawEvidence:
    """The evidence folder as it was written; `grader.expect` gives it meaning."""

    def __init__(self, folder: Path, asked: Sequence[Json] = ()) -> None:
        """Read the folder's record.

        Args:
            folder: that the learner's process wrote to.
            asked: the probes that it was told to make, each with function and arguments.

        Raises:
            DamagedEvidence: no record, not its form, or answers to other probes.
        """
        self.folder = folder
        try:
            record = json.loads(read_bounded(folder, RECORD, MAX_RECORD_BYTES))
        except (ValueError, RecursionError) as error:
            raise DamagedEvidence(f"the record is not JSON: {error}") from error
        with evidence_faults():
            self.ended: dict[str, Json] = dict(record["ended"])
            self.values: dict[str, Json] = dict(record["values"])
            self.injected: list[str] = [str(name) for name in record["injected"]]
            self.probes: list[Json] = list(record["probes"])
            self.figures: list[Json] = list(record["figures"])
            self.files: dict[str, Json] = dict(record["files"])
            self.models: list[Json] = list(record["models"])
            self.copy_of = _copies(self.models, record["calls"])
            """Which trained model another one is a copy of, by their numbers."""
            self.calls = [
                Call(
                    str(call["call"]),
                    _line(call.get("line")),
                    self.copy_of.get(call.get("model"), _line(call.get("model"))),
                    dict(call["arguments"]),
                    call.get("result"),
                    call.get("done") is True,
                    position,
                    call.get("weights_before"),
                    call.get("weights_after"),
                    call.get("layers"),
                )
                for position, call in enumerate(record["calls"])
            ]
            parts = ("function", "args", "kwargs")
            if [[probe[part] for part in parts] for probe in self.probes] != [
                [probe[part] for part in parts] for probe in asked
            ]:
                raise DamagedEvidence("the record answers other probes than were asked")


def _line(value: Json) -> int | None:
    return int(value) if value is not None else None


def _copies(models: list[Json], calls: list[Json]) -> dict[int, int]:
    """Return which models are copies of a trained one: saved and loaded, or cloned.

    They have its layers and its weights, to the last bit, and were not trained themselves.
    """
    trained = {call["model"] for call in calls if call["call"] == "fit"}
    if not trained or len(models) == 1:
        return {}
    computes = {
        number: _what_it_computes(model)
        for number, model in enumerate(models)
        if isinstance(model, dict) and model.get("weights")
    }
    originals = {computes[number]: number for number in sorted(trained) if number in computes}
    return {
        number: originals[text]
        for number, text in computes.items()
        if number not in trained and text in originals
    }


def _what_it_computes(model: dict[str, Json]) -> str:
    """Return a text that two models share if they have the same layers and weights."""
    weights = [weight["digest"] for weight in model["weights"]]
    return json.dumps([_layers(model.get("config")), weights])


def _layers(config: Json) -> list[Json]:
    """Return kind and settings of the layers in a configuration, without their names."""
    settings = config.get("config") if isinstance(config, dict) else None
    if not isinstance(settings, dict):
        return []
    if "layers" in settings:
        return [layer for part in settings["layers"] for layer in _layers(part)]
    if config["class_name"] == "InputLayer":
        return []
    plain = {key: value for key, value in settings.items() if key not in {"name", "trainable"}}
    return [[config["class_name"], plain]]
