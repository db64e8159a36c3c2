"""Training a small network without Keras's cost per step.

Keras takes every step of an epoch from Python: some milliseconds each, where the
arithmetic of a small network takes tenths of one. Here the same `model.train_step` runs
in one compiled loop over the epoch. All else stays Keras's own `fit`: callbacks, history,
validation, splitting, weights, shuffling once an epoch. Only two of its parts are
replaced while a call runs: the iterator over an epoch's batches, and the function that
is called for each of them. `evaluate` has the same two parts and gains as much;
`predict` has the first.

A call that needs more (hooks for each batch, data that come from a generator, a
`train_step` of its own …) is left to Keras; `takes` decides that before anything runs.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

try:
    from keras.src import tree
    from keras.src.backend.tensorflow import trainer as keras_trainer
    from keras.src.trainers.data_adapters.array_data_adapter import (
        ArrayDataAdapter,
        can_convert_arrays,
    )
    from keras.src.trainers.data_adapters.array_slicing import convert_to_sliceable
    from keras.src.trainers.epoch_iterator import EpochIterator
    from keras.src.utils.python_utils import is_default

    _KerasIterator = keras_trainer.TFEpochIterator
    _KerasTrainer = keras_trainer.TensorFlowTrainer
    _make_keras_function = _KerasTrainer._make_function
    AVAILABLE = hasattr(_KerasTrainer, "_symbolic_build")
except (ImportError, AttributeError):  # a Keras whose inside is another: do without
    AVAILABLE = False

_STEPS = {"fit": "train_step", "evaluate": "test_step", "predict": "predict_step"}
_HOOKS = tuple(
    f"on_{kind}batch_{when}"
    for kind in ("", "train_", "test_", "predict_")
    for when in ("begin", "end")
)


def takes(model: keras.Model, method: str, arguments: dict[str, Any]) -> bool:
    """Whether a call of `fit`, `evaluate` or `predict` can run in a compiled loop.

    Args:
        model: whose method is called.
        method: its name.
        arguments: by name, defaults included.
    """
    if not AVAILABLE or model._distribute_strategy is not None or model.run_eagerly:
        return False
    if getattr(type(model), _STEPS[method]) is not getattr(keras.Model, _STEPS[method]):
        return False
    if method == "fit" and type(model).test_step is not keras.Model.test_step:
        return False
    if method != "predict" and (model.steps_per_execution != 1 or model.jit_compile):
        return False
    for made in (model.train_function, model.test_function):
        if made is not None and not hasattr(made, "takes_epochs"):
            return False
    if any(arguments.get(name) is not None for name in ("steps", "steps_per_epoch")):
        return False
    if arguments.get("validation_steps") is not None or arguments.get("shuffle") == "batch":
        return False
    parts = ("x", "y", "sample_weight", "validation_data")
    return all(_is_dense(arguments.get(part)) for part in parts) and all(
        _needs_no_batches(callback) for callback in tree.flatten(arguments.get("callbacks"))
    )


def _is_dense(data: Any) -> bool:
    """Whether data are arrays, or lists, tuples and dictionaries of arrays."""
    return bool(can_convert_arrays(data)) and not any(
        isinstance(part, tf.SparseTensor | tf.RaggedTensor) or hasattr(part, "tocsr")
        for part in tree.flatten(data)
    )


def _needs_no_batches(callback: Any) -> bool:
    if callback is None:
        return True
    if type(callback) is keras.callbacks.ModelCheckpoint:
        return bool(callback.save_freq == "epoch")
    return isinstance(callback, keras.callbacks.Callback) and all(
        is_default(getattr(callback, hook)) for hook in _HOOKS
    )


def install() -> None:
    """Let Keras's `fit`, `evaluate` and `predict` run in compiled loops where they can."""
    if not AVAILABLE:
        return
    _KerasTrainer._make_function = _make_function
    for name in _STEPS:
        setattr(_KerasTrainer, name, _faster(name, getattr(_KerasTrainer, name)))


