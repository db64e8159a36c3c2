"""Turning a learner's values into evidence: typed values, and arrays as `.npy` files.

Runs in the learner's process. `evidence.reading` reads the result back and believes nothing of
it that it can establish for itself.
"""

from __future__ import annotations

import hashlib
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import keras
import msgspec
import numpy as np

from grader.evidence.record import StoredModel, UnstoredModel
from grader.evidence.values import (
    Callback,
    Column,
    Estimator,
    Frame,
    Function,
    Graph,
    History,
    ModelRef,
    Nothing,
    Number,
    Numbers,
    Other,
    Sequence,
    Series,
    Settings,
    Symbol,
    Text,
    Texts,
    Value,
    WordIndex,
)
from grader.evidence.values import Mapping as Dictionary
from grader.learner import searches
from grader.learner.own_functions import name_activations, named_functions
from grader.learner.whole_models import (
    compile_settings_of,
    configuration_of,
    without_refused,
    written_whole,
)

MAX_ARRAY_BYTES = 16_000_000
MAX_STORED_BYTES = 200_000_000
MAX_MODEL_BYTES = 64_000_000
"""Of the weights of a larger model only shapes and digests are stored."""

MAX_TEXT = 100_000
MAX_ITEMS = 5_000
MAX_COLUMNS = 200
MAX_DEPTH = 5
MAX_INTEGER = 2**63 - 1
"""What MessagePack holds as a whole number; a larger one is told as a float, if it is one."""


class Store:
    """The evidence folder: arrays by the hash of their content, objects by a number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects: dict[int, tuple[int, object]] = {}
        self.models: list[keras.Model] = []
        self.named: set[int] = set()
        self._written: set[str] = set()
        self._bytes = 0

    def number_of(self, value: object) -> int:
        """Return the same small number for the same object, and keep it alive."""
        return self.objects.setdefault(id(value), (len(self.objects), value))[0]

    def model_number(self, model: keras.Model) -> int:
        """Return the number under which a model will be stored."""
        for number, known in enumerate(self.models):
            if known is model:
                return number
        self.models.append(model)
        return len(self.models) - 1

    def name_model(self, model: keras.Model) -> int:
        """Number a model that a value or a file leads to; these are stored before all others."""
        number = self.model_number(model)
        self.named.add(number)
        return number

    def array(self, value: np.ndarray, *, keep: bool = True) -> Numbers:
        """Store an array of numbers once, if it is to be kept; return its shape, type and file."""
        plain = np.ascontiguousarray(value)
        with np.errstate(all="ignore"):
            digest = hashlib.sha256(
                np.ascontiguousarray(plain, dtype=np.float32).tobytes()
            ).hexdigest()
        found = Numbers(plain.shape, str(plain.dtype), digest)
        if keep and plain.nbytes <= min(MAX_ARRAY_BYTES, MAX_STORED_BYTES - self._bytes):
            name = f"{hashlib.sha256(repr((plain.shape, plain.dtype)).encode()).hexdigest()[:8]}"
            name = f"{digest[:24]}{name}.npy"
            if name not in self._written:
                np.save(self.folder / name, plain, allow_pickle=False)
                self._written.add(name)
                self._bytes += plain.nbytes
            found = msgspec.structs.replace(found, file=name)
        return found


def as_array(value: object) -> np.ndarray | None:
    """Return a value as an array of numbers, or None where it is none."""
    try:
        if isinstance(value, keras.Variable) or (hasattr(value, "numpy") and callable(value.numpy)):
            value = value.numpy()
        elif hasattr(value, "to_numpy"):
            value = value.to_numpy()
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "biuf" else None


def encode(value: object, store: Store, depth: int = 0) -> Value:
    """Return a value as evidence; what has no form there is named by its type.

    So is an object whose own methods raise, whatever they raise: to look at it means to call them.
    """
    try:
        return _encode(value, store, depth)
    except BaseException:
        return Other(_class_name(value))


def _class_name(value: object) -> str:
    try:
        return plain_text(type(value).__qualname__)
    except BaseException:  # its class has a class of the learner's own
        return "object"


def _encode(value: object, store: Store, depth: int) -> Value:
    if value is None:
        return Nothing()
    if isinstance(value, str):
        return Text(plain_text(value)[:MAX_TEXT])
    if isinstance(value, bool | int | float | np.bool_ | np.number):
        return _encode_number(value)
    if isinstance(value, keras.Model):
        return ModelRef(store.name_model(value))
    if isinstance(value, keras.Function):
        return _encode_graph(value, store)
    if isinstance(value, keras.KerasTensor):
        return _encode_symbol(value)
    if isinstance(value, keras.callbacks.CallbackList):
        return _encode_sequence(list(value.callbacks), store, depth)
    if isinstance(value, keras.callbacks.Callback):
        return _encode_callback(value, store)
    if isinstance(value, types.ModuleType | types.FunctionType | types.BuiltinFunctionType | type):
        return Function(plain_text(getattr(value, "__name__", "")))
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        return _encode_table(value, store)
    if isinstance(value, Mapping) and depth < MAX_DEPTH:
        items = list(value.items())[:MAX_ITEMS]
        return Dictionary(
            [(plain_text(key), encode(item, store, depth + 1)) for key, item in items]
        )
    if isinstance(value, list | tuple) and depth < MAX_DEPTH:
        return _encode_sequence(value, store, depth)
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        return Texts(_texts(value.ravel()), value.shape)
    array = as_array(value)
    if array is not None and not isinstance(value, list | tuple):
        is_tensor = callable(getattr(value, "numpy", None))
        return msgspec.structs.replace(store.array(array), source="tensor" if is_tensor else "")
    words = getattr(value, "__dict__", {}).get("word_index")
    if isinstance(words, dict):
        return _encode_tokenizer(value, words)
    known = searches.library_type(value)
    if known is not None and depth < MAX_DEPTH:
        settings = searches.settings_of(value)
        return Estimator(
            known, {name: encode(part, store, depth + 1) for name, part in settings.items()}
        )
    return Other(_class_name(value))


def plain_text(value: object) -> str:
    """Return a text as UTF-8 can write it: half a pair of surrogates becomes a question mark."""
    return str(value).encode("utf-8", "replace").decode()


def _encode_tokenizer(value: object, words: dict[Any, Any]) -> WordIndex:
    """Return what Keras's Tokenizer, or an object like it, has numbered the words with."""
    return WordIndex(
        type(value).__qualname__,
        [
            (plain_text(word), int(number))
            for word, number in list(words.items())[:MAX_ITEMS]
            if isinstance(word, str)
            and isinstance(number, int | np.integer)
            and abs(int(number)) <= MAX_INTEGER
        ],
    )


