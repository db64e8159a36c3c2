"""Checks for 4.2.4, using a real world model.

The 25 million weights are not part of the evidence, only their digests. What they should
be is known here: the real ones where they are at hand, else those of the stand-in.
"""

from functools import cache
from typing import NamedTuple

import keras
import numpy as np

from grader.datasets import photo, resnet50
from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import Raised, StoredModel
from grader.evidence.values import Frame, Number, Numbers, Sequence, Text, Texts, Value
from grader.expect.findings import Evidence, digest_of
from grader.expect.outcome import CheckFailed, CheckSkipped, CheckUnavailable, check
from grader.expect.value_words import kind_text
from grader.sizes import shape_text
from grader.verdict import Fact

HINTS = (
    "Three steps, three functions: one makes the network, one predicts, one decodes. Each takes "
    "what the one before gave.",
    "Which word stands for the weights that ResNet50 has learned? And how does "
    "decode_predictions know that you want three classes, not five?",
    'Call `ResNet50` with `weights="imagenet"`, `model.predict` with `img_ready`, and '
    "`decode_predictions` with `preds` and `top=3`.",
)
TIMEOUT = 240
INSTALL = ("grader.datasets.resnet50",)
WATCH = (
    "keras.src.applications.imagenet_utils.decode_predictions",
    "keras.applications.imagenet_utils.decode_predictions",
)

PARAMETERS, WEIGHTS, CLASSES = 25_636_712, 320, 1000
TOP = 3
OTHERS = {
    23_587_712: "ResNet50 without its top",
    25_613_800: "ResNet50V2",
    44_707_176: "ResNet101",
    60_419_944: "ResNet152",
    138_357_544: "VGG16",
    143_667_240: "VGG19",
    23_851_784: "InceptionV3",
    22_910_480: "Xception",
    4_253_864: "MobileNet",
    3_538_984: "MobileNetV2",
}
"""Other networks that are easily taken, by their parameters."""

TOLERANCE = 1e-3
"""How far a probability may lie off: printed with three digits it is as right."""


class Entry(NamedTuple):
    """One decoded class."""

    id: str
    name: str
    probability: float


@check(points=2)
def test_network(evidence: Evidence) -> None:
    """`model` is the whole of ResNet50."""
    model = evidence.model()
    total, outputs = model.keras.count_params(), tuple(model.keras.output_shape)[1:]
    if (total, outputs, len(model.keras.weights)) == (PARAMETERS, (CLASSES,), WEIGHTS):
        return
    name = OTHERS.get(total, "another network")
    raise CheckFailed(
        expected=f"ResNet50: {PARAMETERS:,} parameters, outputs of shape {(CLASSES,)}",
        got=f"{name}: {total:,} parameters, outputs of shape {outputs}",
        message="Without its top the network does not say which class it sees. Leave the top on."
        if total == next(iter(OTHERS))
        else "Take ResNet50 as it is, with all its layers and its 1000 classes.",
        line=model.line,
    )


@cache
def _reference(evidence: Evidence) -> keras.Model:
    """Return the learner's network with the weights that it should have."""
    network = evidence.model().keras
    resnet50.fill(network)
    return network


@check(points=2, needs=("network",))
def test_weights(evidence: Evidence) -> None:
    """It has the weights that are called imagenet."""
    model = evidence.model()
    stored = model.stored.weights if isinstance(model.stored, StoredModel) else []
    got = [weight.digest for weight in stored]
    wanted = [digest_of(weight) for weight in _reference(evidence).get_weights()]
    if got == wanted:
        return
    # The largest weights are never the same by accident; biases that are all 0 may be.
    same = got[:1] == wanted[:1]
    raise CheckFailed(
        expected="the weights called imagenet",
        got="weights that were changed afterwards" if same else "random weights",
        message="Leave the network as it comes: it has learned already."
        if same
        else "A network that has learned nothing can only guess. Look at the argument `weights`.",
        line=model.line,
    )


@cache
def _true(evidence: Evidence) -> np.ndarray:
    """Return the network's probabilities for the photo, shape (1, 1000), computed here.

    Of a network that was made without its last activation, softmax makes the same of them.
    """
    outputs = np.asarray(_reference(evidence)(photo.load_ready(), training=False), float)
    if abs(outputs.sum() - 1) < 0.01:
        return outputs
    powers = np.exp(outputs - outputs.max())
    return np.asarray(powers / powers.sum())


def _preds(evidence: Evidence) -> np.ndarray:
    """Return `preds` as numbers of any shape."""
    ended = evidence.record.ended
    if isinstance(ended, Raised) and "predict_classes'" in ended.message:
        evidence.tip("This step asks for the probabilities, and not for classes: `model.predict`.")
    return evidence.array("preds").astype(float)


def _expect_preds(evidence: Evidence) -> np.ndarray:
    """Expect `preds` to be the network's probabilities; return them, shape (1, 1000)."""
    got, line, shape = _preds(evidence), evidence.line_of("preds"), (1, CLASSES)
    if got.shape != shape:
        raise CheckFailed(
            expected=f"probabilities of shape {shape_text(shape)}",
            got=f"an array of shape {shape_text(got.shape)}",
            message="This is the row of the one image. Keep the array, with a row for each image."
            if got.shape == (CLASSES,)
            else "`preds` must have a row for each image and a column for each class.",
            line=line,
            tells=Fact.ONE_IMAGE if got.shape == (CLASSES,) else None,
        )
    if (got < -TOLERANCE).any() or not abs(got.sum() - 1) <= 0.02:
        raise CheckFailed(
            expected="probabilities, which add up to 1",
            got=f"numbers that add up to {got.sum():.4g}",
            message="Take what the network predicts, as it is, and leave its last activation on.",
            line=line,
        )
    true = _true(evidence)
    off = ~(np.abs(got - true) <= TOLERANCE)
    if off.any():
        place = int(true.argmax())
        raise CheckFailed(
            expected=f"{true[0, place]:.4f} at {shape_text((0, place))}",
            got=f"{got[0, place]:.4f}",
            message=_blame_for_preds(evidence, got),
            line=line,
        )
    return got