def _faster(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)
    faster = _BatchIterator if name == "predict" else _EpochIterator

    @functools.wraps(original)
    def method(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(model, *args, **kwargs)
        except TypeError:  # let Keras say what is wrong
            return original(model, *args, **kwargs)
        bound.apply_defaults()
        # A callback may call another of these methods: each restores what it found.
        before = keras_trainer.TFEpochIterator
        keras_trainer.TFEpochIterator = (
            faster if takes(model, name, bound.arguments) else _KerasIterator
        )
        try:
            return original(model, *args, **kwargs)
        finally:
            keras_trainer.TFEpochIterator = before

    return method


class _Epoch:
    """The arrays of an epoch, and the order in which their rows are used."""

    def __init__(self, adapter: Any) -> None:
        arrays = convert_to_sliceable(adapter._inputs, target_backend="tensorflow")
        self.tensors = tree.map_structure(tf.convert_to_tensor, tree.lists_to_tuples(arrays))
        self.batch_size = int(adapter.batch_size)
        self._rows = int(adapter._num_samples)
        self._shuffle = bool(adapter._shuffle)

    def order(self) -> tf.Tensor:
        """Return the rows' numbers, shuffled anew for each epoch if that was asked."""
        rows = tf.range(self._rows)
        return tf.random.shuffle(rows) if self._shuffle else rows

    def batch(self, rows: tf.Tensor) -> Any:
        """Return the batch of these rows."""
        return tree.map_structure(lambda tensor: tf.gather(tensor, rows), self.tensors)

    def batches(self) -> Iterator[Any]:
        """Yield the epoch's batches one by one."""
        order = self.order()
        for start in range(0, self._rows, self.batch_size):
            yield self.batch(order[start : start + self.batch_size])


if AVAILABLE:

    class _EpochIterator(_KerasIterator):  # type: ignore[misc, valid-type]
        """Hands a whole epoch over as if it were one step."""

        def __init__(self, distribute_strategy: Any = None, **kwargs: Any) -> None:
            EpochIterator.__init__(self, **kwargs)
            assert isinstance(self.data_adapter, ArrayDataAdapter)
            self._epoch = _Epoch(self.data_adapter)

        def _enumerate_iterator(self) -> Iterator[tuple[int, int, Any]]:
            self.data_adapter.on_epoch_begin()
            yield 0, self._num_batches - 1, self._epoch
            self.data_adapter.on_epoch_end()

    class _BatchIterator(_EpochIterator):
        """Hands out batches as Keras does, cut by hand: no pipeline needs to be set up."""

        def _enumerate_iterator(self) -> Iterator[tuple[int, int, Any]]:
            self.data_adapter.on_epoch_begin()
            for step, batch in enumerate(self._epoch.batches()):
                yield step, step, iter([batch])
            self.data_adapter.on_epoch_end()


def _make_function(model: keras.Model, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return Keras's function for a step that knows what to do with a whole epoch, too."""
    keras_function = _make_keras_function(model, step)
    loops: dict[Any, Callable[..., Any] | None] = {}

    def function(iterator: Any) -> Any:
        if not isinstance(iterator, _Epoch):
            return keras_function(iterator)
        specs = tree.map_structure(
            lambda tensor: tf.TensorSpec([None, *tensor.shape[1:]], tensor.dtype), iterator.tensors
        )
        key = str(specs)
        if key not in loops:
            loops[key] = _compile(model, step, specs)
        loop = loops[key]
        if loop is None:
            logs: Any = {}
            for batch in iterator.batches():
                logs = keras_function(iter([batch]))
            return logs
        loop(iterator.tensors, iterator.order(), tf.constant(iterator.batch_size))
        return model.get_metrics_result()

    function.takes_epochs = True  # type: ignore[attr-defined]
    return function


def _compile(
    model: keras.Model, step: Callable[[Any], Any], specs: Any
) -> Callable[..., Any] | None:
    """Return a loop over an epoch; None where the step fails, for Keras to say why."""

    def run(tensors: Any, order: tf.Tensor, batch_size: tf.Tensor) -> None:
        count = tf.shape(order)[0]

        def body(start: tf.Tensor) -> tuple[tf.Tensor]:
            rows = order[start : start + batch_size]
            step(tree.map_structure(lambda tensor: tf.gather(tensor, rows), tensors))
            return (start + batch_size,)

        tf.while_loop(lambda start: start < count, body, [tf.constant(0)], parallel_iterations=1)

    number = tf.TensorSpec([], tf.int32)
    loop = tf.function(
        run, autograph=False, input_signature=[specs, tf.TensorSpec([None], tf.int32), number]
    )
    try:
        # Weights, metrics and the optimizer's own variables cannot be made inside a loop.
        model._symbolic_build(
            data_batch=tree.map_structure(
                lambda spec: keras.KerasTensor(tuple(spec.shape), spec.dtype.name), specs
            )
        )
        loop.get_concrete_function()
    except Exception:
        return None
    compiled: Callable[..., Any] = loop
    return compiled