def _encode_graph(function: keras.Function, store: Store) -> Graph | Other:
    """Return a `keras.Function` as the model that computes the same."""
    try:
        inputs, outputs = function.inputs, function.outputs
        model = keras.Model(
            inputs[0] if len(inputs) == 1 else inputs,
            outputs[0] if len(outputs) == 1 else outputs,
        )
    except Exception:
        return Other(_class_name(function))
    return Graph(store.name_model(model))


def _encode_symbol(tensor: keras.KerasTensor) -> Symbol:
    """Return what a tensor without values stands for: the output of which layer."""
    layer = getattr(getattr(tensor, "_keras_history", None), "operation", None)
    shape = tuple(None if size is None else int(size) for size in tensor.shape)
    return Symbol(shape, plain_text(getattr(layer, "name", "")), type(layer).__name__)


def _encode_number(value: Any) -> Number | Other:
    try:
        if isinstance(value, bool | int | np.bool_ | np.integer):
            whole = int(value)
            if abs(whole) <= MAX_INTEGER:
                return Number(whole, type(value).__name__)
        return Number(float(value), type(value).__name__)
    except (OverflowError, ValueError, TypeError):  # too large, or complex
        return Other(_class_name(value))


def _encode_sequence(
    value: list[Any] | tuple[Any, ...], store: Store, depth: int
) -> Sequence | Numbers:
    kind: Literal["list", "tuple"] = "tuple" if isinstance(value, tuple) else "list"
    numbers = value and all(
        isinstance(item, bool | int | float | np.bool_ | np.number) for item in value
    )
    if numbers and len(value) > 20:
        array = as_array(value)
        if array is not None:
            return msgspec.structs.replace(store.array(array), source=kind)
    items = [encode(item, store, depth + 1) for item in value[:MAX_ITEMS]]
    return Sequence(kind, items, len(value))


def _texts(values: Any) -> list[str]:
    return [plain_text(value) for value in list(values)[:MAX_ITEMS]]


def _encode_table(table: Any, store: Store) -> Frame | Series:
    frame = table.to_frame() if table.ndim == 1 else table
    frame = frame.iloc[:MAX_ITEMS, :MAX_COLUMNS]
    columns = [
        _encode_column(frame.iloc[:, position], frame.columns[position], store)
        for position in range(frame.shape[1])
    ]
    if table.ndim == 1:
        return Series(len(table), _texts(frame.index), columns[0])
    return Frame(len(table), _texts(frame.index), columns)


