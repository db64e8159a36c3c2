"""The callback that 3.1.3 gives."""

from __future__ import annotations

from typing import Any

import keras


class EarlyStopping(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Keras's own, which can be given to several trainings, one after the other.

    Before Keras 3.15 it remembers the best value of the training before, and ends the next one
    as soon as that is not better.
    """

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the training before."""
        super().on_train_begin(logs)
        self.best = None
