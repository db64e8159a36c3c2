"""Where a learner's file runs: a folder of its own, with what lies beside the file at hand.

The folder is an empty one, so that what the file saves is known, and lands nowhere else. As
under `python FILE`, it can read the files beside it by their names, and import its own modules:

- files that its text, or that of a module beside it, names are copied. A link would let it write
  over the original, or find the model saved last time where it saved none;
- the folder beside it comes last in `sys.path`, and only when the file itself begins: a `numpy.py`
  there breaks nothing, and none of its modules runs in code of ours.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.evidence.messages import LearnerJob

_MAX_ENTRIES = 1_000
_MAX_BYTES = 50_000_000
_MAX_FILES = 50

Brought = dict[Path, int]
"""Files that were there before the learner's began, each with its time of change."""


def move_in(job: LearnerJob) -> Brought:
    """Make a job's scratch folder the current one, for temporary files too; fill it."""
    os.chdir(job.scratch)
    tempfile.tempdir = job.scratch
    for name in ("TMPDIR", "TEMP", "TMP", "JOBLIB_TEMP_FOLDER"):  # on Windows the second and third
        os.environ[name] = job.scratch
    sys.dont_write_bytecode = True
    return _bring(job) if job.beside else {}


def let_import_beside(job: LearnerJob) -> None:
    """Let the file import the modules that lie beside it."""
    if job.beside:
        sys.path.append(job.beside)


def leave_out_advice_on_tracing() -> None:
    """Keep out of the output what TensorFlow warns of where many models are trained in turn.

    A cross-validation does that, and nothing in the learner's file is slow for it.
    """
    logging.getLogger("tensorflow").addFilter(
        lambda record: "tf.function retracing" not in record.getMessage()
    )


def _bring(job: LearnerJob) -> Brought:
    brought: Brought = {}
    left = _MAX_BYTES
    own = Path(job.beside)
    for path in _named(own, job):
        target = Path(job.scratch, path.relative_to(own))
        try:
            size = path.stat().st_size
            if size > left or len(brought) == _MAX_FILES:
                continue
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
        except OSError:
            continue  # it cannot be read here either
        left -= size
        brought[target] = target.stat().st_mtime_ns
    return brought


def _named(folder: Path, job: LearnerJob) -> list[Path]:
    """Return the regular files beside the learner's, or in a folder beside it, that texts name."""
    paths = list(files_in(folder, depth=1))
    modules = [path for path in paths if path.suffix == ".py" and path.stem in job.source]
    texts = [job.source]
    for path in modules:
        try:
            texts.append(path.read_text("utf-8", "replace")[:_MAX_BYTES])
        except OSError:
            continue
    return [
        path for path in paths if path.suffix != ".py" and any(path.name in text for text in texts)
    ]


def files_in(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the regular files in a folder; no links, which may lead anywhere, and no pipes.

    Args:
        folder: where to look.
        depth: how many folders deep; no more than a thousand entries are looked at.
    """
    waiting, entries = [(folder, depth)], 0
    while waiting:
        current, left = waiting.pop()
        try:
            with os.scandir(current) as found:
                for entry in found:
                    entries += 1
                    if entries > _MAX_ENTRIES:
                        return
                    if entry.is_file(follow_symlinks=False):
                        yield Path(entry.path)
                    elif left and entry.is_dir(follow_symlinks=False):
                        waiting.append((Path(entry.path), left - 1))
        except OSError:
            continue
