"""The plot functions that exercises hand to learners. They are here to be read, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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


def plot_results(
    train_accs: Sequence[float],
    test_accs: Sequence[float],
    training_sizes: Sequence[int] = (125, 502, 879, 1255),
) -> None:
    """Plot the accuracy on training and test data over the number of training samples."""
    plt.figure()
    plt.plot(training_sizes, train_accs, "o-", label="training accuracy")
    plt.plot(training_sizes, test_accs, "o-", label="test accuracy")
    plt.xticks(training_sizes)
    plt.xlabel("training samples")
    plt.ylabel("accuracy")
    plt.title("Accuracy against the size of the training set")
    plt.legend()
    plt.show()


def show_encodings(encodings: np.ndarray, number: int = 1) -> None:
    """Plot noisy images of one digit, and below each of them its encoding as 4×8 squares.

    Args:
        encodings: 32 numbers for each of the noisy test images, (n, 32).
        number: the digit to show, from 0 to 9.

    Raises:
        ValueError: the encodings have another shape, or the number is no single digit.
    """
    from grader.datasets import mnist

    noisy, digits = mnist.load_noisy_test()
    codes = np.asarray(encodings)
    if codes.shape != (len(noisy), 32):
        raise ValueError(
            f"show_encodings takes encodings of shape {(len(noisy), 32)}, not {codes.shape}"
        )
    if np.ndim(number):
        raise ValueError("`number` is the one digit to show, from 0 to 9, not several")
    chosen = np.flatnonzero(digits == number)[:5]
    if not len(chosen):
        raise ValueError(f"there are digits from 0 to 9 to show, but not {number!r}")
    _plot_rows("original", noisy[chosen], "encoded", codes[chosen], (4, 8))


def compare_plot(original: np.ndarray, decoded: np.ndarray) -> None:
    """Plot the first five images, and below each of them what was made of it.

    Args:
        original: images, (n, 784).
        decoded: the same images decoded, (n, 784).
    """
    _plot_rows("original", np.asarray(original)[:5], "decoded", np.asarray(decoded)[:5], (28, 28))


def _plot_rows(
    upper: str, images: np.ndarray, lower: str, results: np.ndarray, shape: tuple[int, int]
) -> None:
    """Plot images of 28×28 pixels, and a result of this shape below each."""
    figure, rows = plt.subplots(2, len(images), figsize=(2 * len(images), 4), squeeze=False)
    for axis, image in zip(rows[0], images, strict=True):
        axis.imshow(image.reshape(28, 28), cmap="gray")
        axis.set_title(upper)
    for axis, result in zip(rows[1], results, strict=True):
        axis.imshow(result.reshape(shape), cmap="gray")
        axis.set_title(lower)
    for axis in rows.ravel():
        axis.axis("off")
    figure.tight_layout()
    plt.show()


def compare_histories_acc(h1: Any, h2: Any) -> None:
    """Plot how the accuracy of two networks grew, on training and on validation data.

    Args:
        h1: the history of the standard network, as fit returns it.
        h2: the history of the network with batch normalization.
    """
    plt.figure()
    for history, network in ((h1, "standard"), (h2, "batch normalization")):
        plt.plot(history.history["accuracy"], label=f"{network}, train")
        plt.plot(history.history["val_accuracy"], label=f"{network}, validation")
    plt.xlabel("epoch")
    plt.ylabel("accuracy")
    plt.title("Effects of batch normalization")
    plt.legend()
    plt.show()
