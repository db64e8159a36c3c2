"""The plot functions that exercises hand to learners. They are here to be read, too."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np


def plot_orbit(predictions: np.ndarray) -> None:
    """Plot a predicted orbit beside the one that scientists computed, y = x².

    Args:
        predictions: one position per whole minute, (2 n + 1,) or (2 n + 1, 1), for the
            minutes −n to n.
    """
    positions = np.asarray(predictions).ravel()
    half = len(positions) // 2
    minutes = np.arange(-half, -half + len(positions))
    plt.figure()
    plt.plot(minutes, minutes**2, label="Orbit by the scientists")
    plt.plot(minutes, positions, label="Your orbit")
    plt.xlabel("minutes")
    plt.ylabel("position")
    plt.title("Predicted orbit")
    plt.legend()
    plt.show()


def plot_loss(loss: Sequence[float], val_loss: Sequence[float]) -> None:
    """Plot the loss on training and validation data over the epochs."""
    _plot_pair(loss, val_loss, "loss")


def plot_accuracy(acc: Sequence[float], val_acc: Sequence[float]) -> None:
    """Plot the accuracy on training and validation data over the epochs."""
    _plot_pair(acc, val_acc, "accuracy")


def _plot_pair(train: Sequence[float], validation: Sequence[float], what: str) -> None:
    plt.figure()
    plt.plot(train, label="train")
    plt.plot(validation, label="validation")
    plt.xlabel("epoch")
    plt.ylabel(what)
    plt.title(f"Model {what}")
    plt.legend()
    plt.show()