def _encode_column(column: Any, name: object, store: Store) -> Column:
    array = as_array(column) if column.dtype.kind in "biuf" else None
    values = Texts(_texts(column), (len(column),)) if array is None else store.array(array)
    return Column(plain_text(name), str(column.dtype), values)


def _encode_callback(callback: keras.callbacks.Callback, store: Store) -> History | Callback:
    if isinstance(callback, keras.callbacks.History):
        return History(
            store.number_of(callback),
            [int(epoch) for epoch in getattr(callback, "epoch", [])],
            {
                plain_text(key): [float(np.mean(value)) for value in values]
                for key, values in getattr(callback, "history", {}).items()
            },
        )
    known = [base.__name__ for base in type(callback).__mro__ if "keras" in base.__module__]
    settings = {
        name.lstrip("_"): value
        for name, value in _plain_settings(callback)
        if isinstance(value, str | bool | int | float) and len(str(value)) < 1000
    }
    return Callback(
        store.number_of(callback), known[0] if known else "Callback", _crossing(settings)
    )


def _crossing(settings: dict[str, Any]) -> dict[str, str | bool | int | float | None]:
    """Return settings as plain texts and numbers; None for a number that is none or too large."""
    found: dict[str, str | bool | int | float | None] = {}
    for name, value in settings.items():
        if isinstance(value, str):
            found[name] = plain_text(value)
        elif isinstance(value, float):
            found[name] = float(value) if np.isfinite(value) else None
        elif isinstance(value, bool):
            found[name] = value
        else:
            found[name] = int(value) if abs(value) <= MAX_INTEGER else None
    return found


def _plain_settings(callback: keras.callbacks.Callback) -> list[tuple[str, Any]]:
    """Return a callback's attributes, NumPy's numbers as Python's."""
    return [
        (name, value.item() if isinstance(value, np.generic) else value)
        for name, value in vars(callback).items()
    ]


def encode_model(model: keras.Model, store: Store) -> StoredModel | UnstoredModel:
    """Return a model as its configuration, its compile settings and its weights."""
    kept = without_refused(model)
    try:
        whole = written_whole(kept)
        config = configuration_of(whole)
        name_activations(whole, config)
        config = written_down(config)
    except Exception as error:
        return UnstoredModel(
            type(model).__name__, plain_text(f"{type(error).__name__}: {error}"[:500])
        )
    try:
        compiled = compile_settings_of(model)
        if compiled:
            compiled["loss"] = named_functions(model.loss, compiled.get("loss"))
            asked = model._compile_metrics and model._compile_metrics._user_metrics
            compiled["metrics"] = named_functions(asked, compiled.get("metrics"))
            compiled = written_down(compiled)
    except Exception as error:
        compiled = {"problem": plain_text(f"{type(error).__name__}: {error}"[:500])}
    weights = [np.asarray(weight) for weight in kept.get_weights()]
    size = sum(weight.nbytes for weight in weights)
    return StoredModel(
        type(model).__name__,
        config,
        compiled,
        len(kept.layers),
        [store.array(weight, keep=size <= MAX_MODEL_BYTES) for weight in weights],
        input_length=_input_length(model),
        learning_rate=_learning_rate(model),
    )


def written_down(config: object) -> Settings:
    """Return a configuration as it crosses: texts, numbers, lists and dictionaries.

    Raises:
        TypeError, OverflowError: something in it has no such form.
    """
    found: Settings = msgspec.msgpack.decode(msgspec.msgpack.encode(config), type=Settings)
    return found


def _learning_rate(model: keras.Model) -> float | None:
    """Return the rate that the model's optimizer has now; compile settings tell only its start."""
    try:
        return float(np.asarray(model.optimizer.learning_rate))
    except Exception:
        return None


def _input_length(model: keras.Model) -> int | None:
    """Return the `input_length` of an Embedding in front, which told Keras 2 the input's shape.

    Keras still takes it, and forgets it; only its private copy of the arguments has it.
    """
    layers = getattr(model, "layers", None)
    if not layers or not isinstance(layers[0], keras.layers.Embedding):
        return None
    arguments = getattr(getattr(layers[0], "_auto_config", None), "config", None)
    length = arguments.get("input_length") if isinstance(arguments, dict) else None
    return length if type(length) is int else None
