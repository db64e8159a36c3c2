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
An epoch that cannot be compiled is left to Keras as well, which says why.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from numbers import Integral
from typing import Any

import keras
import numpy as np
import tensorflow as tf

try:
    from keras.src import tree
    from keras.src.backend import compute_output_spec
    from keras.src.backend.common.global_state import get_global_attribute
    from keras.src.backend.tensorflow import trainer as keras_trainer
    from keras.src.trainers.data_adapters.array_data_adapter import (
        ArrayDataAdapter,
        can_convert_arrays,
    )
    from keras.src.trainers.data_adapters.array_slicing import convert_to_sliceable
    from keras.src.trainers.epoch_iterator import EpochIterator
    from keras.src.utils.python_utils import is_default

    # Keras 3.10 hands out (step, batch); later ones (first step, last step, batch), as we do
    _first_step, _last_step, _ = next(EpochIterator(np.zeros((1, 1)))._enumerate_iterator())
    _KerasIterator = keras_trainer.TFEpochIterator
    _KerasTrainer = keras_trainer.TensorFlowTrainer
    _make_keras_function = _KerasTrainer._make_function
    AVAILABLE = True
except (ImportError, AttributeError, TypeError, ValueError):
    AVAILABLE = False  # a Keras whose inside is another: do without

_METHODS = ("fit", "evaluate", "predict")
_KEPT = (
    "train_step",
    "test_step",
    "predict_step",
    "compute_metrics",
    "make_train_function",
    "make_test_function",
    "make_predict_function",
)
_HOOKS = tuple(
    f"on_{kind}batch_{when}"
    for kind in ("", "train_", "test_", "predict_")
    for when in ("begin", "end")
)

# Which iterator the call that is running gets. A callback may call another method, and a
# thread another model: neither changes what this call has.
_iterator: ContextVar[Any] = ContextVar("_iterator", default=None)


def takes(model: keras.Model, method: str, arguments: dict[str, Any]) -> bool:
    """Whether a call of `fit`, `evaluate` or `predict` can run in a compiled loop.

    Args:
        model: whose method is called.
        method: its name.
        arguments: by name, defaults included.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    return (
        AVAILABLE
        and _is_ordinary(model, method)
        and not given.keys() & {"steps", "steps_per_epoch", "validation_steps"}
        and not isinstance(given.get("shuffle"), str)
        and _is_size(given.get("batch_size", 1))
        and _is_size(given.get("validation_batch_size", 1))
        and _are_dense(given.get("x"), given.get("y"), given.get("sample_weight"))
        and ("validation_data" not in given or _are_dense(*_parts(given["validation_data"])))
        and all(_needs_no_batches(callback) for callback in tree.flatten(given.get("callbacks")))
    )


def _is_ordinary(model: keras.Model, method: str) -> bool:
    """Whether Keras would compile each step of this model, and the step is Keras's own."""
    if keras.config.max_steps_per_epoch() or tf.config.functions_run_eagerly():
        return False
    if model.run_eagerly or model._distribute_strategy is not None or tf.distribute.has_strategy():
        return False
    if method != "predict" and (model.steps_per_execution != 1 or model.jit_compile):
        return False
    made = (model.train_function, model.test_function)
    return all(one is None or hasattr(one, "takes_epochs") for one in made) and all(
        getattr(getattr(model, name), "__func__", None) is getattr(keras.Model, name)
        for name in _KEPT
    )


def _is_size(batch_size: Any) -> bool:
    return isinstance(batch_size, Integral) and int(batch_size) > 0


def _parts(data: Any) -> tuple[Any, ...]:
    return tuple(data) if isinstance(data, list | tuple) else (data,)


def _are_dense(x: Any = None, *others: Any) -> bool:
    return _is_dense(x) and all(data is None or _is_dense(data) for data in others)


def _is_dense(data: Any) -> bool:
    """Whether data are arrays with rows, or lists, tuples and dictionaries of them."""
    return bool(can_convert_arrays(data)) and all(map(_has_rows, tree.flatten(data)))


def _has_rows(part: Any) -> bool:
    if isinstance(part, tf.SparseTensor | tf.RaggedTensor) or hasattr(part, "tocsr"):
        return False
    shape = getattr(part, "shape", None)
    return isinstance(shape, tuple | tf.TensorShape) and len(shape) > 0 and bool(shape[0])


def _needs_no_batches(callback: Any) -> bool:
    if callback is None:
        return True
    if type(callback) is keras.callbacks.ModelCheckpoint:
        return bool(callback.save_freq == "epoch")
    return isinstance(callback, keras.callbacks.Callback) and all(
        is_default(getattr(callback, hook)) for hook in _HOOKS
    )


def install() -> None:
    """Let Keras's `fit`, `evaluate` and `predict` run in compiled loops where they can.

    To install again what is installed changes nothing.
    """
    if not AVAILABLE or _KerasTrainer._make_function is _make_function:
        return
    keras_trainer.TFEpochIterator = lambda **kwargs: (_iterator.get() or _KerasIterator)(**kwargs)
    _KerasTrainer._make_function = _make_function
    for name in _METHODS:
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
        token = _iterator.set(faster if takes(model, name, bound.arguments) else _KerasIterator)
        try:
            return original(model, *args, **kwargs)
        finally:
            _iterator.reset(token)

    return method


