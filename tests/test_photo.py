"""The photograph of 4.2.3: scikit-learn's, or the user's own of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from commands import solution
from grader.datasets import photo, real
from PIL import Image

from grader.catalogue import find
from grader.grading.pipeline import grade
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.verdict import Outcome


@pytest.fixture
def own_data(data_folder: Path) -> Iterator[Path]:
    photo._ready.cache_clear()
    yield data_folder
    photo._ready.cache_clear()


def _pixels(height: int, width: int) -> np.ndarray:
    """A picture of coarse and fine structure, with all colours."""
    rng = np.random.default_rng(3)
    coarse = Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), float)
    return np.clip(smooth + rng.normal(0, 15, smooth.shape), 0, 255).astype(np.uint8)


def test_the_bundled_photo_is_prepared() -> None:
    ready = photo.load_ready()
    assert ready.shape == (1, 224, 224, 3)
    assert ready.dtype == np.float32
    assert (ready.min(), ready.max()) == pytest.approx((-123.68, 131.32), abs=0.1)
    ready[:] = 0
    assert photo.load_ready().any()


@pytest.mark.parametrize(
    ("name", "mode", "size"),
    [("photo.jpg", "RGB", (900, 1300)), ("photo.png", "RGBA", (300, 200)), ("photo.jpeg", "L", (224, 224))],
)  # fmt: skip
def test_a_photo_of_ones_own_is_used(
    own_data: Path,
    data_workers: tuple[Path, Workers],
    name: str,
    mode: str,
    size: tuple[int, int],
) -> None:
    Image.fromarray(_pixels(*size)).convert(mode).save(own_data / name)
    assert photo.path() == str(own_data / name)
    _, workers = data_workers
    exercise, right = find("4.2.3"), solution("4.2.3")
    verdict = grade(Submission.of_bytes(exercise, "answer.py", right.encode()), workers)
    assert verdict.status == Outcome.PASSED, verdict.to_json()
    wrong = right.replace("preprocess_input(img_expanded)", "img_expanded")
    verdict = grade(Submission.of_bytes(exercise, "answer.py", wrong.encode()), workers)
    failed = [check.name for check in verdict.checks if check.points == 0]
    assert failed == ["preprocessing"]


def test_a_file_that_is_no_image_is_told(own_data: Path) -> None:
    (own_data / "photo.jpg").write_bytes(b"\xff\xd8 no image")
    with pytest.raises(real.BadData, match=r"photo\.jpg cannot be read as an image"):
        photo.load_ready()
