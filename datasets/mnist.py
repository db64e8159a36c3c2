"""Handwritten digits as images of 28×28 pixels, brightness from 0 to 1.

Where the user has the MNIST set, as `mnist.npz` in the folder of `real` or in Keras's own
cache, it is used. Otherwise the images are scikit-learn's 1797 digits, real handwriting
of 8×8 pixels, enlarged to 28×28.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from grader.datasets import real

SIDE = 28
_FILE = "mnist.npz"
_TEST_SHARE = 0.3
_SEED = 42
_NOISE = 0.3
"""Standard deviation of the noise, in units of the brightness range."""

_NOISY = 1000
"""How many noisy images there are at most: all of MNIST's would be more than is recorded."""


def _file() -> Path | None:
    return real.find_download("datasets", _FILE)


def _read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    images, labels = (None, SIDE, SIDE), (None,)
    found = real.read_npz(
        path, {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}
    )
    for part in ("train", "test"):
        pixels, digits = found[f"x_{part}"], found[f"y_{part}"]
        if pixels.dtype != np.uint8:
            raise real.BadData(f"{path}: 'x_{part}' holds {pixels.dtype}, not whole bytes (uint8).")
        if len(pixels) != len(digits) or not len(digits):
            raise real.BadData(
                f"{path}: {len(pixels)} images and {len(digits)} labels in its {part} part."
            )
        if digits.dtype.kind not in "iu" or digits.min() < 0 or digits.max() > 9:
            raise real.BadData(f"{path}: 'y_{part}' holds something else than digits 0 to 9.")
    return tuple(found[name] for name in ("x_train", "y_train", "x_test", "y_test"))  # type: ignore[return-value]


def _enlarged() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    size = (SIDE, SIDE)
    images = np.stack(
        [
            np.asarray(
                Image.fromarray((image * 255 / 16).astype(np.uint8)).resize(
                    size, Image.Resampling.BILINEAR
                )
            )
            for image in digits.images
        ]
    )
    order = np.random.default_rng(_SEED).permutation(len(images))
    images, labels = images[order], digits.target[order]
    cut = int(len(images) * (1 - _TEST_SHARE))
    return images[:cut], labels[:cut], images[cut:], labels[cut:]


@cache
def _samples(bundled: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    path = None if bundled else _file()
    return _read(path) if path else _enlarged()


def load_split(*, bundled: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return images and labels to train on, and others to test with.

    With `bundled` true they are scikit-learn's digits, whatever the user has.

    Returns:
        X_train (n, 28, 28) from 0 to 1, float32; y_train (n,) digits, int; X_test and
        y_test. n is 1257 and 540 with the bundled digits, 60000 and 10000 with MNIST.

    Raises:
        BadData: the user's own `mnist.npz` is damaged or holds something else.
    """
    X_train, y_train, X_test, y_test = _samples(bundled)
    return (
        (X_train / 255).astype(np.float32),
        y_train.astype(int),
        (X_test / 255).astype(np.float32),
        y_test.astype(int),
    )


def with_noise(images: np.ndarray, seed: int = _SEED) -> np.ndarray:
    """Return images with normal noise (standard deviation 0.3) added, kept within 0 to 1."""
    noise = np.random.default_rng(seed).normal(0, _NOISE, images.shape)
    return np.clip(images + noise, 0, 1).astype(np.float32)


def load_noisy_test() -> tuple[np.ndarray, np.ndarray]:
    """Return test images with noise, laid flat, and their labels: the first 1000 at most.

    Returns:
        X_test_noise (n, 784) from 0 to 1, float32, and y_test (n,) digits, int. n is 540
        with the bundled digits, 1000 with MNIST.
    """
    _, _, X_test, y_test = load_split()
    return with_noise(flat(X_test[:_NOISY])), y_test[:_NOISY]


def flat(images: np.ndarray) -> np.ndarray:
    """Return images (n, 28, 28) as rows of 784 pixels."""
    return images.reshape(len(images), SIDE * SIDE)


def varied(images: np.ndarray, seed: int) -> np.ndarray:
    """Return each image in another size, at another place and with other contrast.

    The bundled digits fill their images; MNIST's are smaller, and their edges are sharper.
    What a network learns from varied digits holds for both.
    """
    from scipy.ndimage import affine_transform

    rng = np.random.default_rng(seed)
    middle = (SIDE - 1) / 2
    found = []
    for image in images:
        size, contrast = rng.uniform(0.65, 1.05), rng.uniform(1, 2)
        place = middle + rng.uniform(-2, 2, 2)
        moved = affine_transform(image, np.eye(2) / size, middle - place / size, order=1)
        found.append(contrast * (moved - 0.2 * (contrast - 1)))
    return np.asarray(np.clip(found, 0, 1), dtype=np.float32)
