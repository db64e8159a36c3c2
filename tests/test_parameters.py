"""The references' networks have the parameters that the course states, layer by layer.

The answers files hold them: `PARAMETERS`.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from corpus import Parameters, declared

from grader.catalogue import Exercise, exercises

STATED = [
    (exercise, declared(exercise, "PARAMETERS"))
    for exercise in exercises()
    if declared(exercise, "PARAMETERS") is not None
]

_COUNT = """
import contextlib, json, runpy, sys
found = {}
for exercise, (path, name) in json.loads(sys.argv[1]).items():
    with contextlib.redirect_stdout(sys.stderr):
        model = eval(name, runpy.run_path(path))
    layers = [layer.count_params() for layer in model.layers if layer.name[:5] != "input"]
    learned = sum(int(weight.shape.num_elements()) for weight in model.trainable_weights)
    found[exercise] = [layers, model.count_params(), learned]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def counted(request: pytest.FixtureRequest) -> dict[str, tuple[list[int], int, int]]:
    """Each chosen reference's parameters, counted by Keras: per layer, in all, and learned."""
    chosen = {item.name for item in request.session.items if item.path == request.path}
    work = {
        exercise.id: (str(exercise.solution), stated.network)
        for exercise, stated in STATED
        if any(f"[{exercise.id}]" in name for name in chosen)
    }
    done = subprocess.run(
        [sys.executable, "-P", "-c", _COUNT, json.dumps(work)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(("exercise", "stated"), STATED, ids=[e.id for e, _ in STATED])
def test_the_reference_has_the_stated_parameters(
    exercise: Exercise, stated: Parameters, counted: dict[str, tuple[list[int], int, int]]
) -> None:
    layers, total, learned = counted[exercise.id]
    assert total == stated.total
    if stated.layers is not None:
        assert layers == stated.layers
        assert sum(layers) == total
    assert learned == stated.learned or stated.learned is None
