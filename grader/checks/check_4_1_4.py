"""Checks for 4.1.4, de-noising like an autoencoder."""

from functools import cache

import numpy as np

from grader.datasets import mnist, trained
from grader.evidence.record import Raised
from grader.evidence.values import Graph, ModelRef, Numbers
from grader.expect.arrays import expect_shape, other_numbers
from grader.expect.figures import Axes, figures
from grader.expect.findings import Evidence
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check, counted
from grader.expect.specifications import dense
from grader.expect.uncalled import or_not_called
from grader.sizes import shape_text
from grader.verdict import Fact

HINTS = (
    "Nothing is trained here. The trained network has its layers in `autoencoder.layers`, and a "
    "layer can be part of a second model, too.",
    "An empty sequential model takes the layer with `add`. The encoder and the whole autoencoder "
    "are both models, so both predict. Both are given the noisy images.",
    "Add `autoencoder.layers[0]` to `Sequential()`. Then `encoder.predict(X_test_noise)` gives "
    "the encodings, and `autoencoder.predict(X_test_noise)` the decoded images. Each of the two "
    "plot functions takes what its name says.",
)

ENCODER = Network(
    input=(784,),
    layers=[dense(32, "relu")],
    besides=frozenset({"trainable"}),  # it has learned already
)

TOLERANCE = 2e-3
"""How far a value may lie off, of its own size or of 1: float32, or three digits."""


@cache
def _noisy() -> np.ndarray:
    return mnist.load_noisy_test()[0]


@cache
def _true() -> tuple[np.ndarray, np.ndarray]:
    """Return the encodings (n, 32) and the decoded images (n, 784) of the noisy images."""
    given = trained.load("autoencoder")
    encodings = np.asarray(given.layers[0](_noisy()))
    return encodings, np.asarray(given.layers[-1](encodings))


