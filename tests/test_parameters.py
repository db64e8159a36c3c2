"""The references' networks have the parameters that the course states, layer by layer."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grader.catalogue import find

PARAMETERS = {
    "1.2.1": ("model", [30, 11], 41),
    "1.2.2": ("model", [20, 6], 26),
    "1.2.3": ("model", [9, 4], 13),
    "1.3.1": ("model", [100, 2550, 2550, 51], 5251),
    "2.1.2": ("model", [5], 5),
    "2.2.1": ("model", [384, 8256, 2080, 132], 10852),
    "2.3.1": ("model", [1344, 195], 1539),
    "3.1.1": ("model", [1040, 170], 1210),
    "3.3.2": ("batchnorm_model", [3250, 200, 2550, 200, 2550, 200, 510], 9460),
    "3.4.1": ("create_model(0.01, 'relu')", [3968, 33024, 257], 37249),
    "4.1.3": ("autoencoder", [25120, 25872], 50992),
    "4.2.1": ("model", [320, 4624, 0, 92170], 97114),
    "4.2.4": ("model", None, 25_636_712),
    "4.3.2": ("model", [352, 5248, 1056, 1452], 8108),
}
"""The model, each layer's parameters (None: not stated), and the total; from the course."""

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
def counted() -> dict[str, tuple[list[int], int, int]]:
    """Each reference's parameters, counted by Keras: per layer, in all, and learned."""
    work = {id_: (str(find(id_).solution), name) for id_, (name, _, _) in PARAMETERS.items()}
    done = subprocess.run(
        [sys.executable, "-P", "-c", _COUNT, json.dumps(work)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("exercise_id", PARAMETERS)
def test_the_reference_has_the_stated_parameters(
    exercise_id: str, counted: dict[str, tuple[list[int], int, int]]
) -> None:
    _, layers, total = PARAMETERS[exercise_id]
    found_layers, found_total, _ = counted[exercise_id]
    assert found_total == total
    if layers is not None:
        assert found_layers == layers
        assert sum(layers) == total


def test_of_the_normalized_network_9160_are_learned(
    counted: dict[str, tuple[list[int], int, int]],
) -> None:
    assert counted["3.3.2"][2] == 9160
    assert counted["3.3.2"][1] - counted["3.3.2"][2] == 300
