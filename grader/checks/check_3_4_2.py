"""Checks for 3.4.2, tuning the model parameters."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.datasets import breast_cancer
from grader.evidence.reading import evidence_faults
from grader.expect.estimators import estimator, network_of
from grader.expect.findings import Evidence, Model, kind_text
from grader.expect.layers import activation_name
from grader.expect.outcome import CheckFailed, CheckSkipped, check

Json = Any

HINTS = (
    "Three objects, each made from the one before: the classifier from the function, the search "
    "from the classifier and the dictionary. Nothing is trained.",
    "KerasClassifier must know the names that are not its own: those of the function's arguments. "
    "The search takes its dictionary as `param_distributions` and its splitter as `cv`.",
    '`KerasClassifier(model=create_model, learning_rate=0.001, activation="relu")`. The dictionary '
    "has four lists, with the names and values of step 2. Then `RandomizedSearchCV` takes `model`, "
    "`param_distributions=params` and `cv=KFold(3)`.",
)
TIMEOUT = 900
"""In seconds. Long enough for a learner who runs the search, which takes minutes in plain Keras."""

FOLDS = 3
VALUES: dict[str, tuple[Any, ...]] = {
    "activation": ("relu", "tanh"),
    "batch_size": (32, 128, 256),
    "epochs": (50, 100, 200),
    "learning_rate": (0.1, 0.01, 0.001),
}
TRIAL = "search:random_search"
_SHOWN = 8
ROWS = 30
"""Samples that the search is tried on, of both classes in every fold."""


def probes(rng: random.Random) -> list[tuple[str, list[Json], dict[str, Json]]]:
    """Try the search on a few tumours from all over the set."""
    X, y = breast_cancer.load()
    rows = np.linspace(rng.randrange(10), len(X) - 1, ROWS).astype(int)
    return [(TRIAL, [X[rows].tolist(), y[rows].tolist()], {})]


def _plain(name: str) -> str:
    """Return a parameter's own name, without the `model__` or `fit__` that routes it."""
    return name.rpartition("__")[2]


def _items(found: Json) -> dict[str, Json]:
    """Return a dictionary's items by name; a list that holds just one dictionary is as right."""
    with evidence_faults():
        if found["kind"] == "list" and found["length"] == 1:
            found = found["items"][0]
        if found["kind"] != "dict":
            return {}
        return {str(name): values for name, values in found["items"]}


def _values(evidence: Evidence, found: Json) -> list[Any]:
    """Return the values to try: texts, names of functions, numbers."""
    with evidence_faults():
        if found["kind"] == "array":
            return [float(value) for value in evidence.load(found).ravel()]
        if found["kind"] == "texts":
            return [str(value) for value in found["items"]]
        values = []
        for item in found["items"] if found["kind"] in {"list", "tuple"} else []:
            if item["kind"] == "function":
                values.append(str(item["name"]))
            elif item["kind"] in {"number", "text"}:
                values.append(item["value"])
            else:
                values.append(kind_text(item))
        return values


def _same_values(mine: list[Any], wanted: tuple[Any, ...]) -> bool:
    """Whether all wanted values are there, and no others, in any order."""
    if not all(isinstance(value, int | float | str) for value in mine):
        return False
    texts = {value for value in mine if isinstance(value, str)}
    numbers = sorted({float(value) for value in mine if not isinstance(value, str)})
    if isinstance(wanted[0], str):
        return texts == set(wanted) and not numbers
    return not texts and len(numbers) == len(wanted) and np.allclose(numbers, sorted(wanted))


def _list_text(values: Sequence[Any]) -> str:
    shown = [
        f"{value:g}" if isinstance(value, int | float) else repr(value)[:30]
        for value in values[:_SHOWN]
    ]
    more = [f"and {len(values) - _SHOWN} more"] if len(values) > _SHOWN else []
    return ", ".join(shown + more)


