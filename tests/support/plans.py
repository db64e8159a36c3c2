"""The plan in an answers file: what is measured of an exercise that trains, and what is wrong there.

`python tests/calibration ID` measures it, tests/test_calibration.py holds the checks to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from corpus import Change, edit


@dataclass(frozen=True)
class Limit:
    """A quality and its limit.

    Args:
        measure: function of the check file that computes the quality from the evidence.
        constant: of the check file that holds the limit.
        at_most: whether the quality is an error, which must not be larger.
        best_constant: the quality of the best answer that does not look at the inputs.
    """

    measure: str
    constant: str
    at_most: bool = False
    best_constant: Callable[[], float] | None = None

    def met(self, got: float, limit: float) -> bool:
        """Whether a check with this limit lets GOT pass."""
        return got <= limit if self.at_most else got >= limit


@dataclass(frozen=True)
class Plan:
    """How an exercise is calibrated.

    Args:
        limits: its qualities. Empty where the checks set no minimum: then it is only
            counted how often the reference passes.
        ways: to be wrong, by name.
        data: files of the user's own that may take the place of the generated data.
    """

    limits: tuple[Limit, ...] = ()
    ways: dict[str, Change] = field(default_factory=dict)
    data: tuple[str, ...] = ()


def commonest(labels: np.ndarray) -> float:
    """Return the accuracy of always saying what is commonest, of each output."""
    if labels.ndim == 2 and (labels.sum(axis=1) == 1).all():  # exclusive classes
        return float(labels.mean(axis=0).max())
    share = labels.mean(axis=0)
    return float(np.mean(np.maximum(share, 1 - share)))


def usual_ways(
    fit: str, labels: str, epochs: int, *, loss: str, before: str = ""
) -> dict[str, Change]:
    """Return the usual ways to be wrong about one call of fit.

    Args:
        fit: the call as the reference has it.
        labels: name of the labels in it.
        epochs: number in it.
        loss: arguments of a compile with a loss that is wrong here.
        before: text that must stand before the call on a line of its own, for indentation.
    """

    def with_line(line: str) -> Change:
        return edit((fit, f"{line}\n{before}{fit}"))

    shuffled = f"{labels}[__import__('numpy').random.permutation(len({labels}))]"
    return {
        "untrained": with_line("model.optimizer.learning_rate = 0.0"),
        "one epoch": edit((fit, fit.replace(f"epochs={epochs}", "epochs=1"))),
        "shuffled labels": edit((fit, fit.replace(labels, shuffled))),
        "wrong loss": with_line(f"model.compile({loss})"),
    }
