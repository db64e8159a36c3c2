"""The user's own data: used where they are whole, told of where they are not; fetching them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from commands import grade
from grader.datasets import banknotes, darts, mnist, real
from PIL import Image
from samples import Sample

from grader import data
from grader.catalogue import Exercise, exercises
from grader.data import CannotFetch, DataSet, Download, fetch
from grader.grading import pipeline
from grader.processes.workers import Workers
from grader.submission import read_submission
from grader.verdict import Outcome

OWN = {"banknotes", "darts", "mnist", "photo", "quotes"}
"""The modules of data sets in whose place a user may have others."""

CONTENT = np.random.default_rng(5).bytes(3_000_000)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for the user's own data."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("GRADER_DATA", str(folder))
    caches = (banknotes._table, darts._table, mnist._samples)
    for cached in caches:
        cached.cache_clear()
    yield folder
    for cached in caches:
        cached.cache_clear()


# Tables and images


def _real_banknotes() -> pd.DataFrame:
    """A table in the form of the real one, with values that tell it apart."""
    table = banknotes._generated().round(3)
    return table.sample(frac=1, random_state=0)


def _real_darts() -> pd.DataFrame:
    return darts._generated().round(2).sort_values("competitor")


def _real_mnist() -> dict[str, Any]:
    X_train, y_train, X_test, y_test = mnist.load_split(bundled=True)
    return {
        "x_train": (X_train * 255).astype(np.uint8),
        "y_train": y_train.astype(np.uint8),
        "x_test": (X_test[:200] * 255).astype(np.uint8),
        "y_test": y_test[:200].astype(np.uint8),
    }


def test_a_real_table_takes_the_place_of_the_generated_one(own_data: Path) -> None:
    _real_banknotes().to_csv(own_data / "banknotes.csv", index=False)
    _real_darts().to_csv(own_data / "darts.csv", index=False)
    assert banknotes.load_frame().equals(pd.read_csv(own_data / "banknotes.csv"))
    found = darts.load_frame().sort_values(["competitor", "xCoord", "yCoord"], ignore_index=True)
    wanted = pd.read_csv(own_data / "darts.csv")
    assert found.equals(wanted.sort_values(["competitor", "xCoord", "yCoord"], ignore_index=True))
    assert banknotes.load_sample().shape == (96, 5)
    assert darts.load_split()[0].shape == (640, 2)


def test_the_lost_letter_in_a_real_table_is_known(own_data: Path) -> None:
    table = _real_banknotes().rename(columns={"variance": "variace"})
    table.to_csv(own_data / "banknotes.csv", index=False)
    assert list(banknotes.load_frame().columns) == [*banknotes.FEATURES, "class"]


def test_real_images_take_the_place_of_the_enlarged_ones(own_data: Path) -> None:
    np.savez(own_data / "mnist.npz", **_real_mnist())
    _, _, X_test, y_test = mnist.load_split()
    assert X_test.shape == (200, 28, 28)
    assert (X_test.min(), X_test.max()) == (0, 1)
    assert y_test.tolist() == _real_mnist()["y_test"].tolist()


def test_images_that_keras_has_downloaded_are_used(
    own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads = tmp_path / "keras" / "datasets"
    downloads.mkdir(parents=True)
    np.savez(downloads / "mnist.npz", **_real_mnist())
    monkeypatch.setenv("KERAS_HOME", str(downloads.parent))
    assert mnist.load_split()[2].shape == (200, 28, 28)


def _spoilt(change: Callable[[pd.DataFrame], object]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        changed = change(table)
        return changed if isinstance(changed, pd.DataFrame) else table

    return spoil


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("banknotes.csv", lambda t: t.drop(columns="entropy"), "no column 'entropy'"),
        ("banknotes.csv", lambda t: t.iloc[:-1], "1371 rows"),
        ("banknotes.csv", lambda t: t.assign(skewness="big"), "'skewness' in row 1"),
        ("banknotes.csv", lambda t: t.assign(**{"class": 1}), "'class' must be"),
        ("banknotes.csv", lambda t: t.assign(**{"class": t["class"] + 1}), "'class' in row"),
        ("darts.csv", lambda t: t.drop(columns=["xCoord", "competitor"]), "'xCoord', 'competitor'"),
        ("darts.csv", lambda t: t.assign(xCoord=t["xCoord"] * 9), "'xCoord' in row"),
        ("darts.csv", lambda t: t.assign(competitor="Kate"), "'Michael' is not"),
        ("darts.csv", lambda t: t.replace("Kate", "Bob"), "'Bob' is not"),
        ("darts.csv", lambda t: t.iloc[:0], "0 rows"),
    ],
)
def test_a_spoilt_table_is_told_with_file_and_fault(
    own_data: Path, name: str, spoil: Callable[[pd.DataFrame], pd.DataFrame], words: str
) -> None:
    module, table = (
        (banknotes, _real_banknotes()) if name == "banknotes.csv" else (darts, _real_darts())
    )
    spoil(table).to_csv(own_data / name, index=False)
    with pytest.raises(real.BadData) as caught:
        module.load_frame()
    assert words in str(caught.value)
    assert str(own_data / name) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfe\x00"])
def test_a_file_that_is_no_table_is_told(own_data: Path, content: bytes) -> None:
    (own_data / "darts.csv").write_bytes(content)
    with pytest.raises(real.BadData, match=r"darts\.csv"):
        darts.load_frame()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_test": None}, "no array 'x_test'"),
        ({"x_train": np.zeros((5, 32, 32), np.uint8)}, "shape"),
        ({"x_train": np.zeros((5, 28, 28), np.float32)}, "float32"),
        ({"y_test": np.zeros(3, np.uint8)}, "3 labels"),
        ({"y_test": np.full(200, 11, np.uint8)}, "digits 0 to 9"),
        ({"y_test": np.array([{}] * 200)}, "damaged"),
    ],
)
def test_spoilt_images_are_told(own_data: Path, change: dict[str, Any], words: str) -> None:
    arrays = {name: part for name, part in (_real_mnist() | change).items() if part is not None}
    np.savez(own_data / "mnist.npz", **arrays)
    with pytest.raises(real.BadData, match=words) as caught:
        mnist.load_split()
    assert str(own_data / "mnist.npz") in str(caught.value)


def test_a_damaged_archive_is_told_and_left_as_it_is(own_data: Path) -> None:
    path = own_data / "mnist.npz"
    np.savez_compressed(path, **_real_mnist())
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"no zip", whole[:200] + b"x" + whole[201:]):
        path.write_bytes(damaged)
        with pytest.raises(real.BadData, match="damaged"):
            mnist.load_split()
        assert path.read_bytes() == damaged


@pytest.mark.by_turns
def test_a_spoilt_table_is_the_data_folders_fault_not_the_learners(
    own_data: Path, workspace: Path
) -> None:
    _real_darts().drop(columns="yCoord").to_csv(own_data / "darts.csv", index=False)
    done = grade("2.2.2", "--solution", "--json", cwd=workspace)
    (found,) = json.loads(done.stdout)["exercises"]
    assert done.returncode == 3
    assert found["status"] == "grader_error"
    assert "darts.csv has no column 'yCoord'" in found["message"]
    listed = grade("data", cwd=workspace)
    assert listed.returncode == 1
    assert "darts.csv has no column 'yCoord'" in listed.stdout


def _uses(exercise: Exercise) -> str:
    """Return which data of a user's own an exercise uses; "" for none."""
    used = re.findall(r"grader\.datasets(?: import |\.)(\w+)", exercise.solution.read_text("utf-8"))
    return "".join(name for name in used if name in OWN)