def _expect_values(evidence: Evidence, name: str, found: Json) -> None:
    """Expect a dictionary of the four lists, under the parameters' names or routed ones."""
    line = evidence.line_of(name)
    items = _items(found)
    names = [_plain(item) for item in items]
    if sorted(names) != sorted(VALUES):
        with evidence_faults():
            got = ", ".join(str(item)[:30] for item in items) or kind_text(found)
        raise CheckFailed(
            expected=f"values for {', '.join(VALUES)}",
            got=f"values for {got}" if items else got,
            message="Each name must be that of an argument of `create_model` or of fit."
            if items
            else "List the values to try in a dictionary: name, then list.",
            line=line,
        )
    for item, values in items.items():
        mine, wanted = _values(evidence, values), VALUES[_plain(item)]
        if not _same_values(mine, wanted):
            with evidence_faults():
                got = _list_text(mine) if mine else kind_text(values)
            raise CheckFailed(
                expected=f"{item}: {_list_text(wanted)}",
                got=f"{item}: {got}",
                message=f"Look at the values for `{item}`.",
                line=line,
            )


@check(points=2)
def test_model(evidence: Evidence) -> None:
    """`model` is a KerasClassifier that makes its networks with `create_model`."""
    settings = estimator(
        evidence,
        "model",
        "KerasClassifier",
        {
            "KerasRegressor": "A regressor predicts quantities. Here there are two classes.",
            "create_model": "This is the function itself. Put it into a KerasClassifier.",
        },
    )
    network = network_of(settings)
    if network["kind"] in {"model", "none"}:
        raise CheckFailed(
            expected="a function that makes networks",
            got="a network that is made already" if network["kind"] == "model" else "None",
            message="A search needs a new network for each candidate. Give the function itself, "
            "without calling it.",
            line=evidence.line_of("model"),
            cause="built",
        )
    if settings["build_fn"]["kind"] != "none":
        evidence.tip("`build_fn=` of KerasClassifier is called `model=` today.")


@check(points=2)
def test_params(evidence: Evidence) -> None:
    """`params` lists the values to try for each of the four parameters."""
    if "params" not in evidence.raw.values and evidence.has("random_search"):
        evidence.tip("Keep the dictionary as `params`, the name that the task gives it.")
        settings = estimator(evidence, "random_search", "RandomizedSearchCV")
        with evidence_faults():
            found = settings["param_distributions"]
        _expect_values(evidence, "random_search", found)
        return
    _expect_values(evidence, "params", evidence.value("params", "a dictionary"))


def _search(evidence: Evidence) -> dict[str, Json]:
    return estimator(
        evidence,
        "random_search",
        "RandomizedSearchCV",
        {
            "GridSearchCV": "A grid search tries every combination, all 54 of them. The step asks "
            "for a search that picks some at random."
        },
    )


@check(points=2)
def test_random_search(evidence: Evidence) -> None:
    """`random_search` searches for the best values of `params` for `model`."""
    settings = _search(evidence)
    line = evidence.line_of("random_search")
    with evidence_faults():
        tuned, values = settings["estimator"], settings["param_distributions"]
        kind = tuned["type"] if tuned["kind"] == "estimator" else kind_text(tuned)
    if kind != "KerasClassifier":
        raise CheckFailed(
            expected="a search that tunes `model`, a KerasClassifier",
            got=f"a search that tunes {kind}",
            message="Tell the search first of all what it is to tune.",
            line=line,
            cause="name model" if tuned == evidence.raw.values.get("model") else "",
        )
    mine = {_plain(name) for name in _items(values)}
    if "params" in evidence.raw.values and mine != {
        _plain(name) for name in _items(evidence.value("params"))
    }:
        raise CheckFailed(
            expected="a search over `params`",
            got=f"a search over {', '.join(sorted(mine)) or 'something else'}",
            message="Give the search your dictionary.",
            line=line,
        )


