"""The callback that 3.1.3 gives does the same with each Keras."""

from __future__ import annotations

import keras
from grader.datasets.early_stopping import EarlyStopping


def test_an_early_stop_judges_each_training_by_itself() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    stop = EarlyStopping(monitor="loss", patience=1)
    stop.set_model(model)
    for losses, stopped in (([1.0, 0.5], False), ([0.9, 0.7], False), ([0.8, 0.9], True)):
        model.stop_training = False
        stop.on_train_begin()
        for epoch, loss in enumerate(losses):
            stop.on_epoch_end(epoch, {"loss": loss})
        stop.on_train_end()
        assert model.stop_training == stopped, losses
