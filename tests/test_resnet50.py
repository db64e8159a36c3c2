"""4.2.4 without the real weights, with weights at hand, and with damaged ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from commands import solution
from grader.datasets import real, resnet50
from words import plain

from grader.catalogue import find
from grader.evidence.record import StoredModel
from grader.grading.pipeline import grade
from grader.learner import encoding
from grader.learner.encoding import Store, encode_model
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.verdict import CheckStatus, Outcome, Verdict

# Keras's own, when it saves a model to HDF5.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

GradeSource = Callable[[str], Verdict]
NAMES = {str(number): [f"n{number:08}", f"thing_{number}"] for number in range(1000)}
TYPED_IN = "top3 = [('n11939491', 'daisy', 0.91), ('n02206856', 'bee', 0.04), ('n0', 'fly', 0.01)]"
DECODED = "top3 = decode_predictions(preds, top=3)[0]"

without_weights = pytest.mark.skipif(resnet50.at_hand(), reason="the real weights are at hand")


def _answer(old: str = "", new: str = "") -> str:
    source = solution("4.2.4")
    assert old in source
    return source.replace(old, new) if old else source


@pytest.fixture(scope="module")
def own_weights(data_workers: tuple[Path, Workers]) -> Iterator[Path]:
    """A data folder with weights in the form of the real ones, and names."""
    folder, _ = data_workers
    network = keras.applications.ResNet50(weights=None)
    network.save(folder / "whole.h5", include_optimizer=False)
    (folder / "whole.h5").rename(folder / resnet50.WEIGHTS)
    (folder / resnet50.NAMES).write_text(json.dumps(NAMES))
    yield folder
    for name in (resnet50.WEIGHTS, resnet50.NAMES):
        (folder / name).unlink()


@pytest.fixture
def grade_with_weights(
    own_weights: Path, data_folder: Path, data_workers: tuple[Path, Workers]
) -> GradeSource:
    def grade_text(source: str) -> Verdict:
        submission = Submission.of_bytes(find("4.2.4"), "answer.py", source.encode())
        return plain(grade(submission, data_workers[1]))

    return grade_text


def _statuses(verdict: Verdict) -> dict[str, CheckStatus]:
    return {check.name: check.status for check in verdict.checks}


@without_weights
def test_without_weights_the_classes_are_skipped_and_count_for_nothing(
    grade_source: Callable[..., Verdict],
) -> None:
    """Also in a failure; that the reference passes without them is seen in test_references."""
    verdict = grade_source("4.2.4", _answer(DECODED, "top3 = decode_predictions(preds)[0]"))
    skipped = verdict.checks[-1]
    assert verdict.status == Outcome.FAILED
    assert (skipped.name, skipped.status, skipped.counts) == ("classes", CheckStatus.SKIPPED, False)
    assert "grade data fetch resnet50" in skipped.message
    assert verdict.max_points == find("4.2.4").points - skipped.max_points
    assert verdict.points == verdict.max_points - 2


@pytest.mark.by_turns
@without_weights
def test_the_file_runs_by_itself_and_says_what_it_has(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(find("4.2.4").solution)],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "This is not the real ResNet50" in done.stdout
    assert "class_0" in done.stdout


@pytest.mark.by_turns
def test_with_weights_the_classes_are_checked_and_no_top_gets_the_same_weights(
    grade_with_weights: GradeSource,
) -> None:
    verdict = grade_with_weights(
        _answer()
        + """
assert top3[0][1].startswith("thing_")
import numpy as np
topless = ResNet50(weights="imagenet", include_top=False, pooling="avg")
assert all(map(np.array_equal, topless.get_weights(), model.get_weights()))
""",
    )
    assert verdict.status == Outcome.PASSED, verdict.to_json()
    assert set(_statuses(verdict).values()) == {CheckStatus.PASSED}
    assert verdict.points == verdict.max_points == find("4.2.4").points


@pytest.mark.by_turns
def test_with_weights_wrong_classes_are_found(grade_with_weights: GradeSource) -> None:
    verdict = grade_with_weights(_answer(DECODED, TYPED_IN))
    assert _statuses(verdict)["classes"] == CheckStatus.FAILED
    assert "daisy 0.910" in verdict.checks[-1].got


@pytest.mark.by_turns
def test_with_weights_the_stand_in_is_not_the_network(grade_with_weights: GradeSource) -> None:
    made = 'model = ResNet50(weights="imagenet")'
    stand_in = "model = ResNet50(weights=None)\nmodel.set_weights(resnet50._random_weights(model))"
    verdict = grade_with_weights(_answer(made, stand_in))
    assert _statuses(verdict)["weights"] == CheckStatus.FAILED
    assert _statuses(verdict)["classes"] == CheckStatus.SKIPPED
    assert verdict.max_points == find("4.2.4").points


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (resnet50.WEIGHTS, b"no weights"),
        (resnet50.NAMES, b"{}"),
        (resnet50.NAMES, b"\xff"),
        (resnet50.NAMES, json.dumps({**NAMES, "7": ["only an id"]}).encode()),
    ],
)
def test_a_damaged_file_is_the_data_folders_fault(
    file: str,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / file).write_bytes(content)
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    resnet50.class_names.cache_clear()
    with pytest.raises(real.BadData, match="damaged") as caught:
        if file == resnet50.NAMES:
            resnet50.class_names()
        else:
            resnet50.fill(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    resnet50.class_names.cache_clear()
    assert str(tmp_path / file) in str(caught.value)


def test_a_damaged_file_is_told_in_the_verdict(
    own_weights: Path, grade_with_weights: GradeSource
) -> None:
    whole = (own_weights / resnet50.NAMES).read_bytes()
    (own_weights / resnet50.NAMES).write_bytes(whole[:1000])
    try:
        verdict = grade_with_weights(_answer())
    finally:
        (own_weights / resnet50.NAMES).write_bytes(whole)
    assert verdict.status == Outcome.GRADER_ERROR
    assert resnet50.NAMES in verdict.message


def test_of_a_large_network_only_digests_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
    monkeypatch.setattr(encoding, "MAX_MODEL_BYTES", sum(w.nbytes for w in network.get_weights()))
    kept = encode_model(network, Store(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.setattr(encoding, "MAX_MODEL_BYTES", 100)
    (tmp_path / "large").mkdir()
    described = encode_model(network, Store(tmp_path / "large"))
    assert not list((tmp_path / "large").iterdir())
    assert isinstance(kept, StoredModel)
    assert isinstance(described, StoredModel)
    assert [w.digest for w in described.weights] == [w.digest for w in kept.weights]
    assert not any(weight.file for weight in described.weights)


def test_other_weights_and_networks_are_keras_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from keras.src.applications import imagenet_utils, resnet

    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", None)
    monkeypatch.setattr(resnet, "ResNet", resnet.ResNet)
    resnet50.install()
    installed = resnet.ResNet
    resnet50.install()
    assert resnet.ResNet is installed
    with pytest.raises(ValueError, match="classes"):
        keras.applications.ResNet50(classes=10)
    with pytest.raises(ValueError, match="input_shape"):
        keras.applications.ResNet50(input_shape=(299, 299, 3))
    small = {"include_top": False, "weights": None, "input_shape": (32, 32, 3)}
    first, second = (keras.applications.ResNet50(**small).get_weights()[0] for _ in range(2))
    assert not np.array_equal(first, second)
