"""How four networks did that differ in one activation, measured after each of 100 epochs.

The network is that of 2.3.1, the data are the irrigation set, and each network is
validated on the 600 test fields. Training takes a while, so it was done once, from a seed;
`python -m grader.datasets.making activation_curves` does it again and writes the file anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

FUNCTIONS = ("relu", "leaky_relu", "sigmoid", "tanh")
EPOCHS = 100
_FILE = Path(__file__).with_suffix(".npz")

Curves = dict[str, list[float]]


def load() -> tuple[Curves, Curves]:
    """Return what was measured, by the name of the activation function.

    Returns:
        val_loss_per_function and val_acc_per_function: under each of the four names the
        validation loss, or accuracy, after each of 100 epochs.
    """
    with np.load(_FILE) as stored:
        losses, accuracies = (
            {name: stored[f"{kind}_{name}"].tolist() for name in FUNCTIONS}
            for kind in ("loss", "accuracy")
        )
    return losses, accuracies
