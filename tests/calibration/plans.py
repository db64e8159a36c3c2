"""What is measured for each exercise that trains, and the ways to get it wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from corpus import Change, edit
from grader.datasets import banknotes, breast_cancer, darts, digits, dots, irrigation, orbit


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


def _commonest(labels: np.ndarray) -> float:
    """Return the accuracy of always saying what is commonest, of each output."""
    if labels.ndim == 2 and (labels.sum(axis=1) == 1).all():  # exclusive classes
        return float(labels.mean(axis=0).max())
    share = labels.mean(axis=0)
    return float(np.mean(np.maximum(share, 1 - share)))


def _ways(fit: str, labels: str, epochs: int, *, loss: str, before: str = "") -> dict[str, Change]:
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


_NOTES = "X_train, y_train"
_ORBIT_FIT = "model.fit(time_steps, y_positions, epochs=30)"
_NOTES_FIT = f"model.fit({_NOTES}, epochs=20)"
_DARTS_FIT = "model.fit(coord_train, competitors_train, epochs=200)"
_FIELDS_FIT = "model.fit(sensors_train, parcels_train, epochs=100, validation_split=0.2)"
_DIGITS_FIT = "model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop])"
_DOTS_FIT = f"model.fit({_NOTES}, epochs=5, batch_size=1)"
_PAIR_FIT = f"model.fit({_NOTES}, batch_size=16, epochs=1, verbose=0)"
_CANCER = "KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)"

_STANDARD_FIT = "h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10)"
_NORMALIZED_FIT = _STANDARD_FIT.replace("h1_", "h2_").replace("standard", "batchnorm")


def _both(change: Callable[[str], str]) -> Change:
    return edit(*((fit, change(fit)) for fit in (_STANDARD_FIT, _NORMALIZED_FIT)))


PLANS: dict[str, Plan] = {
    "1.3.2": Plan(
        (Limit("quality", "MAXIMUM", True, lambda: float(np.var(orbit.load()[1]))),),
        {
            "one epoch": edit((_ORBIT_FIT, _ORBIT_FIT.replace("30", "1"))),
            "ten epochs": edit((_ORBIT_FIT, _ORBIT_FIT.replace("30", "10"))),
            "untrained": edit((_ORBIT_FIT, f"model.optimizer.learning_rate = 0.0\n{_ORBIT_FIT}")),
            "shuffled positions": edit(
                (
                    _ORBIT_FIT,
                    _ORBIT_FIT.replace(
                        "y_positions", "y_positions[__import__('numpy').random.permutation(2000)]"
                    ),
                )
            ),
            "wrong loss": edit(('loss="mse"', 'loss="mape"')),
        },
    ),
    "2.1.3": Plan(
        (
            Limit("quality", "MINIMUM", False, lambda: _commonest(banknotes.load_split()[3])),
            Limit("gain", "GAIN", False, lambda: 0.0),
        ),
        _ways(_NOTES_FIT, "y_train", 20, loss="'sgd', 'hinge', metrics=['accuracy']"),
        ("banknotes.csv",),
    ),
    "2.2.3": Plan(
        (Limit("quality", "MINIMUM", False, lambda: _commonest(darts.load_split()[3])),),
        _ways(
            _DARTS_FIT,
            "competitors_train",
            200,
            loss="'sgd', 'binary_crossentropy', metrics=['accuracy']",
        )
        | {
            "twenty epochs": edit((_DARTS_FIT, _DARTS_FIT.replace("200", "20"))),
            "nine tenths set aside": edit(
                (_DARTS_FIT, _DARTS_FIT[:-1] + ", validation_split=0.9)")
            ),
        },
        ("darts.csv",),
    ),
    "2.3.2": Plan(
        (Limit("quality", "MINIMUM", False, lambda: _commonest(irrigation.load_split()[3])),),
        _ways(
            _FIELDS_FIT,
            "parcels_train",
            100,
            loss="'adam', 'categorical_crossentropy', metrics=['accuracy']",
        )
        | {"two epochs": edit((_FIELDS_FIT, _FIELDS_FIT.replace("100", "2")))},
    ),
    "2.4.1": Plan(),
    "2.4.2": Plan(data=("banknotes.csv",)),
    "2.4.3": Plan(data=("banknotes.csv",)),
    "3.1.2": Plan(),
    "3.1.3": Plan(
        (
            Limit("quality", "MINIMUM", False, lambda: _commonest(digits.load_split()[3])),
            Limit("growth", "GROWTH", False, lambda: 0.0),
        ),
        _ways(
            _DIGITS_FIT,
            "y_train_frac",
            50,
            loss="'adam', 'mse', metrics=['accuracy']",
            before="    ",
        )
        | {
            "all digits in one batch": edit(
                (_DIGITS_FIT, _DIGITS_FIT.replace("epochs", "batch_size=size, epochs"))
            )
        },
    ),
    "3.2.2": Plan(),
    "3.3.1": Plan(
        (
            Limit("quality", "MINIMUM", False, lambda: _commonest(dots.load_split()[3])),
            Limit("gain", "GAIN", False, lambda: 0.0),
        ),
        _ways(_DOTS_FIT, "y_train", 5, loss="'sgd', 'mape', metrics=['accuracy']"),
    ),
    "3.3.3": Plan(
        (
            Limit("standard", "STANDARD_MINIMUM"),
            Limit(
                "normalized",
                "NORMALIZED_MINIMUM",
                best_constant=lambda: _commonest(digits.load_split()[3]),
            ),
            Limit("ahead", "AHEAD"),
        ),
        {
            "untrained": _both(
                lambda fit: f"{fit[14:].split('.')[0]}.optimizer.learning_rate = 0.0\n{fit}"
            ),
            "one epoch": _both(lambda fit: fit.replace("10", "1")),
            "standard network untrained": edit(
                (_STANDARD_FIT, f"standard_model.optimizer.learning_rate = 0.0\n{_STANDARD_FIT}")
            ),
            "shuffled labels": _both(
                lambda fit: fit.replace(
                    "y_train", "y_train[__import__('numpy').random.permutation(len(y_train))]"
                )
            ),
            "networks swapped": edit(
                ("batch_normalization=False", "batch_normalization=None"),
                ("batch_normalization=True", "batch_normalization=False"),
                ("batch_normalization=None", "batch_normalization=True"),
            ),
        },
    ),
    "3.4.3": Plan(
        (Limit("quality", "MINIMUM", False, lambda: _commonest(breast_cancer.load()[1])),),
        {
            "one epoch": edit((_CANCER, _CANCER.replace("50", "1"))),
            "untrained": edit(
                (_CANCER, _CANCER.replace("verbose", "model__learning_rate=0.0, verbose"))
            ),
            "shuffled labels": edit(
                (
                    "kfolds = cross_val_score(model, X, y,",
                    "kfolds = cross_val_score(model, X, __import__('numpy').random.permutation(y),",
                )
            ),
            "wrong loss": edit(
                (
                    "create_model = networks.cancer_network",
                    "def create_model():\n"
                    "    made = networks.cancer_network()\n"
                    "    made.compile('adam', 'mse', metrics=['accuracy'])\n"
                    "    return made",
                )
            ),
        },
    ),
    "4.1.2": Plan(
        (Limit("quality", "MINIMUM", False, lambda: _commonest(banknotes.load_split()[3])),),
        _ways(_PAIR_FIT, "y_train", 1, loss="'sgd', 'hinge', metrics=['accuracy']", before="    ")
        | {
            "one epoch": edit(("range(0, 21)", "range(0, 1)")),
            "weights reset before each epoch": edit(
                (
                    "for i in range(0, 21):",
                    "start = model.get_weights()\nfor i in range(0, 21):\n    model.set_weights(start)",
                )
            ),
        },
        ("banknotes.csv",),
    ),
}
"""Each exercise whose reference trains."""
