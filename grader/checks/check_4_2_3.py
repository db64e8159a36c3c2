"""Checks for 4.2.3, preparing your input image."""

from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image

from grader.datasets import photo
from grader.evidence.record import Call, Raised
from grader.evidence.values import Mapping, Number, Numbers, Value
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.places import Line, said
from grader.sizes import shape_text

HINTS = (
    "There are four steps, each with a function of its own: a file becomes an image, the image "
    "an array, the array an array of one image, and this one gets the network's own look.",
    "load_img has an argument for the size. An array of one image has a fourth axis, in front. "
    "preprocess_input knows by itself what ResNet50 wants; do not scale the pixels before.",
    "`image.load_img(img_path, target_size=(224, 224))`, then `image.img_to_array`, then "
    "`np.expand_dims` with `axis=0`, then `preprocess_input`: each takes what the one before gave.",
)

WITHHELD = ("grader.datasets.photo.load_ready",)
TIMEOUT = 60
WATCH = (
    "keras.src.applications.imagenet_utils.preprocess_input",
    "keras.preprocessing.image.load_img",
    "keras.utils.load_img",
)
PREPROCESS, *LOAD = WATCH

SHAPE = (1, photo.SIDE, photo.SIDE, 3)
MEANS = np.array([103.939, 116.779, 123.68])
"""Of blue, green and red over ImageNet, in grey levels."""

COARSE = 28
"""Rows and columns that pictures are compared at, so that any interpolation is right."""

FAR = 5.0
"""Grey levels that a coarse picture may be off, on average.

Measured on scikit-learn's two photographs with 17 ways to resize (Pillow, Keras, TensorFlow;
nearest to Lanczos, with and without antialiasing): at most 1.6 against the mean of the
pixels. Cropped, padded, mirrored or turned pictures: 25 and more; without colours 9 and 27.
"""

SCALE_OFF, MEAN_OFF = 0.05, 4.0
"""How far scale and mean of a colour may be off: interpolation changes them by less."""


class Fit(NamedTuple):
    """How the learner's pixels come from the photo's: got = scale * pixel + shift, by colour."""

    layout: str
    blue_first: bool
    scale: np.ndarray
    shift: np.ndarray


def _coarse(pixels: np.ndarray) -> np.ndarray:
    """Return the means of a picture's parts, (28, 28, colours), for one of any size."""
    size = (COARSE, COARSE)
    colours = [np.ascontiguousarray(pixels[..., k], np.float32) for k in range(pixels.shape[-1])]
    return np.stack(
        [
            np.asarray(Image.fromarray(colour).resize(size, Image.Resampling.BOX))
            for colour in colours
        ],
        axis=-1,
    )


@cache
def _layouts() -> dict[str, np.ndarray]:
    """Return the photo as it may lie in the square, by what is to say of it; "" is right."""
    with Image.open(photo.path()) as image:
        pixels = np.asarray(image.convert("RGB"), np.float32)
    rows, columns = pixels.shape[:2]
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    square = pixels[top : top + side, left : left + side]
    padded = np.zeros((max(rows, columns),) * 2 + (3,), np.float32)
    top, left = (len(padded) - rows) // 2, (len(padded) - columns) // 2
    padded[top : top + rows, left : left + columns] = pixels
    return {
        "": _coarse(pixels),
        "cropped to a square": _coarse(square),
        "with a frame that makes it a square": _coarse(padded),
        "mirrored": _coarse(pixels[:, ::-1]),
        "upside down": _coarse(pixels[::-1]),
        "with rows and columns swapped": _coarse(pixels.transpose(1, 0, 2)),
    }


def _fit(pixels: np.ndarray, layout: str, *, blue_first: bool) -> Fit | None:
    """Return how pixels come from the photo in this layout; None where they do not."""
    wanted = _layouts()[layout][..., :: -1 if blue_first else 1].reshape(-1, 3).astype(float)
    got = pixels.reshape(-1, 3).astype(float)
    centred = wanted - wanted.mean(axis=0)
    spread = np.maximum((centred**2).sum(axis=0), 1e-9)
    scale = (centred * (got - got.mean(axis=0))).sum(axis=0) / spread
    shift = got.mean(axis=0) - scale * wanted.mean(axis=0)
    if not (scale > 1e-6).all():
        return None
    off = np.abs(got - scale * wanted - shift) / scale
    return Fit(layout, blue_first, scale, shift) if off.mean() <= FAR else None


def _is(fit: Fit, scale: float | np.ndarray, shift: float | np.ndarray) -> bool:
    """Whether pixels were scaled and shifted like this; SHIFT is in grey levels."""
    return bool(
        (np.abs(fit.scale / scale - 1) <= SCALE_OFF).all()
        and (np.abs(fit.shift / fit.scale - shift) <= MEAN_OFF).all()
    )


