"""A photograph: scikit-learn's flower, or the user's own.

The user's own is `photo.jpg`, `photo.jpeg` or `photo.png` in the folder of `real`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from grader.datasets import real

SIDE = 224
"""Rows and columns of the images that ResNet50 was trained on."""

FILES = ("photo.jpg", "photo.jpeg", "photo.png")


def path() -> str:
    """Return the path of an image file.

    Raises:
        BadData: the user's own file is no image.
    """
    own = real.find(*FILES)
    if own is not None:
        _expect_image(own)
        return str(own)
    import sklearn.datasets

    return str(Path(sklearn.datasets.__file__).parent / "images" / "flower.jpg")


def _expect_image(file: Path) -> None:
    from PIL import Image

    try:
        with Image.open(file) as image:
            image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise real.BadData(f"{file} cannot be read as an image: {error}") from None


@cache
def _ready() -> np.ndarray:
    import keras

    image = keras.utils.load_img(path(), target_size=(SIDE, SIDE))
    batch = np.expand_dims(keras.utils.img_to_array(image), axis=0)
    return np.asarray(keras.applications.resnet50.preprocess_input(batch))


def load_ready() -> np.ndarray:
    """Return the photo as ResNet50 takes it, as 4.2.3 prepares it.

    Returns:
        (1, 224, 224, 3) float32: blue, green, red, each less its mean over ImageNet.

    Raises:
        BadData: the user's own file is no image.
    """
    return _ready().copy()