class _Epoch:
    """The data of an epoch, and the order in which their rows are used."""

    def __init__(self, adapter: Any) -> None:
        arrays = convert_to_sliceable(adapter._inputs, target_backend="tensorflow")
        self.tensors = tree.map_structure(tf.convert_to_tensor, tree.lists_to_tuples(arrays))
        self.specs = tree.map_structure(
            lambda tensor: tf.TensorSpec([None, *tensor.shape[1:]], tensor.dtype), self.tensors
        )
        self.steps = int(adapter.num_batches)
        self.ends_short = bool(adapter.has_partial_batch)
        self.batch_size = min(int(adapter.batch_size), int(adapter._num_samples))
        self._rows = int(adapter._num_samples)
        self._shuffle = bool(adapter._shuffle)
        self._adapter = adapter

    @functools.cached_property
    def dataset(self) -> tf.data.Dataset:
        """The batches as Keras itself makes them."""
        return self._adapter.get_tf_dataset()

    def order(self) -> tf.Tensor:
        """Return the rows' numbers, shuffled anew for each epoch if that was asked."""
        rows = tf.range(self._rows)
        return tf.random.shuffle(rows) if self._shuffle else rows

    def batches(self) -> Iterator[Any]:
        """Yield the batches one by one."""
        order = self.order()
        for start in range(0, self._rows, self.batch_size):
            yield _take(self.tensors, order[start : start + self.batch_size])


def _take(tensors: Any, rows: tf.Tensor) -> Any:
    return tree.map_structure(lambda tensor: tf.gather(tensor, rows), tensors)


if AVAILABLE:

    class _EpochIterator(_KerasIterator):  # type: ignore[misc, valid-type]
        """Hands a whole epoch over as if it were one step."""

        def __init__(self, distribute_strategy: Any = None, **kwargs: Any) -> None:
            EpochIterator.__init__(self, **kwargs)
            assert isinstance(self.data_adapter, ArrayDataAdapter)
            self._epoch = _Epoch(self.data_adapter)

        def _enumerate_iterator(self) -> Iterator[tuple[int, int, Any]]:
            yield 0, self._epoch.steps - 1, self._epoch

    class _BatchIterator(_EpochIterator):
        """Hands out batches as Keras does, cut by hand: no pipeline needs to be set up."""

        def _enumerate_iterator(self) -> Iterator[tuple[int, int, Any]]:
            for step, batch in enumerate(self._epoch.batches()):
                yield step, step, iter([batch])


def _make_function(model: keras.Model, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return Keras's function for a step that knows what to do with a whole epoch, too."""
    keras_function = _make_keras_function(model, step)
    trains = step == model.train_step
    loops: dict[str, Callable[..., Any] | None] = {}

    def by_keras(epoch: _Epoch, steps: int) -> Any:
        batches = iter(epoch.dataset)
        for _ in range(steps):
            logs = keras_function(batches)
        return logs

    def function(iterator: Any) -> Any:
        if not isinstance(iterator, _Epoch):
            return keras_function(iterator)
        # Keras looks at this after each step. Set before the first, it lets one be made.
        stops = model.stop_training if trains else model.stop_evaluating
        steps = 1 if stops else iterator.steps
        key = str(iterator.specs)
        if key not in loops:
            loops[key] = _compile(model, step, iterator)
        loop = loops[key]
        if loop is None:
            return by_keras(iterator, steps)
        rows = iterator.order()[: steps * iterator.batch_size]
        loop(iterator.tensors, rows, tf.constant(iterator.batch_size))
        return model.get_metrics_result()

    function.takes_epochs = True  # type: ignore[attr-defined]
    return function


def _compile(
    model: keras.Model, step: Callable[[Any], Any], epoch: _Epoch
) -> Callable[..., Any] | None:
    """Return a loop over an epoch; None where the step fails, for Keras to say why."""

    def run(tensors: Any, order: tf.Tensor, batch_size: tf.Tensor) -> None:
        count = tf.shape(order)[0]

        def body(start: tf.Tensor) -> tuple[tf.Tensor]:
            with tf.compat.v1.name_scope(None):  # errors name steps as they do without a loop
                step(_take(tensors, order[start : start + batch_size]))
            return (start + batch_size,)

        tf.while_loop(lambda start: start < count, body, [tf.constant(0)], parallel_iterations=1)

    signature = [epoch.specs, tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)]
    scopes = get_global_attribute("name_scope_stack", default=[], set_to_default=True)
    open_scopes = list(scopes)
    try:
        _build(model, epoch, trains=step == model.train_step)
        loop: Callable[..., Any] = tf.function(run, autograph=False, input_signature=signature)
        loop.get_concrete_function()  # type: ignore[attr-defined]
    except Exception:
        scopes[:] = open_scopes  # Keras leaves one there whose name was refused
        return None
    return loop


def _build(model: keras.Model, epoch: _Epoch, *, trains: bool) -> None:
    """Make weights, metrics and the optimizer's variables: a loop cannot make any."""

    def step(data: Any) -> None:
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        predicted = model(x, training=trains)
        if model._compile_metrics is not None:
            model.compute_metrics(x, y, predicted, sample_weight)
        if model._compile_loss is not None:
            model.compute_loss(x, y, predicted, sample_weight)

    parts = [*model._flatten_layers(), model._compile_metrics, model._compile_loss]
    if not all(part is None or part.built for part in parts):
        # As in Keras's own batches, the size is known where all have the same: a Sequential
        # model without an Input layer remembers it.
        size = None if epoch.ends_short else epoch.batch_size
        batch = tree.map_structure(
            lambda spec: keras.KerasTensor((size, *spec.shape[1:]), spec.dtype.name), epoch.specs
        )
        compute_output_spec(step, batch)
    optimizer = model.optimizer
    if trains and optimizer is not None and not optimizer.built and model.trainable_variables:
        with keras.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_variables)
