"""Checks for 3.4.2, tuning the model parameters."""

import difflib
import math
import random
import re
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from grader.datasets import breast_cancer
from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import NoSuchFunction, NotTried, Raised, Returned
from grader.evidence.values import (
    Estimator,
    Function,
    Mapping,
    ModelRef,
    Nothing,
    Number,
    Numbers,
    Sequence,
    Text,
    Texts,
    Value,
)
from grader.expect.estimators import estimator, network_of
from grader.expect.findings import Evidence, error_text
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.value_words import kind_text
from grader.verdict import Fact

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

Setting: TypeAlias = int | float | str
"""A value of one parameter; of a function its name."""

FOLDS = 3
VALUES: dict[str, tuple[Setting, ...]] = {
    "activation": ("relu", "tanh"),
    "batch_size": (32, 128, 256),
    "epochs": (50, 100, 200),
    "learning_rate": (0.1, 0.01, 0.001),
}
TRIAL = "search:random_search"
_SHOWN = 8
ROWS = 30
"""Samples that the search is tried on, of both classes in every fold."""


def probes(rng: random.Random) -> list[tuple[str, list[object], dict[str, object]]]:
    """Try the search on a few tumours from all over the set."""
    X, y = breast_cancer.load()
    rows = np.linspace(rng.randrange(10), len(X) - 1, ROWS).astype(int)
    return [(TRIAL, [X[rows].tolist(), y[rows].tolist()], {})]


def _plain(name: str) -> str:
    """Return a parameter's own name, without the `model__` or `fit__` that routes it."""
    return name.rpartition("__")[2]


def _items(found: Value) -> dict[str, Value]:
    """Return a dictionary's items by name; a list that holds just one dictionary is as right."""
    match found:
        case Mapping(items=items) | Sequence(type="list", items=[Mapping(items=items)], length=1):
            return dict(items)
        case _:
            return {}


def _setting(found: Value) -> Setting | None:
    match found:
        case Function(name=name):
            return name
        case Number() | Text():
            return found.value
        case _:
            return None


def _values(evidence: Evidence, found: Value) -> list[Setting]:
    """Return the values to try: texts, names of functions, numbers."""
    match found:
        case Numbers():
            return [float(value) for value in evidence.load(found).ravel()]
        case Texts():
            return list(found.items)
        case Sequence():
            settings = [(_setting(item), item) for item in found.items]
            return [kind_text(item) if value is None else value for value, item in settings]
        case _:
            return []


def _same_values(mine: list[Setting], wanted: tuple[Setting, ...]) -> bool:
    """Whether all wanted values are there, and no others, in any order."""
    texts, numbers = _parted(mine)
    wanted_texts, wanted_numbers = _parted(wanted)
    return (
        texts == wanted_texts
        and len(numbers) == len(wanted_numbers)
        and np.allclose(numbers, wanted_numbers)
    )


def _parted(values: Iterable[Setting]) -> tuple[set[str], list[float]]:
    """Return the texts and the numbers among values, each of them once."""
    texts = {value for value in values if isinstance(value, str)}
    return texts, sorted({float(value) for value in values if not isinstance(value, str)})


def _list_text(values: tuple[Setting | None, ...]) -> str:
    shown = [
        f"{value:g}" if isinstance(value, int | float) else repr(value)[:30]
        for value in values[:_SHOWN]
    ]
    more = [f"and {len(values) - _SHOWN} more"] if len(values) > _SHOWN else []
    return ", ".join(shown + more)


