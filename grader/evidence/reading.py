"""Reading evidence in the trusted process. Everything in the folder is taken as hostile.

Files are opened without following links, with bounds on size; arrays never unpickle. The record
is decoded and validated once, here: whatever it is not raises `DamagedEvidence`, which fails the
submission and is not a fault of the grader. `evidence.rebuilding` rebuilds models.
"""

from __future__ import annotations

import io
import os
import stat
from collections import abc
from pathlib import Path

import msgspec
import numpy as np

from grader.evidence.record import Ended, Probe, Raised, Record, Returned, StoredModel
from grader.evidence.values import Estimator, Mapping, Numbers, Sequence, Settings, Value

RECORD = "record.msgpack"
MAX_RECORD_BYTES = 100_000_000
MAX_DEPTH = 20
"""Values within values. The recorder writes five layers, and one of arguments around them."""

MAX_ENDED_BYTES = 1_000_000
"""Of how a file ended: this goes on to the verdict."""

MAX_ARRAY_BYTES = 16_000_000
_ARRAY_HEADER_BYTES = 10_000

_record_of = msgspec.msgpack.Decoder(Record).decode


class DamagedEvidence(Exception):
    """The evidence is incomplete, contradicts itself, or was tampered with."""


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
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):  # a folder could not even be made a stream
            raise DamagedEvidence(f"{name} is not a regular file")
        if info.st_size > limit:
            raise DamagedEvidence(f"{name} is larger than {limit} bytes")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit)
    finally:
        os.close(descriptor)


def load_numbers(stored: Numbers, folder: Path) -> np.ndarray:
    """Return an array's values.

    Raises:
        DamagedEvidence: no such file, or not the array that was described.
    """
    if stored.file is None:
        raise DamagedEvidence("an array was too large to be stored")
    data = read_bounded(folder, stored.file, MAX_ARRAY_BYTES + _ARRAY_HEADER_BYTES)
    stream = io.BytesIO(data)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise DamagedEvidence("an array has an unknown format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        # The size that the header claims is compared with the size that is there,
        # so that no header can make us allocate more than the file holds.
        count = int(np.prod(shape, dtype=object)) if shape else 1
        if dtype.kind not in "biuf" or count * dtype.itemsize != len(data) - stream.tell():
            raise DamagedEvidence("an array's header and content disagree")
        array: np.ndarray = np.load(io.BytesIO(data), allow_pickle=False)
    except DamagedEvidence:
        raise
    except Exception as error:  # NumPy's reader has many ways to say no
        raise DamagedEvidence(f"an array cannot be read: {error}") from error
    if array.shape != stored.shape or str(array.dtype) != stored.dtype:
        raise DamagedEvidence("an array is not the one that was described")
    return array


def read_record(folder: Path, asked: abc.Sequence[Probe] = ()) -> Record:
    """Return the record of a run; a model that is a copy of a trained one counts as that one.

    Args:
        folder: that the learner's process wrote to.
        asked: the probes that it was told to make.

    Raises:
        DamagedEvidence: no record, not its form, numbers of models that are not there, or
            answers to other probes.
    """
    data = read_bounded(folder, RECORD, MAX_RECORD_BYTES)
    try:
        record = _record_of(data)
        ended = _within_bounds(record.ended)
        copy_of = copies(record)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise DamagedEvidence(f"the record has not its form: {error}") from error
    except MemoryError:
        raise DamagedEvidence("the record is too large") from None
    if [answer.probe for answer in record.probes] != list(asked):
        raise DamagedEvidence("the record answers other probes than were asked")
    if any(call.model is not None and call.model >= len(record.models) for call in record.calls):
        raise DamagedEvidence("a call is of a model that is not there")
    if _is_nested_too_deeply(record):
        raise DamagedEvidence("a value is nested too deeply")
    calls = [
        msgspec.structs.replace(
            call,
            position=position,
            model=None if call.model is None else copy_of.get(call.model, call.model),
        )
        for position, call in enumerate(record.calls)
    ]
    return msgspec.structs.replace(record, ended=ended, calls=calls, copy_of=copy_of)


def _within_bounds(ended: Ended) -> Ended:
    """Return how a file ended, without what was under way where that takes too much room.

    Raises:
        DamagedEvidence: the rest takes too much as well.
    """
    encode = msgspec.msgpack.encode
    if isinstance(ended, Raised) and len(encode(ended)) > MAX_ENDED_BYTES:
        ended = msgspec.structs.replace(ended, call=None, held={}, behind={})
    if len(encode(ended)) > MAX_ENDED_BYTES:
        raise DamagedEvidence("how the file ended takes too much room")
    return ended


def _is_nested_too_deeply(record: Record) -> bool:
    """Whether values lie within values in more layers than are written; readers follow them all."""
    values = [*record.values.values()]
    for call in record.calls:
        values += [*call.arguments.values(), call.result]
    outcomes = [answer.outcome for answer in record.probes]
    values += [outcome.value for outcome in outcomes if isinstance(outcome, Returned)]
    for _ in range(MAX_DEPTH):
        values = [inner for value in values for inner in _inside(value)]
    return bool(values)


def _inside(value: Value) -> abc.Iterable[Value]:
    match value:
        case Sequence(items=items):
            return items
        case Mapping(items=pairs):
            return [item for _, item in pairs]
        case Estimator(settings=settings):
            return settings.values()
        case _:
            return ()


def copies(record: Record) -> dict[int, int]:
    """Return which models are copies of a trained one, by their numbers: loaded, or cloned.

    They have its layers and its weights, to the last bit, and were not trained themselves.
    """
    trained = {call.model for call in record.calls if call.name == "fit" and call.model is not None}
    if not trained or len(record.models) == 1:
        return {}
    computes = {
        number: _what_it_computes(model)
        for number, model in enumerate(record.models)
        if isinstance(model, StoredModel) and model.weights
    }
    originals = {computes[number]: number for number in sorted(trained) if number in computes}
    return {
        number: originals[text]
        for number, text in computes.items()
        if number not in trained and text in originals
    }


def _what_it_computes(model: StoredModel) -> bytes:
    """Return something that two models share if they have the same layers and weights."""
    digests = [weight.digest for weight in model.weights]
    return msgspec.msgpack.encode([_layers(model.config), digests])


def _layers(config: object) -> list[object]:
    """Return kind and settings of the layers in a configuration, without their names."""
    found: list[object] = []
    waiting = [config]
    while waiting:
        part = waiting.pop()
        settings = part.get("config") if isinstance(part, dict) else None
        if not isinstance(part, dict) or not isinstance(settings, dict):
            continue
        layers = settings.get("layers")
        if isinstance(layers, list):
            waiting.extend(reversed(layers))
        elif part.get("class_name") != "InputLayer":
            found.append([part.get("class_name"), _unnamed(settings)])
    return found


def _unnamed(settings: Settings) -> Settings:
    return {key: value for key, value in settings.items() if key not in {"name", "trainable"}}
