"""scikit-learn's objects as the checks read them: classifiers, searches, splitters."""

from __future__ import annotations

from grader.evidence.values import Callback, Estimator, Function, Nothing, Other, Value, WordIndex
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed
from grader.expect.value_words import kind_text


def estimator(
    evidence: Evidence, name: str, kind: str, why: dict[str, str] | None = None
) -> dict[str, Value]:
    """Return the settings of an object of scikit-learn or SciKeras.

    Args:
        evidence: of the run.
        name: that the learner gave it.
        kind: its class, `"RandomizedSearchCV"`.
        why: what to tell of another class, `{"GridSearchCV": "…"}`.

    Raises:
        CheckFailed: NAME holds something else.
    """
    found = evidence.value(name, f"a {kind}")
    if isinstance(found, Estimator) and found.type == kind:
        return found.settings
    other, got = _class_name(found), kind_text(found)
    if isinstance(found, Other) and other == kind:
        got = f"an object of a class of your own, called {kind}"
    raise CheckFailed(
        expected=f"a {kind}",
        got=got,
        message=(why or {}).get(other, f"`{name}` holds something else than this step asks for."),
        line=evidence.line_of(name),
        cause=f"name {name}",
    )


def _class_name(found: Value) -> str:
    match found:
        case Estimator() | Other() | Callback() | WordIndex():
            return found.type
        case Function():
            return found.name
        case _:
            return ""


def network_of(classifier: dict[str, Value]) -> Value:
    """Return what a KerasClassifier makes its network from: a function, or a built model."""
    given = classifier.get("model", Nothing())
    return classifier.get("build_fn", Nothing()) if isinstance(given, Nothing) else given