@pytest.mark.by_turns
def test_references_pass_with_data_of_the_real_form(
    data_folder: Path,
    data_workers: tuple[Path, Workers],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    _, workers = data_workers
    _real_banknotes().to_csv(data_folder / "banknotes.csv", index=False)
    _real_darts().to_csv(data_folder / "darts.csv", index=False)
    np.savez(data_folder / "mnist.npz", **_real_mnist())
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (240, 320, 3), np.uint8)).save(
        data_folder / "photo.jpg"
    )
    words = " ".join(f"word{number % 60} and" for number in range(150))
    (data_folder / "text.txt").write_text(f"To begin with: {words} that is all.", "utf-8")
    listed = grade("data", cwd=tmp_path)
    assert listed.returncode == 0, listed.stdout
    assert listed.stdout.count("yours") >= 5
    using = [exercise for exercise in exercises() if _uses(exercise)]
    assert {_uses(exercise) for exercise in using} == OWN
    for exercise in Sample.of(request.config).each(using, 1, "own data", _uses):
        verdict = pipeline.grade(read_submission(exercise, exercise.solution), workers)
        assert verdict.status is Outcome.PASSED, verdict


# Fetching


@dataclass
class _Site:
    """A local web site with one file, which may misbehave."""

    content: bytes = CONTENT
    breaks_after: int | None = None
    knows_ranges: bool = True
    requests: list[str | None] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def site() -> Iterator[_Site]:
    site = _Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.requests.append(wanted)
            start = 0
            if wanted and site.knows_ranges:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(site.content):
                    self.send_error(416)
                    return
            if self.path != "/file":
                self.send_error(404)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(site.content) - start))
            self.end_headers()
            body = site.content[start:]
            if site.breaks_after is not None:
                body = body[: site.breaks_after]
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.address = f"http://127.0.0.1:{server.server_port}/file"
    yield site
    server.shutdown()
    server.server_close()