def _parts(evidence: Evidence) -> tuple[int | None, str]:
    """Return how many parts the search cuts the data into, if it can, and that in words."""
    settings = _search(evidence)
    with evidence_faults():
        found = settings["cv"]
        if found["kind"] == "none":
            return 5, "the 5 parts of a search that is not told"
        if found["kind"] == "estimator" and found["type"] in {"KFold", "StratifiedKFold"}:
            parts = int(found["settings"]["n_splits"]["value"])
            return parts, f"a {found['type']} of {parts} parts"
        if found["kind"] == "number":
            return int(found["value"]), f"{int(found['value'])} parts"
        if found["kind"] in {"list", "tuple"}:
            return int(found["length"]), kind_text(found)
        return None, kind_text(found)


@check(points=1, needs=("random_search",))
def test_cv(evidence: Evidence) -> None:
    """The search cuts the data into 3 parts for its cross-validation."""
    parts, words = _parts(evidence)
    if parts != FOLDS:
        raise CheckFailed(
            expected=f"a KFold of {FOLDS} parts",
            got=words,
            message="Look at the `cv` of the search.",
            line=evidence.line_of("random_search"),
        )


def _trial(evidence: Evidence) -> list[Json]:
    """Return what the trial of the search made: candidates and their networks.

    Raises:
        CheckFailed: the search cannot be fitted.
        CheckSkipped: there was nothing to try.
    """
    with evidence_faults():
        (probe,) = evidence.raw.probes
        outcome = probe["outcome"]
        if outcome == "returned":
            return list(probe["result"]["items"])
        if outcome == "missing":
            raise CheckSkipped("there is no `random_search` to try")
        error = probe["error"]
        message = str(error["message"])
        line = error.get("line")
        text = f"{error['type']}: {(message.strip().splitlines() or [''])[0]}"[:200]
    raise CheckFailed(
        expected="a search that can be fitted",
        got=text,
        message=_blame(message),
        line=evidence.line_of("random_search") if line is None else int(line),
    )


def _blame(message: str) -> str:
    if "Invalid parameter" in message:
        return (
            "`model` does not know this name. Declare it, with a value, when you make the "
            "KerasClassifier; or put `model__` in front of it in the dictionary."
        )
    if "unexpected keyword argument" in message:
        return "What makes the network cannot take one of the values that the search hands over."
    return "The search was tried on a few samples, for one epoch, and stopped with this error."


@check(points=3, needs=("model", "params", "random_search"))
def test_trial(evidence: Evidence) -> None:
    """The search runs, and what it tries reaches the networks."""
    if _parts(evidence)[0] is None:
        raise CheckSkipped("the search has no `cv` that it could be tried with")
    line = evidence.line_of("random_search")
    for tried in _trial(evidence):
        parts = _items(tried)
        with evidence_faults():
            candidate = _items(parts["candidate"])
            made = parts["model"]
        if made["kind"] != "model":
            raise CheckFailed(
                expected="networks that the search trains",
                got="a search that trains no Keras network",
                message="Give the search the KerasClassifier.",
                line=line,
            )
        model = evidence.model_by_number(made["model"])
        for name, wanted in candidate.items():
            with evidence_faults():
                value = wanted.get("value", wanted.get("name"))
            got = _setting(model, _plain(name))
            if got is not None and not _reaches(value, got):
                raise CheckFailed(
                    expected=f"a network with {name} {_list_text([value])}, as the search wants it",
                    got=f"a network with {name} {_list_text([got])}",
                    message=f"The search changes `{name}`, but the network does not get to know "
                    "of it. `create_model` must receive it.",
                    line=line,
                )


def _setting(model: Model, name: str) -> Any:
    """Return a network's learning rate or activation; None for what shows nowhere in it."""
    if name == "learning_rate":
        with evidence_faults():
            return float(np.float32(model.stored["learning_rate"]))
    if name == "activation":
        return model.layers[0].activation
    return None


def _reaches(value: Any, got: Any) -> bool:
    if isinstance(got, float):
        return isinstance(value, int | float) and abs(got - value) <= 1e-4 * value
    return bool(value == got or activation_name(value) == got)
