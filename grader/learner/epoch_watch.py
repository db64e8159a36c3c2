"""Watching over a training: telling its epochs, and ending one that nothing else would end.

A training that is asked for very many epochs needs a callback that ends it. Where there is
none, or where it watches what is never measured, the first epochs tell so already, and nobody
needs to wait until the time is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras

from grader.evidence.messages import Epoch, Progress
from grader.evidence.record import Endless, NeverEnding
from grader.learner.encoding import MAX_INTEGER, plain_text

_TIMES_THE_LIMIT = 3
"""How far a training must be beyond its time to be given up: the first epochs may be slow."""

_TIMED_EPOCHS = 2
"""How many are timed before that; the very first, which compiles, does not count."""

_REPORT_SECONDS = 0.2


class EndlessTraining(BaseException):
    """A training was given up. Holds what is known of it."""

    def __init__(self, found: NeverEnding) -> None:
        super().__init__()
        self.found = found


class EpochWatch(keras.callbacks.Callback):  # type: ignore[misc]
    """The last callback of a training: sees each epoch after all others have."""

    def __init__(
        self,
        send: Callable[[Progress], None],
        arguments: dict[str, Any],
        callbacks: list[Any],
        *,
        seconds: float,
        most_epochs: int,
    ) -> None:
        """Watch over a call of fit.

        Args:
            send: tells the grader which epoch is running.
            arguments: of the call.
            callbacks: that the learner gave.
            seconds: that the file may run.
            most_epochs: after which a training is given up that was asked for more; 0 for none.
        """
        super().__init__()
        self._report = send
        self._asked = _count(arguments.get("epochs"))
        self._validated = bool(
            arguments.get("validation_data") is not None or arguments.get("validation_split")
        )
        self._callbacks = callbacks
        self._seconds = seconds
        self._most_epochs = most_epochs
        self._reported = 0.0
        self._began = 0.0
        self._created = time.monotonic()
        self._ran = 0
        self._fastest = float("inf")
        self._measured: dict[str, None] = {}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Look at the clock."""
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report an epoch that has ended, and give up a training that would not end in time.

        Raises:
            EndlessTraining: it is given up.
        """
        now = time.monotonic()
        if now - self._reported > _REPORT_SECONDS:
            self._reported = now
            self._report(Epoch(epoch + 1, self._asked))
        if self._ran:
            self._fastest = min(self._fastest, now - self._began)
        self._ran += 1
        self._measured |= dict.fromkeys(plain_text(key) for key in logs or {})
        if self.model.stop_training:
            return
        if self._goes_beyond() or (self._takes_too_long() and not self._may_be_ended()):
            raise EndlessTraining(self._found())

    def progress(self) -> tuple[int, int, float]:
        """Return how many epochs have ended, how many are asked for, and the seconds so far."""
        return self._ran, self._asked, time.monotonic() - self._created

    def _goes_beyond(self) -> bool:
        return 0 < self._most_epochs <= self._ran and self._ran < self._asked

    def _takes_too_long(self) -> bool:
        timed = self._ran > _TIMED_EPOCHS
        return timed and self._fastest * self._asked > _TIMES_THE_LIMIT * self._seconds

    def _may_be_ended(self) -> bool:
        """Whether a callback might end the training, as far as can be told."""
        if self._validated and not any(key.startswith("val_") for key in self._measured):
            return True  # it is validated every few epochs only
        return any(
            not type(callback).__module__.startswith(("keras.", "grader."))
            or isinstance(callback, keras.callbacks.LambdaCallback)
            or (_stops(callback) and callback.monitor in self._measured)
            for callback in self._callbacks
        )

    def _found(self) -> Endless:
        monitors = [callback.monitor for callback in self._callbacks if _stops(callback)]
        return Endless(
            line=None,
            epochs=self._ran,
            asked=self._asked,
            seconds=min(self._fastest * self._asked, float(MAX_INTEGER)),
            monitors=[plain_text(str(monitor)) for monitor in dict.fromkeys(monitors)],
            measured=list(self._measured),
            beyond=self._goes_beyond(),
            validated=self._validated,
        )


def may_end_anything(callback: object) -> bool:
    """Whether a callback has code of the learner's own in it."""
    own = not type(callback).__module__.startswith("keras.")
    return callback is not None and (own or isinstance(callback, keras.callbacks.LambdaCallback))


def _stops(callback: Any) -> bool:
    return isinstance(callback, keras.callbacks.EarlyStopping)


def _count(epochs: Any) -> int:
    """Return a number of epochs that can be written down; 0 for what is none."""
    try:
        return max(0, min(int(epochs), MAX_INTEGER))
    except (TypeError, ValueError, OverflowError):
        return 0