def _found(evidence: Evidence) -> tuple[Value, tuple[int, ...]]:
    """Return what `img_ready` holds, and its shape."""
    found = evidence.value("img_ready", f"an array of shape {shape_text(SHAPE)}")
    if isinstance(found, Numbers):
        return found, found.shape
    return found, evidence.to_array("img_ready", found).shape


def _best_fit(evidence: Evidence) -> Fit | None:
    """Return how `img_ready` comes from the photo, whatever its size; None where it does not.

    Raises:
        CheckSkipped: it is no array of rows, columns and three colours.
    """
    found, shape = _found(evidence)
    plain = tuple(size for size in shape[:-3] if size != 1) + shape[-3:]
    too_large = isinstance(found, Numbers) and found.file is None
    if len(plain) != 3 or plain[-1] != 3 or min(plain) < 3 or too_large:
        raise CheckSkipped("needs the check `size`, which did not pass")
    pixels = evidence.to_array("img_ready", found).astype(np.float32).reshape(plain)
    if not np.isfinite(pixels).all():
        return None
    coarse = _coarse(pixels)
    fits = [
        fit
        for layout in _layouts()
        for blue_first in (True, False)
        if (fit := _fit(coarse, layout, blue_first=blue_first))
    ]
    # A photo without colours fits in both orders: then the means decide.
    right = (fit for fit in fits if _is(fit, 1, -MEANS) and fit.blue_first and not fit.layout)
    return next(right, fits[0] if fits else None)


def _blame_for_shape(shape: tuple[int, ...]) -> str:
    if shape == SHAPE[1:]:
        return "This is one image. A network takes an array of images, so one axis is missing."
    if shape == (*SHAPE[1:], 1):
        return "The new axis belongs in front: it counts the images."
    if len(shape) > len(SHAPE) and shape[:2] == (1, 1):
        return "There is one axis too many in front."
    if len(shape) == len(SHAPE) and shape[1:] == SHAPE[1:]:
        return f"These are {shape[0]} images, but there is one photograph."
    if len(shape) == len(SHAPE) and shape[1:3] == SHAPE[1:3]:
        return "A pixel has three colours, red, green and blue. Load the photograph with them."
    if 3 in shape[:-1] and shape[-1] != 3:
        return "Rows come first, then columns, and the colours last."
    if len(shape) in {3, 4} and shape[-3:-1] != SHAPE[1:3]:
        return "Look at how many rows and columns the image is loaded with."
    return "Look at how many rows, columns and colours it has, and what stands in front of them."


def _tell_of_the_axis(evidence: Evidence) -> None:
    """Tell of an axis in another place, where the file stopped for it."""
    ended = evidence.record.ended
    if not isinstance(ended, Raised):
        return
    for name, found in ended.held.items():
        shape = tuple(size for size in found.shape or () if size is not None)
        if shape != SHAPE and sorted(shape) == sorted(SHAPE):
            line = evidence.line_of(name)
            words = f"`{name}` has the shape {shape_text(shape)}. {_blame_for_shape(shape)}"
            evidence.tip(said(Line(line), ": ", words) if line else words)


@check(points=3)
def test_size(evidence: Evidence) -> None:
    """`img_ready` is an array of one image of 224 by 224 pixels."""
    _tell_of_the_axis(evidence)
    _, shape = _found(evidence)
    if shape != SHAPE:
        raise CheckFailed(
            expected=f"`img_ready` of shape {shape_text(SHAPE)}",
            got=f"shape {shape_text(shape)}",
            message=_blame_for_shape(shape),
            line=evidence.line_of("img_ready"),
        )


@check(points=2)
def test_photo(evidence: Evidence) -> None:
    """It shows the whole photograph."""
    fit = _best_fit(evidence)
    found, _ = _found(evidence)
    dtype = found.dtype if isinstance(found, Numbers) else ""
    if fit is None and dtype.startswith("uint"):
        raise CheckFailed(
            expected="numbers that may be below zero, such as float32",
            got=f"numbers of type {dtype[:10]}",
            message="Preprocessing takes the means off, so many pixels end below zero. This type "
            "has no such numbers, and makes others of them.",
            line=evidence.line_of("img_ready"),
        )
    if fit is None or fit.layout:
        raise CheckFailed(
            expected="the photograph",
            got="another picture" if fit is None else f"the photograph, {fit.layout}",
            message="Load the file that `img_path` names, in colours, and change only its size "
            "before you preprocess it."
            if fit is None
            else _why_not_whole(evidence),
            line=_line_of_loading(evidence),
        )


