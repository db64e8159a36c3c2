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
from grader.processes.opening import open_workers
from grader.submission import read_submission
from grader.verdict import Outcome


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    photo._ready.cache_clear()
    yield tmp_path
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
    own_data: Path, name: str, mode: str, size: tuple[int, int]
) -> None:
    Image.fromarray(_pixels(*size)).convert(mode).save(own_data / name)
    assert photo.path() == str(own_data / name)
    path = own_data / "answer.py"
    path.write_text(solution("4.2.3"))
    with open_workers() as workers:
        verdict = grade(read_submission(find("4.2.3"), path), workers)
        assert verdict.status == Outcome.PASSED, verdict.to_json()
        path.write_text(solution("4.2.3").replace("preprocess_input(img_expanded)", "img_expanded"))
        verdict = grade(read_submission(find("4.2.3"), path), workers)
    failed = [check.name for check in verdict.checks if check.points == 0]
    assert failed == ["preprocessing"]


def test_a_file_that_is_no_image_is_told(own_data: Path) -> None:
    (own_data / "photo.jpg").write_bytes(b"\xff\xd8 no image")
    with pytest.raises(real.BadData, match=r"photo\.jpg cannot be read as an image"):
        photo.load_ready()