def _close(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(
        np.allclose(got.astype(float), wanted, rtol=TOLERANCE, atol=TOLERANCE)
    )


def _encoder(evidence: Evidence) -> Model:
    """Return the learner's encoder: a model, or a `keras.Function`, which does the same."""
    found = evidence.value("encoder", "a Keras model")
    if isinstance(found, Graph):
        return evidence.model_by_number(found.number, "encoder")
    return evidence.model("encoder")


@check(points=2)
def test_encoder(evidence: Evidence) -> None:
    """`encoder` takes 784 pixels and gives 32 numbers."""
    encoder = _encoder(evidence)
    if encoder.input_shape is None and [one.settings for one in encoder.layers] == [(784,)]:
        raise CheckFailed(
            expected="the layer that makes 32 numbers of an image",
            got="the layer that makes an image of 32 numbers",
            message="This is the decoder, the network's second half. Python counts from 0.",
            line=encoder.line,
        )
    ENCODER.expect_input(encoder)
    ENCODER.expect_layers(encoder)
    ENCODER.expect_activations(encoder)


@check(points=2, needs=("encoder",))
def test_learned(evidence: Evidence) -> None:
    """`encoder` has what the first layer of the autoencoder has learned."""
    encoder = _encoder(evidence)
    wanted = trained.load("autoencoder").layers[0].get_weights()
    got = encoder.keras.get_weights()
    if len(got) != len(wanted) or not all(map(_close, got, wanted)):
        again = bool(evidence.trainings)
        raise CheckFailed(
            expected="the weights of the first layer of `autoencoder`",
            got="other weights",
            message="You trained again, which changed the weights. The given network is ready."
            if again
            else "A new layer knows nothing yet. Put the autoencoder's own first layer into "
            "`encoder`.",
            line=encoder.line_of_layer(encoder.layers[0].name),
        )


def _describe(got: np.ndarray) -> str:
    """Return which of the images or results an array is, if it is one of them."""
    encodings, decoded = _true()
    clean = mnist.flat(mnist.load_split()[2])[: len(decoded)]
    given = trained.load("autoencoder")
    known = {
        "the noisy images themselves": _noisy(),
        "the encodings": encodings,
        "the decoded images": decoded,
        "the clean images": clean,
        "the encodings of the clean images": np.asarray(given.layers[0](clean)),
        "the clean images, encoded and decoded": np.asarray(given(clean)),
    }
    return next((name for name, array in known.items() if _close(got, array)), "")


def _was_predicted(evidence: Evidence, wanted: np.ndarray) -> bool:
    """Whether some model of the file gave this, whatever it was called then."""
    for call in evidence.calls("predict"):
        result = call.result
        if not isinstance(result, Numbers) or result.file is None:
            continue
        if result.shape == wanted.shape and _close(evidence.load(result), wanted):
            return True
    return False


def _is_one_model(evidence: Evidence) -> bool:
    """Whether `encoder` is the whole autoencoder under another name."""
    encoder, whole = (evidence.values.get(name) for name in ("encoder", "autoencoder"))
    return isinstance(encoder, ModelRef) and encoder == whole


def _tell_of_encodings(evidence: Evidence) -> None:
    """Tell of a file that stopped because the autoencoder was given the encodings."""
    ended, encodings = evidence.record.ended, evidence.values.get("encodings")
    call = ended.call if isinstance(ended, Raised) else None
    given = call.arguments.get("x") if call is not None else None
    if not isinstance(given, Numbers) or not isinstance(encodings, Numbers) or call is None:
        return
    if given.digest == encodings.digest and call.layers and call.layers[0].input == (None, 784):
        evidence.tip(
            "`encodings` have been through the encoder already. The whole autoencoder begins with "
            "its own: it takes the images.",
            ended.line if isinstance(ended, Raised) else None,
            Fact.INPUT_AXES,
        )


_BOTH = ("encoder", "autoencoder")
_ONE_MODEL = "`encoder` and `autoencoder` are one model."


def _tell_of_other_plotted(evidence: Evidence) -> None:
    """Tell of a file that stopped because `show_encodings` got something else than encodings."""
    ended = evidence.record.ended
    if not isinstance(ended, Raised) or "show_encodings takes encodings" not in ended.message:
        return
    shown = [
        (call.arguments[0], _array_of(evidence, call.arguments[0]))
        for call in evidence.written.calls("show_encodings")
        if call.line == ended.line and call.arguments
    ]
    for name, array in shown:
        if array is not None and (what := _describe(array)):
            evidence.tip(
                f"`{name}` holds {what}. `show_encodings` takes the 32 numbers for each image that "
                "the encoder has made.",
                ended.line,
            )


def _array_of(evidence: Evidence, name: str) -> np.ndarray | None:
    """Return the array that a name holds; None where it holds none that was kept."""
    found = evidence.values.get(name)
    if not isinstance(found, Numbers) or found.file is None:
        return None
    return evidence.load(found)


def _expect_result(evidence: Evidence, name: str, wanted: np.ndarray, what: str) -> None:
    found = evidence.array(name)
    is_other = _describe(found) if found.shape != wanted.shape else ""
    is_one = _is_one_model(evidence)
    popped = [call.line for call in evidence.written.calls("pop") if call.owner in _BOTH]
    before = popped and popped[0] < (evidence.line_of(name) or 0)
    if is_one and before and is_other == "the encodings":
        raise CheckFailed(
            expected=f"`{name}` of shape {shape_text(wanted.shape)}",
            got=f"shape {shape_text(found.shape)}: the encodings",
            message=f"{_ONE_MODEL} `pop` takes a layer out of both.",
            line=popped[0],
            tells=Fact.ONE_MODEL,
        )
    one = f" {_ONE_MODEL}" if is_one and not popped else ""  # else a tip tells so
    why = (
        f"These are {is_other}.{one}"
        if is_other
        else f"`{name}` holds {what} for each noisy image."
    )
    got = expect_shape(evidence, name, wanted.shape, why).astype(float)
    if _close(got, wanted):
        return
    off = ~np.isclose(got, wanted, rtol=TOLERANCE, atol=TOLERANCE)
    other = _describe(got)
    if not other and any(np.allclose(got, wanted.round(digits)) for digits in (0, 1, 2)):
        other = "the right numbers, but rounded"
    message = f"This is not what the given autoencoder makes of the noisy images, in {what} each."
    if other:
        message = f"These are {other}."
    raise other_numbers(got, wanted, off, message, evidence.line_of(name))


@check(points=2, needs=("learned",))
def test_encodings(evidence: Evidence) -> None:
    """`encodings` are the 32 numbers for each of the noisy images."""
    wanted = _true()[0]
    if "encodings" not in evidence.values and _was_predicted(evidence, wanted):
        evidence.tip("Keep the result of the encoder as `encodings`, the name that the task gives.")
        return
    _expect_result(evidence, "encodings", wanted, "32 numbers")


@check(points=3)
def test_decoded_imgs(evidence: Evidence) -> None:
    """`decoded_imgs` are the noisy images, encoded and decoded."""
    _tell_of_encodings(evidence)
    _expect_result(evidence, "decoded_imgs", _true()[1], "784 pixels")


def _shows(axes: Axes, rows: np.ndarray) -> bool:
    """Whether a plot shows one of these rows or more: as an image, as a table, as a line."""
    size = rows.shape[1]
    drawn = [image.astype(float) for image in axes.images] + [curve.y for curve in axes.curves]
    lines = [line for part in drawn for line in _lines(part, size)]
    return any(
        np.isclose(rows, line, rtol=TOLERANCE, atol=TOLERANCE).all(axis=1).any() for line in lines
    )


def _lines(drawn: np.ndarray, size: int) -> list[np.ndarray]:
    """Return what in a drawn array can be a row of SIZE numbers: all of it, or its first."""
    if drawn.size == size:
        return [drawn.ravel()]
    if drawn.ndim == 2 and drawn.size and size in drawn.shape:
        return [drawn[0] if drawn.shape[1] == size else drawn[:, 0]]
    return []


def _known_rows(evidence: Evidence, name: str, true: np.ndarray) -> list[np.ndarray]:
    """Return what NAME should hold, and what it holds: wrong results can be plotted rightly."""
    found = [true]
    stored = evidence.values.get(name)
    if isinstance(stored, Numbers) and stored.file is not None:
        mine = evidence.load(stored).astype(float)
        if mine.ndim == 2 and mine.shape[1] == true.shape[1]:
            found.append(mine)
    return found


def _plots_of(evidence: Evidence, name: str, true: np.ndarray, where: str) -> list[Axes]:
    """Expect rows of NAME to be plotted; return the plots in the figures that show them."""
    rows = _known_rows(evidence, name, true)
    drawn = figures(evidence)
    found = [
        figure
        for figure in drawn
        if any(_shows(axes, array) for axes in figure.axes for array in rows)
    ]
    if found:
        return [axes for figure in found for axes in figure.axes]
    if evidence.ended_early:
        raise evidence.not_before(f"`{name}` was plotted")
    not_shown = CheckFailed(
        expected=f"a plot with images of `{name}`",
        got=f"{counted(len(drawn), 'plot')}, without them" if drawn else "no plot",
        message=f"No plot shows `{name}`. One of the plot functions does, with it {where}.",
        line=drawn[-1].line if drawn else evidence.line_of(name),
    )
    function = "show_encodings" if name == "encodings" else "compare_plot"
    raise or_not_called(not_shown, evidence, function)


@check(points=1)
def test_encodings_plot(evidence: Evidence) -> None:
    """The encodings of a digit are shown."""
    _tell_of_other_plotted(evidence)
    _plots_of(evidence, "encodings", _true()[0], "as its first argument")


@check(points=1)
def test_comparison_plot(evidence: Evidence) -> None:
    """The noisy images and the decoded ones are compared in a plot."""
    plots = _plots_of(evidence, "decoded_imgs", _true()[1], "as its second argument")
    line = figures(evidence)[-1].line
    encodings = _known_rows(evidence, "encodings", _true()[0])
    for figure in figures(evidence):  # whose images were drawn beside the encodings do not count
        if not any(_shows(axes, array) for axes in figure.axes for array in encodings):
            plots += figure.axes
    if not any(_shows(axes, _noisy()) for axes in plots):
        raise CheckFailed(
            expected="noisy images, and the decoded ones below",
            got="decoded images without the noisy ones",
            message="The first argument of the comparison are the images as they came, with noise.",
            line=line,
        )
    upper = [axes for axes in plots if axes.title == "original"]
    if upper and not any(_shows(axes, _noisy()) for axes in upper):
        raise CheckFailed(
            expected="noisy images above, decoded ones below",
            got="decoded images above, noisy ones below",
            message="The two arguments of the comparison are swapped.",
            line=line,
        )