def _keeps_its_form(call: Call) -> bool:
    """Whether a call of load_img was told to keep the form of the photograph."""
    given = call.arguments.get("kwargs")
    told = dict(given.items).get("keep_aspect_ratio") if isinstance(given, Mapping) else None
    return isinstance(told, Number) and bool(told.value)


def _cutting(evidence: Evidence) -> Call | None:
    """Return the call of load_img that cut the photograph; None where none did."""
    calls = [call for path in LOAD for call in evidence.calls(path)]
    return next((call for call in reversed(calls) if _keeps_its_form(call)), None)


def _line_of_loading(evidence: Evidence) -> int | None:
    call = _cutting(evidence)
    return call.line if call is not None else evidence.line_of("img_ready")


def _why_not_whole(evidence: Evidence) -> str:
    if _cutting(evidence) is not None:
        return (
            "`keep_aspect_ratio=True` cuts off what does not fit into the square. Keep the whole "
            "photograph: it may be squeezed."
        )
    return "Change the size of the whole photograph, and leave it as it is otherwise."


def _not_kept(evidence: Evidence) -> bool:
    """Whether `img_ready` is something else than what preprocess_input returned."""
    kept = evidence.values.get("img_ready")
    calls = evidence.calls(PREPROCESS)
    returned = [call.result.digest for call in calls if isinstance(call.result, Numbers)]
    return isinstance(kept, Numbers) and bool(returned) and kept.digest not in returned


def _blame_for_pixels(evidence: Evidence, fit: Fit) -> str:
    """Return what was done to the pixels instead of ResNet50's preprocessing."""
    means = MEANS if fit.blue_first else MEANS[::-1]
    if (_is(fit, 1, -means) or _is(fit, 1, 0)) and not fit.blue_first and _not_kept(evidence):
        return (
            "`img_ready` is not what preprocess_input returned: its colours stand in the order "
            "that they had before. Keep what preprocess_input returns."
        )
    if _is(fit, 1, -means) or _is(fit, 1, -means[::-1]):
        return "The means are taken off, but the colours do not stand where ResNet50 expects them."
    if _is(fit, 1, 0):
        how = "but for their order " if fit.blue_first else ""
        return f"The pixels are {how}as the file has them. They still have to be preprocessed."
    if _is(fit, 1, -2 * means) or _is(fit, 1, -(MEANS + MEANS[::-1])):
        return (
            "The image was preprocessed twice. preprocess_input also changes the array that it "
            "is given."
        )
    if _is(fit, 1 / 255, 0):
        return "The pixels were divided by 255. ResNet50 has not learned from such images."
    if _is(fit, 1 / 127.5, -127.5) and evidence.calls(PREPROCESS):
        return (
            "The pixels run from -1 to 1, as preprocess_input of some other networks makes them. "
            "Yours is not ResNet50's: look at where it comes from."
        )
    if _is(fit, 1 / 127.5, -127.5):
        return "The pixels run from -1 to 1, as some other networks want them. ResNet50 does not."
    torch_means, torch_stds = np.array([123.675, 116.28, 103.53]), np.array([0.229, 0.224, 0.225])
    if _is(fit, 1 / 255 / torch_stds, -torch_means):
        return "This is the preprocessing of DenseNet and others; ResNet50 has one of its own."
    if (np.abs(fit.scale - 1) > SCALE_OFF).any():
        if fit.blue_first and evidence.calls(PREPROCESS):
            return (
                "The pixels were scaled before ResNet50's preprocessing, which takes them as they "
                "are, from 0 to 255."
            )
        return "The pixels were scaled, before ResNet50's preprocessing or in place of it."
    return "ResNet50 has a preprocessing of its own in Keras; use that, and nothing else."


def _text(pixels: np.ndarray, blue_first: bool) -> str:
    order = "blue" if blue_first else "red"
    return f"{order} first, pixels from {pixels.min():.4g} to {pixels.max():.4g}"


@check(points=4)
def test_preprocessing(evidence: Evidence) -> None:
    """The pixels are preprocessed as those were that ResNet50 has learned from."""
    fit = _best_fit(evidence)
    if fit is None:
        raise CheckSkipped("needs the check `photo`, which did not pass")
    if not (fit.blue_first and _is(fit, 1, -MEANS)):
        raise CheckFailed(
            expected=_text(photo.load_ready(), True),
            got=_text(evidence.array("img_ready"), fit.blue_first),
            message=_blame_for_pixels(evidence, fit),
            line=_line_of_scaling(evidence, fit) or evidence.line_of("img_ready"),
        )


def _line_of_scaling(evidence: Evidence, fit: Fit) -> int | None:
    """Return the line that divides by 255, where pixels were scaled before they were prepared."""
    lines = evidence.written.lines_dividing_by(255)
    return lines[0] if fit.blue_first and len(lines) == 1 else None
