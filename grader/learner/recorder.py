"""Recording what a learner's file does: Keras calls, watched functions, figures.

Runs in the learner's process. Calls are noted in the order in which the learner's
file makes them; what Keras calls within such a call is not.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import keras
import msgspec
import numpy as np

from grader.evidence.messages import Progress
from grader.evidence.record import Call, EndlessData, NeverEnding
from grader.evidence.spans import Span
from grader.evidence.values import Numbers, Value
from grader.learner import fast_fit
from grader.learner.arguments import columns_of, encode_arguments
from grader.learner.batch_loop import BatchLoop
from grader.learner.data_in_batches import NoEnd, as_arrays
from grader.learner.encoding import Store, encode
from grader.learner.epoch_watch import EndlessTraining, EpochWatch, may_end_anything
from grader.learner.failing import Failing
from grader.learner.figure_recorder import FigureRecorder
from grader.learner.layer_lines import LayerLines
from grader.learner.standing_still import StandingStill

MAX_CALLS = 2_000
MAX_WEIGHTS_BYTES = 20_000_000
"""What the weights before and after trainings may take together; later ones are not kept."""

MODEL_METHODS = {
    "compile": "compile", "fit": "fit", "evaluate": "evaluate", "predict": "predict",
    "summary": "summary", "predict_on_batch": "predict", "test_on_batch": "evaluate",
}  # fmt: skip
"""Recorded methods of models, and the name that each call is recorded under."""

_SILENCED = {"fit", "evaluate", "predict"}

Send = Callable[[Progress], None]


class Recorder:
    """Keeps the ordered record of one run."""

    def __init__(
        self,
        store: Store,
        file: str,
        send: Send,
        *,
        fast: bool,
        seconds: float,
        most_epochs: int,
        most_batches: int = 0,
        waiting_loops: tuple[Span, ...] = (),
        pictures: bool = False,
    ) -> None:
        self.store = store
        self.calls: list[Call] = []
        self.gave_up: NeverEnding | None = None
        """The training that was ended, and the file with it, if one was."""
        self._file = file
        self._send = send
        self._fast_fit = fast
        self._seconds = seconds
        self._most_epochs = most_epochs
        self._most_batches = most_batches
        self._standing_still = StandingStill(waiting_loops)
        self._epochs: EpochWatch | None = None
        self._only_watches = False
        self._loops: dict[int, BatchLoop] = {}
        self._depth = 0
        self._in_watched = False
        self.figures = FigureRecorder(store, self.learner_line, pictures=pictures)
        self._room_for_weights = MAX_WEIGHTS_BYTES
        self.layer_lines = LayerLines(self.learner_line)
        self.failing = Failing(self.layer_lines.made, self.learner_line)

    def install(self, watched: list[str]) -> None:
        """Put the recorder between the learner's file and Keras, and Matplotlib if loaded."""
        if self._fast_fit:
            fast_fit.install()
        for name in MODEL_METHODS:
            # On the class that defines it: Keras takes a `compile` that Model has of its own
            # for a custom one, and then loads models without compiling them.
            owner = next(base for base in keras.Model.__mro__ if name in vars(base))
            setattr(owner, name, self._recorded(name, getattr(owner, name)))
        self._gather_batches(keras.Model)
        self.failing.watch(keras.Layer)
        keras.Model.__call__ = self._recorded_call(keras.Model.__call__)
        self.layer_lines.watch()
        for path in watched:
            self._watch(path)
        if "matplotlib.pyplot" in sys.modules:
            self.figures.watch(sys.modules["matplotlib.pyplot"])
        if "joblib" in sys.modules:  # what another process trains could not be recorded
            sys.modules["joblib"].parallel_config(backend="sequential")

    def stop(self, *, early: bool = False) -> None:
        """Record no more calls: what follows is the grader's own doing.

        Args:
            early: whether the file was stopped, maybe within a loop of train_on_batch.
        """
        for loop in list(self._loops.values()):
            self._end_loop(loop.model, early=early)
        self._depth += 1

    def only_watch(self, seconds: float) -> None:
        """Record no more calls, but still end trainings that would never end.

        Args:
            seconds: that a call of a function of the learner's may take.
        """
        self._only_watches, self._seconds = True, seconds

    def _watched(self, fit: Callable[..., Any], model: keras.Model, given: dict[str, Any]) -> Any:
        self._only_watches = False  # what a callback trains is part of it
        try:
            return fit(model, **given)
        finally:
            self._only_watches = True

    def progress(self) -> tuple[int, int, float]:
        """Return of the last training its epochs so far, those asked for, and its seconds."""
        return self._epochs.progress() if self._epochs else (0, 0, 0.0)

    def is_training(self) -> bool:
        """Whether the last call that was noted is one of fit, and has not come to its end."""
        return bool(self.calls) and self.calls[-1].name == "fit" and not self.calls[-1].done

    def trained_before(self) -> int:
        """Return how many calls of fit on the last noted call's line have come to their end."""
        fits = [call for call in self.calls if call.name == "fit" and call.done]
        return sum(call.line == self.calls[-1].line for call in fits)

    def learner_line(self) -> int | None:
        """Return the line of the learner's file that is running now."""
        return next(self._lines_inside_out(), None)

    def _lines_inside_out(self) -> Iterator[int]:
        """Yield the lines of the learner's file that are running, the innermost first."""
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                yield frame.f_lineno
            frame = frame.f_back

    def _note(self, name: str, model: int | None, arguments: dict[str, Value]) -> int:
        """Note a call that begins; return its number, for `_amend`."""
        if len(self.calls) < MAX_CALLS:
            self.calls.append(Call(name, self.learner_line(), model, arguments))
            return len(self.calls) - 1
        return MAX_CALLS

    def _amend(self, number: int, **changes: Any) -> None:
        """Note more of a call."""
        if number < MAX_CALLS:
            self.calls[number] = msgspec.structs.replace(self.calls[number], **changes)

    def _recorded(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def method(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            is_model = isinstance(model, keras.Model)  # it may be called on the class itself
            watches = is_model and self._only_watches and name == "fit"
            if not watches and (self._depth or not is_model):
                return original(model, *args, **kwargs)
            try:
                bound = signature.bind(model, *args, **kwargs)
            except TypeError:  # let Keras say what is wrong
                return original(model, *args, **kwargs)
            bound.apply_defaults()
            arguments = {key: value for key, value in bound.arguments.items() if key != "self"}
            given, plain = self._with_an_end(name, arguments)
            if watches:
                return self._watched(original, model, self._silent(name, given))
            lines = list(self._lines_inside_out())[::-1]
            before = self._standing_still.before(model, lines) if name == "fit" else None
            self._end_loop(model)
            model_number = self.store.model_number(model)
            call = self._note(
                MODEL_METHODS[name], model_number, encode_arguments(plain, self.store)
            )
            if name in _SILENCED:
                args, kwargs = (), self._silent(name, given)
                self._amend(call, compiled=self._fast_fit and fast_fit.takes(model, name, kwargs))
            if name == "summary":
                self._amend(call, layers=len(model.layers))
            if name == "fit":
                self._amend(
                    call,
                    weights_before=self._weights(model),
                    columns=columns_of(arguments.get("x")),
                )
            self._depth += 1
            self.failing.begin()
            try:
                result = original(model, *args, **kwargs)
            except EndlessTraining as error:
                line = self.learner_line()
                self.gave_up = msgspec.structs.replace(error.found, line=line)
                raise
            except Exception:
                self.failing.note(
                    name, model, self.calls[call].arguments if call < MAX_CALLS else {}
                )
                raise
            finally:
                self._depth -= 1
            if name == "fit":
                self._amend(call, weights_after=self._weights(model))
            self._amend(call, result=encode(result, self.store), done=True)
            if name == "fit":
                self._expect_changes(model, model_number, lines, before)
            return result

        return method

    def _expect_changes(
        self, model: keras.Model, number: int, lines: list[int], before: bytes | None
    ) -> None:
        """Give up a loop that waits for a model that stands still."""
        if found := self._standing_still.after(model, number, lines, before):
            self.gave_up = found
            raise EndlessTraining(found)

    def _with_an_end(
        self, name: str, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a call's arguments as Keras is to get them, and as they are recorded.

        Raises:
            EndlessTraining: an epoch of it would never end.
        """
        callbacks = keras.tree.flatten(arguments.get("callbacks"))
        may_end = name not in _SILENCED or any(may_end_anything(one) for one in callbacks)
        try:
            return as_arrays(arguments, None if may_end else self._most_batches)
        except NoEnd as error:
            found = EndlessData(
                line=self.learner_line(),
                call=name,
                validation=error.validation,
                holder=error.holder,
                batches=error.batches,
            )
            if not self._only_watches:
                self.gave_up = found
            raise EndlessTraining(found) from None

    def _gather_batches(self, kind: type[keras.Model]) -> None:
        """Record what train_on_batch gets, up to the model's next recorded call, as one fit."""
        original = kind.train_on_batch
        signature = inspect.signature(original)

        @functools.wraps(original)
        def train_on_batch(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            if self._depth or not isinstance(model, keras.Model):
                return original(model, *args, **kwargs)
            if id(model) not in self._loops:
                call = self._note("train_on_batch", self.store.model_number(model), {})
                self._amend(call, weights_before=self._weights(model))
                self._loops[id(model)] = BatchLoop(model, call)
            self._depth += 1
            try:
                result = original(model, *args, **kwargs)
            finally:
                self._depth -= 1
            self._loops[id(model)].add(signature.bind(model, *args, **kwargs).arguments)
            return result

        kind.train_on_batch = train_on_batch
        for name in ("set_weights", "load_weights"):
            owner = next(base for base in kind.__mro__ if name in vars(base))
            setattr(owner, name, self._ending_loop(getattr(owner, name)))

    def _ending_loop(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            if not self._depth:
                self._end_loop(model)
            return original(model, *args, **kwargs)

        return method

    def _end_loop(self, model: keras.Model, *, early: bool = False) -> None:
        """Record a model's loop of train_on_batch as one training, if there is one."""
        loop = self._loops.pop(id(model), None)
        if loop is None or not loop.batches:
            return
        given = loop.as_fit()
        if given is None:  # that there was one is known
            self._amend(loop.call, done=True)
        elif not early or given["epochs"] > 1:  # else it may have been within the first epoch
            arguments, after = encode_arguments(given, self.store), self._weights(model)
            self._amend(loop.call, name="fit", arguments=arguments, batches=loop.batches)
            self._amend(loop.call, weights_after=after, done=True)

    def _weights(self, model: keras.Model) -> list[Numbers] | None:
        """Return a model's weights as they are now; None where there is no room for them."""
        size = 4 * sum(int(np.prod(weight.shape)) for weight in model.weights)
        if size > self._room_for_weights:
            return None
        self._room_for_weights -= size
        return [self.store.array(np.asarray(weight)) for weight in model.get_weights()]

    def _silent(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments without Keras's own progress bar, which nobody sees here."""
        plain = {key: value for key, value in arguments.items() if key != "kwargs"}
        plain |= arguments.get("kwargs", {})
        if plain.get("verbose") in ("auto", 1, 2):
            plain["verbose"] = 0
        callbacks = plain.get("callbacks")
        if isinstance(callbacks, keras.callbacks.Callback):
            callbacks = [callbacks]
        if name == "fit" and (callbacks is None or isinstance(callbacks, list | tuple)):
            given = list(callbacks or ())
            each = keras.tree.flatten(given)
            told = [one for part in each for one in getattr(part, "callbacks", [part])]
            self._epochs = EpochWatch(
                self._send,
                plain,
                told,
                seconds=self._seconds,
                most_epochs=self._most_epochs,
            )
            plain["callbacks"] = [*given, self._epochs]
        return plain

    def _recorded_call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Record `model(X)` on real data; symbolic calls only build other models."""

        @functools.wraps(original)
        def call_model(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            data = args[0] if args else kwargs.get("inputs")
            concrete = isinstance(data, np.ndarray) or (
                hasattr(data, "numpy") and not isinstance(data, keras.KerasTensor)
            )
            if self._depth or not concrete:
                return original(model, *args, **kwargs)
            self._end_loop(model)
            model_number = self.store.model_number(model)
            call = self._note("predict", model_number, encode_arguments({"x": data}, self.store))
            self._depth += 1
            try:
                result = original(model, *args, **kwargs)
            finally:
                self._depth -= 1
            self._amend(call, result=encode(result, self.store), done=True)
            return result

        return call_model

    def _watch(self, path: str) -> None:
        """Record calls of a library function or method, `pandas.DataFrame.describe`."""
        parts = path.split(".")
        owner: Any = None
        for count in range(len(parts) - 1, 0, -1):
            try:
                owner = importlib.import_module(".".join(parts[:count]))
            except ImportError:
                continue
            for part in parts[count:-1]:
                owner = getattr(owner, part)
            break
        original = getattr(owner, parts[-1])

        @functools.wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._depth or self._in_watched or self.learner_line() is None:
                return original(*args, **kwargs)
            arguments = {
                "args": encode(list(args), self.store),
                "kwargs": encode(kwargs, self.store),
            }
            call = self._note(path, None, arguments)
            self._in_watched = True  # what a library does with models there still counts
            try:
                result = original(*args, **kwargs)
            finally:
                self._in_watched = False
            self._amend(call, result=encode(result, self.store), done=True)
            return result

        setattr(owner, parts[-1], watched)
