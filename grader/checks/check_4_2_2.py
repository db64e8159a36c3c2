"""Checks for 4.2.2, looking at convolutions."""

from functools import cache
from typing import NamedTuple

import numpy as np

from grader.datasets import mnist, trained
from grader.evidence.values import Graph, Numbers, Sequence
from grader.expect.figures import figures
from grader.expect.findings import Evidence, digest_of
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.sizes import shape_text

HINTS = (
    "A model is made from an input and an output. The trained network has both already; its "
    "first layer has them, too.",
    "`model.layers[0].output` is what the first layer gives. The activations have four axes: "
    "image, row, column, filter. To show a picture, choose the image and the filter, and keep "
    "all rows and all columns.",
    "`Model(inputs=model.layers[0].input, outputs=model.layers[0].output)` is the model. Give its "
    "predictions to `matshow`: `activations[0, :, :, k]` is the first image, and `k` is the "
    "filter's number less 1.",
)

TIMEOUT = 120
WATCH = ("matplotlib.axes.Axes.imshow",)

IMAGES = 50
FILTERS = (15, 18)
"""Numbers of the filters to show, counted from 1."""

TOLERANCE = 1e-3
"""How far an activation may lie off. They run from 0 to about 1.2."""


@cache
def _images() -> np.ndarray:
    return mnist.load_split()[2][:IMAGES, :, :, None]


@cache
def _layers() -> list[np.ndarray]:
    """Return what each layer of the given network gives for the test images."""
    found, data = [], _images()
    for layer in trained.load("cnn").layers:
        data = np.asarray(layer(data))
        found.append(data)
    return found


def _true() -> np.ndarray:
    return _layers()[0]


def _first_layer_model(evidence: Evidence) -> Model:
    """Return the learner's model; a keras.Function computes as much as one."""
    found = evidence.value("first_layer_model", "a Keras model")
    if isinstance(found, Graph):
        return evidence.model_by_number(found.number, "first_layer_model")
    return evidence.model("first_layer_model")


def _blame_for_output(got: np.ndarray, what: str) -> str:
    """Return what is wrong with outputs that are not those of the first layer."""
    if got.shape == _images().shape and np.allclose(got, _images()):
        return f"{what} the images themselves, as they go in."
    if got.shape == _true()[:1].shape:
        return f"{what} one image only. Ask about all images of `X_test`."
    for place, layer in enumerate(_layers()):
        if place and got.shape == layer.shape and np.allclose(got, layer, atol=TOLERANCE):
            last = place == len(_layers()) - 1
            return f"{what} the output of layer {place + 1}{', the last one' if last else ''}."
    if got.shape != _true().shape:
        return f"{what} something else than the output of the first layer."
    if (got < 0).any() and np.allclose(np.maximum(got, 0), _true(), atol=TOLERANCE):
        return "The first layer ends with its relu activation, so nothing comes out below 0."
    return f"{what} other numbers than those of `model`'s first layer, as of other weights."


@check(points=3)
def test_first_layer_model(evidence: Evidence) -> None:
    """`first_layer_model` gives what the first layer of `model` gives."""
    model, true = _first_layer_model(evidence), _true()
    got = model.predict(_images())
    if got.shape == true.shape and np.abs(got - true).max() <= TOLERANCE:
        return
    raise CheckFailed(
        expected=f"outputs of shape {shape_text(true.shape)}, for all test images",
        got=f"shape {shape_text(got.shape)}" + (", other values" * (got.shape == true.shape)),
        message=_blame_for_output(got, "It gives"),
        line=model.line,
    )


def _own_outputs(evidence: Evidence) -> np.ndarray | None:
    """Return what the learner's own model gives, right or wrong; None where there is none."""
    try:
        return _first_layer_model(evidence).predict(_images())
    except (CheckFailed, CheckSkipped):
        return None


def _close(got: np.ndarray, wanted: np.ndarray | None) -> bool:
    return (
        wanted is not None
        and got.shape == wanted.shape
        and bool(np.all(np.abs(got - wanted) <= TOLERANCE))
    )