def _download(site: _Site, content: bytes = CONTENT) -> Download:
    return Download("weights.h5", site.address, f"sha256:{hashlib.sha256(content).hexdigest()}")


def test_a_good_file_is_fetched_once(own_data: Path, site: _Site) -> None:
    seen: list[tuple[int, int | None]] = []
    path = fetch(_download(site), lambda have, total: seen.append((have, total)))
    assert path == own_data / "weights.h5"
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert fetch(_download(site)) == path
    assert site.requests == [None]
    assert [found.name for found in own_data.iterdir()] == ["weights.h5"]


def test_a_wrong_checksum_keeps_what_was_there(own_data: Path, site: _Site) -> None:
    (own_data / "weights.h5").write_bytes(b"old")
    site.content = CONTENT[:-1] + b"?"
    with pytest.raises(CannotFetch, match="wrong checksum"):
        fetch(_download(site))
    assert (own_data / "weights.h5").read_bytes() == b"old"
    assert [found.name for found in own_data.iterdir()] == ["weights.h5"]


def test_a_broken_transfer_is_taken_up_where_it_ended(own_data: Path, site: _Site) -> None:
    site.breaks_after = 1_000_000
    with pytest.raises(CannotFetch, match="goes on where this one ended"):
        fetch(_download(site))
    assert not (own_data / "weights.h5").exists()
    have = (own_data / "weights.h5.part").stat().st_size
    assert 0 < have <= 1_000_000
    site.breaks_after = None
    assert fetch(_download(site)).read_bytes() == CONTENT
    assert site.requests == [None, f"bytes={have}-"]
    assert not (own_data / "weights.h5.part").exists()


def test_a_site_that_cannot_go_on_is_asked_for_all_of_it(own_data: Path, site: _Site) -> None:
    (own_data / "weights.h5.part").write_bytes(CONTENT[:1000])
    site.knows_ranges = False
    assert fetch(_download(site)).read_bytes() == CONTENT


def test_a_part_that_is_whole_already_is_enough(own_data: Path, site: _Site) -> None:
    (own_data / "weights.h5.part").write_bytes(CONTENT)
    assert fetch(_download(site)).read_bytes() == CONTENT


def test_a_spoilt_part_is_thrown_away(own_data: Path, site: _Site) -> None:
    (own_data / "weights.h5.part").write_bytes(b"?" * 1000)
    with pytest.raises(CannotFetch, match="wrong checksum"):
        fetch(_download(site))
    assert fetch(_download(site)).read_bytes() == CONTENT


def test_no_connection_and_no_such_page_are_told(own_data: Path, site: _Site) -> None:
    with pytest.raises(CannotFetch, match="404"):
        fetch(Download("weights.h5", f"{site.address}s", "md5:0"))
    with pytest.raises(CannotFetch, match="could not be fetched"):
        fetch(Download("weights.h5", "http://127.0.0.1:9/file", "md5:0"))
    assert not list(own_data.iterdir())


def test_a_full_disk_keeps_what_was_there(
    own_data: Path, site: _Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_data / "weights.h5").write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotFetch, match="No space left on device"):
        fetch(_download(site))
    assert (own_data / "weights.h5").read_bytes() == b"old"
    assert [found.name for found in own_data.iterdir()] == ["weights.h5"]


def test_a_damaged_download_is_listed_as_such(own_data: Path, site: _Site) -> None:
    found = DataSet("weights", "none", "weights.h5", downloads=(_download(site),))
    assert found.state() == (True, "none; yours would be weights.h5")
    (own_data / "weights.h5").write_bytes(b"old")
    good, words = found.state()
    assert (good, "checksum is wrong" in words) == (False, True)
    fetch(_download(site))
    assert found.state()[0]


def test_every_set_can_be_listed_and_its_reader_exists(own_data: Path, tmp_path: Path) -> None:
    for found in data.DATA_SETS:
        if found.file:
            (own_data / found.file).write_bytes(b"\0 no such data \xff")
            good, words = found.state()
            assert not good, found
            assert found.file in words
    listed = grade("data", cwd=tmp_path)
    assert all(found.name in listed.stdout for found in data.DATA_SETS)


def test_fetching_what_cannot_be_fetched_is_wrong_usage(tmp_path: Path) -> None:
    done = grade("data", "fetch", "orbit", cwd=tmp_path)
    assert done.returncode == 2
    assert "mnist, resnet50" in done.stderr
