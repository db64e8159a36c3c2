"""The data that exercises use: what is at hand, and fetching what cannot be shipped.

A download goes to a file of its own first, `NAME.part`; a broken one is taken up again
where it ended. Only a file with the right checksum takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.datasets import photo, real
from grader.identity import own_data_folder

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes that have come so far, and how many there will be, if known."""

_CHUNK = 1 << 18
_SECONDS_WITHOUT_AN_ANSWER = 30


class CannotFetch(Exception):
    """A download did not succeed. Says why; what was there before is as it was."""


@dataclass(frozen=True)
class Download:
    """A file that can be fetched."""

    file: str
    url: str
    checksum: str
    """`ALGORITHM:HEX`, as the publisher gives it."""


@dataclass(frozen=True)
class DataSet:
    """One set of data, as `grade data` lists it."""

    name: str
    what: str
    """What is used as long as the user has nothing else."""
    file: str = ""
    """The user's own file that takes its place; "" where none can."""
    load: str = ""
    """`module:function` of `grader.datasets` that reads the file, or raises BadData."""
    downloads: tuple[Download, ...] = ()
    other_files: tuple[str, ...] = ()
    """Other names that the user's own file may have."""

    def state(self) -> tuple[bool, str]:
        """Return whether all is well, and what is used: our own data, the user's, or a fault."""
        if not self.file:
            return True, self.what
        names = (self.file, *self.other_files)
        path = real.find(*names)
        if path is None:
            return True, f"{self.what}; yours would be {' or '.join(names)}"
        try:
            if self.load:
                module, _, function = self.load.partition(":")
                getattr(importlib.import_module(f"grader.datasets.{module}"), function)()
            elif any(_has_checksum(path, part) is False for part in self.downloads[:1]):
                return False, f"{path} is damaged: its checksum is wrong."
        except real.BadData as fault:
            return False, str(fault)
        return True, f"yours: {path}, {path.stat().st_size / 1e6:.1f} MB"


_KERAS = "https://storage.googleapis.com/tensorflow"

MNIST = Download(
    "mnist.npz",
    f"{_KERAS}/tf-keras-datasets/mnist.npz",
    "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)
RESNET50 = Download(
    "resnet50_weights_tf_dim_ordering_tf_kernels.h5",
    f"{_KERAS}/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
    "md5:2cb95161c43110f7111970584f804107",
)
CLASS_NAMES = Download(
    "imagenet_class_index.json",
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "md5:c2c37ea517e94d9795004a39431a14cb",
)
"""Addresses and checksums are those that Keras 3.15 itself downloads from and checks."""

DATA_SETS = (
    DataSet("orbit", "computed, y = x²"),
    DataSet("banknotes", "generated, 1372 notes", "banknotes.csv", "banknotes:load_frame"),
    DataSet("darts", "generated, 800 throws", "darts.csv", "darts:load_frame"),
    DataSet("irrigation", "made by scikit-learn, 2000 fields"),
    DataSet("digits", "scikit-learn's, 1797 digits"),
    DataSet("breast cancer", "scikit-learn's, 569 tumours"),
    DataSet("dots", "generated, 1000 dots"),
    DataSet("mnist", "scikit-learn's digits, enlarged", MNIST.file, "mnist:load_split", (MNIST,)),
    DataSet(
        "photo", "scikit-learn's photograph of a flower", photo.FILES[0], "photo:path",
        other_files=photo.FILES[1:],
    ),
    DataSet(
        "resnet50", "a stand-in with weights of no meaning", RESNET50.file,
        downloads=(RESNET50, CLASS_NAMES),
    ),
    DataSet("text", "our own, 66 words", "text.txt", "quotes:load_text"),
)  # fmt: skip


def bad_data() -> str:
    """Return what is wrong with the user's own data; "" where nothing is."""
    faults = [text for good, text in (one.state() for one in DATA_SETS) if not good]
    return faults[0] if faults else ""


def find(name: str) -> DataSet | None:
    """Return the set of that name, if there is one."""
    return next((found for found in DATA_SETS if found.name == name), None)


def _has_checksum(path: Path, download: Download) -> bool:
    import pooch

    algorithm, _, expected = download.checksum.partition(":")
    return bool(pooch.file_hash(str(path), alg=algorithm) == expected)


def fetch(download: Download, on_bytes: OnBytes | None = None) -> Path:
    """Download a file into the user's data folder, unless it is there already.

    Raises:
        CannotFetch: no connection, a broken transfer, a wrong checksum, a full disk.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    target = own_data_folder() / download.file
    part = target.with_name(f"{target.name}.part")

    def downloader(url: str, output: str, _: Any) -> None:
        _download(url, part, on_bytes)
        part.replace(output)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(
            download.url, download.checksum, target.name, target.parent, downloader=downloader
        )
    except requests.RequestException as error:
        again = "" if not part.exists() else " The next try goes on where this one ended."
        raise CannotFetch(f"{download.url} could not be fetched: {error}.{again}") from None
    except ValueError:
        raise CannotFetch(
            f"What came from {download.url} has the wrong checksum, so it was thrown away."
        ) from None
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)  # a full disk should not stay full because of us
        where = error.filename or target.parent
        raise CannotFetch(f"{where} cannot be written: {error.strerror or error}.") from None
    return target


def _download(url: str, part: Path, on_bytes: OnBytes | None) -> None:
    """Append to PART what is missing of it; start anew where the server cannot go on."""
    import requests

    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(
        url, headers=headers, stream=True, timeout=_SECONDS_WITHOUT_AN_ANSWER
    ) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # all of it is here already; the checksum will tell
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            have = 0
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else None
        with part.open("ab" if have else "wb") as stream:
            for data in answer.iter_content(_CHUNK):
                stream.write(data)
                have += len(data)
                if on_bytes:
                    on_bytes(have, total)
            stream.flush()
            os.fsync(stream.fileno())
    if total is not None and have != total:
        raise requests.ConnectionError(f"{have} of {total} bytes came")