def _expect_values(evidence: Evidence, name: str, found: Value) -> None:
    """Expect a dictionary of the four lists, under the parameters' names or routed ones."""
    line = evidence.line_of(name)
    items = _items(found)
    names = [_plain(item) for item in items]
    if sorted(names) != sorted(VALUES):
        got = ", ".join(item[:30] for item in items) or kind_text(found)
        raise CheckFailed(
            expected=f"values for {', '.join(VALUES)}",
            got=f"values for {got}" if items else got,
            message=_why_other_names(names)
            if items
            else "List the values to try in a dictionary: name, then list.",
            line=line,
        )
    for item, values in items.items():
        mine, wanted = _values(evidence, values), VALUES[_plain(item)]
        if not _same_values(mine, wanted):
            got = _list_text(tuple(mine)) if mine else kind_text(values)
            raise CheckFailed(
                expected=f"{item}: {_list_text(wanted)}",
                got=f"{item}: {got}",
                message=_why_other_values(mine)
                or _of_another(mine, item)
                or f"Look at the values for `{item}`.",
                line=evidence.written.line_of_key(item) or line,
            )


def _of_another(mine: list[int | float | str], item: str) -> str:
    """Tell of the values of another parameter; "" of others."""
    others = [name for name, wanted in VALUES.items() if _same_values(mine, wanted)]
    return f"These are the values for `{others[0]}`, not for `{item}`." if others else ""


def _why_other_values(mine: list[int | float | str]) -> str:
    """Return what is wrong with values that are texts in a form of their own; "" of others."""
    texts = [one for one in mine if isinstance(one, str)]
    if texts and all(re.fullmatch(r"\d+(\.\d+)?", one) for one in texts):
        return "These are texts. Numbers stand without quotes."
    if len(texts) == len(mine) == 1 and "," in texts[0]:
        return "This is one text with a comma in it. Each value has quotes of its own."
    return ""


def _why_other_names(names: list[str]) -> str:
    """Return what is wrong with the names in a dictionary: some are none, stand twice, or miss."""
    if odd := [name for name in names if name not in VALUES]:
        text = "Each name must be that of an argument of `create_model` or of fit."
        near = difflib.get_close_matches(odd[0], set(VALUES) - set(names), 1, 0.75)
        return f"{text} Is `{near[0]}` meant by `{odd[0]}`?" if near else text
    if set(names) >= set(VALUES):
        return "Each name stands in the dictionary once."
    return "What has no values in the dictionary is not searched over."


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
    if isinstance(network, ModelRef | Nothing):
        raise CheckFailed(
            expected="a function that makes networks",
            got="a network that is made already" if isinstance(network, ModelRef) else "None",
            message="A search needs a new network for each candidate. Give the function itself, "
            "without calling it.",
            line=evidence.line_of("model"),
            cause="built",
            tells=Fact.BUILT if isinstance(network, ModelRef) else None,
        )


@check(points=2)
def test_params(evidence: Evidence) -> None:
    """`params` lists the values to try for each of the four parameters."""
    if "params" not in evidence.values and evidence.has("random_search"):
        evidence.tip("Keep the dictionary as `params`, the name that the task gives it.")
        settings = estimator(evidence, "random_search", "RandomizedSearchCV")
        found = settings.get("param_distributions", Nothing())
        _expect_values(evidence, "random_search", found)
        return
    _expect_values(evidence, "params", evidence.value("params", "a dictionary"))