def _blame_for_preds(evidence: Evidence, got: np.ndarray) -> str:
    ready = photo.load_ready()
    means = np.array([103.939, 116.779, 123.68], np.float32)
    plain = (ready + means)[..., ::-1]
    for image, words in (
        (plain, "The photo went in without its preprocessing. Predict `img_ready`, as it is."),
        (plain / 255, "The photo went in divided by 255. Predict `img_ready`, as it is."),
        (ready[..., ::-1] - means, "The photo was preprocessed twice: `img_ready` is ready."),
    ):
        outputs = np.asarray(_reference(evidence)(np.ascontiguousarray(image), training=False))
        if np.allclose(outputs, got, rtol=0.01, atol=1e-5):
            return words
    return "`preds` is not what the network predicts for `img_ready`."


@check(points=3, needs=("network", "weights"))
def test_preds(evidence: Evidence) -> None:
    """`preds` are the network's probabilities for the photo."""
    _expect_preds(evidence)


def _decoded(evidence: Evidence) -> Value:
    """Return what `top3` holds; where the file only printed it, what was decoded last."""
    calls = [call for path in WATCH for call in evidence.calls(path)]
    if "top3" in evidence.values or not calls:
        return evidence.value("top3", f"a list of {TOP} classes")
    evidence.tip("Give what decode_predictions returns the name `top3`, so that you can use it.")
    return calls[-1].result


def _entry(found: Value) -> Entry | None:
    match found:
        case Sequence(items=[Text(value=key), Text(value=name), Number(value=share)]):
            return Entry(key, name, float(share))
        case _:
            return None


def _rows(found: Value, evidence: Evidence) -> list[Value]:
    """Return the classes in a list or tuple; in a DataFrame each row is one."""
    if not isinstance(found, Frame):
        return found.items if isinstance(found, Sequence) else []
    columns = [_cells(column.values, evidence) for column in found.columns]
    if len({len(column) for column in columns}) > 1:
        raise DamagedEvidence("a table's columns differ in length")
    return [Sequence("tuple", list(row), len(row)) for row in zip(*columns, strict=True)]


def _cells(values: Numbers | Texts, evidence: Evidence) -> list[Value]:
    if isinstance(values, Texts):
        return [Text(text) for text in values.items]
    return [Number(float(number), "float") for number in evidence.load(values).ravel()]


def _expect_entries(evidence: Evidence) -> list[Entry]:
    """Expect `top3` to be three decoded classes; return them."""
    found = _decoded(evidence)
    items = _rows(found, evidence)
    if len(items) == 1 and _entry(items[0]) is None:  # a list for each image
        items = items[0].items if isinstance(items[0], Sequence) else []
    entries = [entry for item in items if (entry := _entry(item)) is not None]
    if _entry(found) is not None:
        got, message = "one class", "This is the first of them only. Keep all three."
    elif not entries or len(entries) != len(items):
        got, message = kind_text(found), "Let decode_predictions say what the probabilities mean."
    elif len(entries) != TOP:
        got = f"{len(entries)} class{'es' if len(entries) > 1 else ''}"
        message = "decode_predictions gives five, unless you tell it how many. Look at `top`."
    else:
        return entries
    raise CheckFailed(
        expected=f"{TOP} classes, each with id, name and probability",
        got=got,
        message=message,
        line=evidence.line_of("top3"),
    )


@check(points=2)
def test_top3(evidence: Evidence) -> None:
    """`top3` holds three decoded classes."""
    _expect_entries(evidence)


def _text(entries: list[Entry]) -> str:
    return ", ".join(f"{entry.name[:30]} {entry.probability:.3f}" for entry in entries)


@check(points=2)
def test_classes(evidence: Evidence) -> None:
    """The three classes are those that the real ResNet50 sees in the photo."""
    try:
        probabilities, got = _expect_preds(evidence)[0], _expect_entries(evidence)
    except (CheckFailed, CheckSkipped):
        if not resnet50.at_hand():
            raise CheckUnavailable(_UNAVAILABLE) from None
        raise CheckSkipped("needs the checks `preds` and `top3`, which did not pass") from None
    largest = probabilities.argsort()[::-1][:TOP]
    names = resnet50.class_names()
    wanted = [
        Entry(names[number][0], names[number][1], float(probabilities[number]))
        for number in largest
    ]
    for here, mine in zip(wanted, got, strict=True):
        same = (here.id, here.name) == (mine.id, mine.name)
        if not same or not abs(here.probability - mine.probability) <= TOLERANCE:
            raise CheckFailed(
                expected=_text(wanted),
                got=_text(got),
                message="These are not the three largest of `preds`, the most probable one first.",
                line=evidence.line_of("top3"),
            )
    if not resnet50.at_hand():
        raise CheckUnavailable(_UNAVAILABLE)


_UNAVAILABLE = (
    "the weights of the real ResNet50 are not on this machine. `grade data fetch resnet50` gets "
    "them, 103 MB; then this counts, too"
)