def _blame_for_activations(evidence: Evidence, got: np.ndarray) -> str:
    true = _true()
    if got.shape == true.shape and _close(true, _own_outputs(evidence)):
        sums, wanted = (np.sort(part.sum(axis=(1, 2, 3))) for part in (got, true))
        if np.allclose(sums, wanted, rtol=1e-4):
            return "These are the right images in another order. Keep the order of `X_test`."
        return "These are activations of other images. Predict those of `X_test`, as they are."
    return _blame_for_output(got, "This is")


@check(points=2)
def test_activations(evidence: Evidence) -> None:
    """`activations` are what `first_layer_model` predicts for all test images."""
    true, got = _true(), evidence.array("activations").astype(float)
    if _close(got, true) or _close(got, _own_outputs(evidence)):
        return
    place = (0, *np.unravel_index(true[0].argmax(), true[0].shape))
    raise CheckFailed(
        expected=f"activations of shape {shape_text(true.shape)}"
        if got.shape != true.shape
        else f"{true[place]:.4f} at {shape_text(place)}",
        got=f"an array of shape {shape_text(got.shape)}"
        if got.shape != true.shape
        else f"{got[place]:.4f}",
        message=_blame_for_activations(evidence, got),
        line=evidence.line_of("activations"),
    )


class Shown(NamedTuple):
    """A picture in a plot; the last one that was drawn there lies on top."""

    picture: np.ndarray
    on_top: bool
    line: int | None
    plot: int
    """Which of all plots it is in."""


def _shown(evidence: Evidence) -> list[Shown]:
    """Return all pictures that the file shows, in the order of the plots."""
    lines = _lines_of_pictures(evidence)
    return [
        Shown(
            np.squeeze(picture.astype(float)),
            picture is axes.images[-1],
            lines.get(digest_of(np.squeeze(picture)), figure.line),
            plot,
        )
        for plot, (figure, axes) in enumerate(
            (figure, axes) for figure in figures(evidence) for axes in figure.axes
        )
        for picture in axes.images
    ]


def _lines_of_pictures(evidence: Evidence) -> dict[str, int]:
    """Return the line that drew each picture, by the hash of its values."""
    found: dict[str, int] = {}
    for call in evidence.calls(WATCH[0]):
        match call.arguments.get("args"):
            case Sequence(items=[_, Numbers(file=str()) as shown, *_]) if call.line is not None:
                found[digest_of(np.squeeze(evidence.load(shown)))] = call.line
    return found


def _scaled(picture: np.ndarray) -> np.ndarray:
    """Return a picture as it is seen: from its darkest point, 0, to its brightest, 1."""
    values = np.nan_to_num(picture)
    spread = values.max() - values.min() if values.size else 0
    return (values - values.min()) / spread if spread > 0 else np.zeros_like(values)


def _look_alike(picture: np.ndarray, other: np.ndarray) -> bool:
    return picture.shape == other.shape and bool(
        np.abs(_scaled(picture) - _scaled(other)).max(initial=0) <= TOLERANCE
    )


def _sources(evidence: Evidence) -> list[np.ndarray]:
    """Return the activations that may be shown: the true ones, and the learner's own."""
    sources = [_true()]
    if evidence.has("activations"):
        try:
            own = evidence.array("activations").astype(float)
        except CheckFailed:
            return sources
        if own.ndim == 4 and own.size:
            sources.append(own)
    return sources


def _position(evidence: Evidence, number: int) -> int | None:
    """Return which of the shown pictures is the first image's from this filter."""
    wanted = [part[0, :, :, number - 1] for part in _sources(evidence) if part.shape[3] >= number]
    for position, shown in enumerate(_shown(evidence)):
        if shown.on_top and any(_look_alike(shown.picture, picture) for picture in wanted):
            return position
    return None


