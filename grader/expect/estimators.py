"""scikit-learn's objects as the checks read them: classifiers, searches, splitters."""

from __future__ import annotations

from typing import Any

from grader.evidence.reading import evidence_faults
from grader.expect.findings import Evidence, kind_text
from grader.expect.outcome import CheckFailed

Json = Any


def estimator(
    evidence: Evidence, name: str, kind: str, why: dict[str, str] | None = None
) -> dict[str, Json]:
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
    with evidence_faults():
        if found["kind"] == "estimator" and found["type"] == kind:
            return dict(found["settings"])
        other = str(found.get("type", found.get("name", "")))
        got = kind_text(found)
        if found["kind"] == "other" and other == kind:
            got = f"an object of a class of your own, called {kind}"
    raise CheckFailed(
        expected=f"a {kind}",
        got=got,
        message=(why or {}).get(other, f"`{name}` holds something else than this step asks for."),
        line=evidence.line_of(name),
        cause=f"name {name}",
    )


def network_of(classifier: dict[str, Json]) -> Json:
    """Return what a KerasClassifier makes its network from: a function, or a built model."""
    with evidence_faults():
        given = classifier["model"]
        return classifier["build_fn"] if given["kind"] == "none" else given