def _search(evidence: Evidence) -> dict[str, Value]:
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
    tuned = settings.get("estimator", Nothing())
    kind = tuned.type if isinstance(tuned, Estimator) else kind_text(tuned)
    if kind != "KerasClassifier":
        raise CheckFailed(
            expected="a search that tunes `model`, a KerasClassifier",
            got=f"a search that tunes {kind}",
            message="Tell the search first of all what it is to tune.",
            line=line,
            cause="name model" if tuned == evidence.values.get("model") else "",
        )
    mine = {_plain(name) for name in _items(settings.get("param_distributions", Nothing()))}
    if "params" in evidence.values and mine != {
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
    found = _search(evidence).get("cv", Nothing())
    match found:
        case Nothing():
            return 5, "the 5 parts of a search that is not told"
        case Estimator(
            type="KFold" | "StratifiedKFold", settings={"n_splits": Number(value=parts)}
        ) if math.isfinite(parts):
            return int(parts), f"a {found.type} of {int(parts)} parts"
        case Number(value=parts) if math.isfinite(parts):
            return int(parts), f"{int(parts)} parts"
        case Sequence():
            return found.length, kind_text(found)
        case _:
            return None, kind_text(found)


@check(points=1, needs=("random_search",))
def test_cv(evidence: Evidence) -> None:
    """The search cuts the data into 3 parts for its cross-validation."""
    parts, words = _parts(evidence)
    if parts != FOLDS:
        raise CheckFailed(
            expected=f"a KFold of {FOLDS} parts",
            got=words,
            message=f"`{words.rpartition(' ')[2]}` is a class, not an object of it. Calling it "
            "makes one, with the number of parts in parentheses."
            if isinstance(_search(evidence).get("cv"), Function)
            else "Look at the `cv` of the search.",
            line=evidence.line_of("random_search"),
        )


def _trial(evidence: Evidence) -> list[Value]:
    """Return what the trial of the search made: candidates and their networks.

    Raises:
        CheckFailed: the search cannot be fitted.
        CheckSkipped: there was nothing to try.
        DamagedEvidence: the trial made something else.
    """
    match [answer.outcome for answer in evidence.record.probes]:
        case [Returned(value=Sequence(items=items))]:
            return items
        case [NoSuchFunction()]:
            raise CheckSkipped("there is no `random_search` to try")
        case [NotTried()]:
            raise CheckSkipped("there was no time left to try the search")
        case [Raised(message=message, line=line) as error]:
            unknown = re.search(r"Invalid parameter '?(\w+)'? for estimator", message)
            raise CheckFailed(
                expected="a search that can be fitted",
                got=error_text(error),
                message=_not_declared(evidence, unknown[1]) if unknown else _blame(message),
                line=evidence.line_of("model" if unknown else "random_search")
                if line is None
                else line,
                tells=Fact.UNDECLARED if unknown else None,
            )
    raise DamagedEvidence("the trial of a search made something else")


def _not_declared(evidence: Evidence, unknown: str) -> str:
    """Return what is said of a KerasClassifier that does not know a parameter, or several."""
    known = set(estimator(evidence, "model", "KerasClassifier"))
    searched = _items(_search(evidence).get("param_distributions", Nothing()))
    names = [name for name in searched if name in {"activation", "learning_rate"} - known]
    words = " and ".join(f"`{name}`" for name in names or [unknown])
    return (
        f"`model` does not know {words}. Declare {'them' if len(names) > 1 else 'it'}, with "
        f"{'values' if len(names) > 1 else 'a value'} to start from, when you make the "
        "KerasClassifier."
    )


def _blame(message: str) -> str:
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
        made = parts.get("model", Nothing())
        if not isinstance(made, ModelRef):
            raise CheckFailed(
                expected="networks that the search trains",
                got="a search that trains no Keras network",
                message="Give the search the KerasClassifier.",
                line=line,
            )
        model = evidence.model_by_number(made.number)
        for name, wanted in _items(parts.get("candidate", Nothing())).items():
            value, got = _setting(wanted), _setting_in(model, _plain(name))
            if got is not None and not _reaches(value, got):
                raise CheckFailed(
                    expected=f"a network with {name} {_list_text((value,))}, as the search wants "
                    "it",
                    got=f"a network with {name} {_list_text((got,))}",
                    message=f"The search changes `{name}`, but the network does not get to know "
                    "of it. `create_model` must receive it.",
                    line=line,
                )


def _setting_in(model: Model, name: str) -> float | str | None:
    """Return a network's learning rate or activation; None for what shows nowhere in it."""
    if name == "learning_rate":
        return float(np.float32(model.learning_rate))
    if name == "activation" and model.layers:
        return model.layers[0].activation
    return None


def _reaches(value: Setting | None, got: float | str) -> bool:
    if isinstance(got, float):
        return isinstance(value, int | float) and abs(got - value) <= 1e-4 * value
    return value == got
