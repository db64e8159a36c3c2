"""Verdicts on work that has not changed: shown again instead of being found again.

One file per verdict in the user's cache folder. Its name is a hash of all that the verdict
depends on: the submission, the options, the installation and the user's own data.
"""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path

import msgspec
import platformdirs

from grader import identity
from grader.files import whole_binary_file
from grader.grading.pipeline import Options
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

_KEPT = 500
_KEPT_BYTES = 200_000_000
_SUFFIX = ".verdict"
_WORTH_KEEPING = {Outcome.PASSED, Outcome.FAILED, Outcome.ERROR}
"""Running out of time depends on the machine's mood, and a fault of ours is none of a file's."""

_encode = msgspec.msgpack.Encoder().encode
_verdict_of = msgspec.msgpack.Decoder(Verdict).decode


def _folder() -> Path:
    return platformdirs.user_cache_path("keras-grader") / "verdicts"


@cache
def _installation() -> str:
    data, *_ = folders = identity.data_folders()
    listing = []
    for folder in folders:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                info = entry.stat()
                listing.append((entry.path, info.st_size, info.st_mtime_ns))
    return repr((identity.whole_fingerprint(), str(data), sorted(listing)))


def key_of(submission: Submission, options: Options) -> str:
    """Return the name under which the verdict on a submission is stored."""
    limits = options.confinement.limits
    return submission.key(_installation(), options.seed, options.timeout, limits)


def load(key: str) -> Verdict | None:
    """Return a stored verdict, if there is one that can be read."""
    try:
        found = _verdict_of((_folder() / f"{key}{_SUFFIX}").read_bytes())
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None
    return msgspec.structs.replace(found, stored=True)


def keep(key: str, verdict: Verdict) -> None:
    """Store a verdict; a disk that is full costs only that."""
    if verdict.status not in _WORTH_KEEPING:
        return
    folder = _folder()
    with contextlib.suppress(OSError):
        with whole_binary_file(folder / f"{key}{_SUFFIX}", lasting=False) as stream:
            stream.write(_encode(verdict))
        _thin_out(folder)


def _thin_out(folder: Path) -> None:
    """Remove the oldest verdicts, so that not too many are kept, nor too many bytes."""
    files = [(path, path.stat()) for path in folder.glob(f"*{_SUFFIX}")]
    files.sort(key=lambda pair: pair[1].st_mtime, reverse=True)
    size = 0
    for number, (path, info) in enumerate(files):
        size += info.st_size
        if number >= _KEPT or (number and size > _KEPT_BYTES):
            path.unlink()