def _name(picture: np.ndarray) -> tuple[str, str]:
    """Return what a picture shows instead, in words, and why that is not what is asked for."""
    if picture.shape == _true().shape[1:3] and not picture.any():
        return "a picture that is 0 everywhere", (
            "There are filters that find nothing in this image; these two find something. Look "
            "at the last index: it chooses the filter."
        )
    for image in range(IMAGES):
        if _look_alike(picture, _images()[image, :, :, 0]):
            return "a digit itself", "That is what goes into the network. Show the activations."
        for index in range(_true().shape[3]):
            true = _true()[image, :, :, index]
            if not true.any():
                continue
            if _look_alike(picture, true):
                where = f"filter {index + 1} of image {image + 1}"
                if image == 0 and index in FILTERS:
                    return where, "Python counts from 0: the index is less by 1 than the number."
                if image:
                    axes = "The first index chooses the image, the last one the filter."
                    return where, f"Show the first image, from both filters. {axes}"
                return where, "Look at the last index: it chooses the filter."
            if _look_alike(picture, true.T):
                where = f"filter {index + 1} of image {image + 1}, rows and columns swapped"
                return where, "Show the activations as they are, rows first."
    return (
        f"a picture of {'×'.join(map(str, picture.shape))}",
        "This is one row of the image, from all filters. The filters are the last axis."
        if picture.shape == _true().shape[2:]
        else "A picture has all rows and all columns, of one image and from one filter.",
    )


def _right_number(shown: Shown) -> int | None:
    """Return the number of the filter that a picture shows rightly; None for no such one."""
    for number in FILTERS:
        if _look_alike(shown.picture, _true()[0, :, :, number - 1]):
            return number
    return None


def _common_owner(evidence: Evidence, below: Shown, above: Shown) -> str:
    """Return what the file writes for the plot of two pictures; "" where it does not say."""
    calls = [call for name in ("matshow", "imshow") for call in evidence.written.calls(name)]
    lower, upper = (
        {call.owner for call in calls if call.line == one.line} for one in (below, above)
    )
    both = lower & upper - {"", "plt"} if below.line != above.line else set()
    return both.pop() if len(both) == 1 else ""


def _expect_picture(evidence: Evidence, number: int) -> None:
    """Expect a picture of the first image's activations from this filter, by its number."""
    if _position(evidence, number) is not None:
        return
    shown = _shown(evidence)
    if len([one for one in shown if one.on_top]) < len(FILTERS) and evidence.ended_early:
        raise evidence.not_before("this was shown")
    true = _true()[0, :, :, number - 1]
    blamed = shown[-1] if shown else None
    other = [one for one in shown if one.on_top and _right_number(one) is None]
    if any(_look_alike(one.picture, true) for one in shown):
        got = "it lies below another picture"
        below = next(one for one in shown if _look_alike(one.picture, true))
        blamed = next(one for one in shown if one.on_top and one.plot == below.plot)
        owner = _common_owner(evidence, below, blamed)
        both = f": both go into `{owner}`" if owner else ""
        message = f"This picture is drawn over it{both}. Give each picture a plot of its own."
    elif other:
        # Of two wrong pictures, each is taken for the one that should stand there.
        one = other[-1] if len(other) > 1 and number == FILTERS[1] else other[0]
        got, message = _name(one.picture)
        blamed = one
    elif shown:
        got, message = "only the other filter", "Two filters are to be shown, in two plots."
    else:
        got, message = "no picture", "Give the activations to a method such as `matshow`."
    raise CheckFailed(
        expected=f"filter {number} of image 1",
        got=got,
        message=message,
        line=blamed.line if blamed else evidence.line_of("activations"),
        cause=message,
    )


@check(points=2)
def test_filter_15(evidence: Evidence) -> None:
    """A plot shows the first image's activations from the 15th filter."""
    _expect_picture(evidence, FILTERS[0])


@check(points=2)
def test_filter_18(evidence: Evidence) -> None:
    """A plot shows the first image's activations from the 18th filter."""
    _expect_picture(evidence, FILTERS[1])


@check(points=1, needs=("filter_15", "filter_18"))
def test_order(evidence: Evidence) -> None:
    """The 15th filter is shown first, the 18th second."""
    first, second = (_position(evidence, number) for number in FILTERS)
    if first is not None and second is not None and first > second:
        raise CheckFailed(
            expected="filter 15, then filter 18",
            got="filter 18, then filter 15",
            message="Look at which filter goes to which plot.",
            line=_shown(evidence)[first].line,
        )
