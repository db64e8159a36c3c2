"""The learner's process: run the file, probe its functions, leave the evidence.

Nothing here decides anything. The last thing written is the record; a run without it did not
get to its end.
"""

from __future__ import annotations

import importlib
import linecache
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import msgspec
import tensorflow as tf

from grader.evidence.messages import Finished, Forbidden, LearnerJob, Progress, Stage
from grader.evidence.record import (
    Ended,
    Exited,
    OutOfTime,
    RanToItsEnd,
    Record,
    SavedModel,
    StoredModel,
    UnreadableModel,
    UnstoredModel,
)
from grader.learner.clock import TimeIsUp, time_limit
from grader.learner.encoding import Store, encode, encode_model, plain_text
from grader.learner.exceptions import describe_exception, own_line, quietly, raised
from grader.learner.notice import notice_forbidden
from grader.learner.probing import TRIED_SECONDS, Probing
from grader.learner.recorder import Recorder
from grader.learner.surroundings import (
    Brought,
    files_in,
    leave_out_advice_on_tracing,
    let_import_beside,
    move_in,
)
from grader.learner.withholding import withhold

RECORD = "record.msgpack"
MAX_MODELS = 30
MAX_SAVED_FILES = 5
MAX_NAMES = 300
_MODEL_FILES = {".keras", ".h5", ".hdf5"}
MAX_PRINTED = 2_000

_write_down = msgspec.msgpack.Encoder().encode


def run(job: LearnerJob, send: Callable[[Progress | Finished | Forbidden], None]) -> None:
    """Run one submission, and leave its record in the evidence folder."""
    brought = move_in(job)
    if job.threads:
        tf.config.threading.set_intra_op_parallelism_threads(job.threads)
        tf.config.threading.set_inter_op_parallelism_threads(job.threads)
    store = Store(Path(job.evidence))
    recorder = Recorder(
        store,
        job.file,
        send,
        fast=job.fast_fit,
        seconds=job.seconds,
        most_epochs=job.most_epochs,
        most_batches=job.most_batches,
        waiting_loops=job.waiting_loops,
        pictures=job.pictures,
    )

    namespace = _new_main_module(job.file)
    linecache.cache[job.file] = (len(job.source), None, _lines_of(job.source), job.file)
    for module in job.install:
        importlib.import_module(module).install()
    keras.utils.set_random_seed(job.seed)
    if job.given:
        _inject(job, namespace)
        keras.utils.set_random_seed(job.seed)
    withhold(job.withheld)
    recorder.install(job.watch)
    notice_forbidden(job.secret, job.file, send)
    let_import_beside(job)
    leave_out_advice_on_tracing()
    send(Stage("run"))

    began = time.monotonic()
    ended = _execute(job, namespace, recorder)
    ended = recorder.gave_up or ended  # the file may have caught that
    recorder.stop(early=not isinstance(ended, RanToItsEnd | Exited))
    values = [
        (name, value)
        for name, value in list(namespace.items())
        if not name.startswith("__") and not isinstance(value, types.ModuleType)
    ][:MAX_NAMES]
    encoded = {plain_text(name): encode(value, store) for name, value in values}
    probes = Probing(job, namespace, store, recorder).answers(_seconds_left(job, began))
    recorder.figures.snapshot_open()
    files = _saved_models(Path(job.scratch), store, brought)
    record = Record(
        ended=ended,
        values=encoded,
        probes=probes,
        calls=recorder.calls,
        figures=recorder.figures.found,
        files=files,
        models=_models(store, recorder),
    )
    Path(job.evidence, RECORD).write_bytes(_write_down(record))
    send(Finished())


def _new_main_module(file: str) -> dict[str, Any]:
    """Make the learner's file `__main__`, as it is when run as a script."""
    module = types.ModuleType("__main__")
    module.__file__ = file
    sys.modules["__main__"] = module
    sys.argv = [file]
    return vars(module)


def _inject(job: LearnerJob, namespace: dict[str, Any]) -> None:
    """Make the given names that a bare answer uses, and only those.

    The given part runs where the answer will run, so that a given function sees the
    answer's own names, as it does where both stand in one file.
    """
    file = job.given_file
    linecache.cache[file] = (len(job.given), None, _lines_of(job.given), file)
    before = set(namespace)
    exec(_compiled(job.given, file), namespace)
    for name in set(namespace) - before - set(job.names):
        if not name.startswith("__"):
            del namespace[name]


def _lines_of(source: str) -> list[str]:
    """Return a text's lines as Python counts them: `splitlines` cuts at form feeds, too."""
    return [f"{line}\n" for line in source.split("\n")]


def _compiled(source: str, file: str) -> types.CodeType:
    """Compile a text as Python does: what this module imports from __future__ is not for it."""
    return compile(source, file, "exec", dont_inherit=True)


def _execute(job: LearnerJob, namespace: dict[str, Any], recorder: Recorder) -> Ended:
    """Run the file; return how it ended: at its end, by an exception, by exit, out of time."""
    try:
        with time_limit(job.seconds):
            exec(_compiled(job.source, job.file), namespace)
        return RanToItsEnd()
    except SystemExit as error:
        ended = describe_exception(error, job.file)
        return Exited(ended.line, ended.message)
    except TimeIsUp as error:
        return _out_of_time(error, job, recorder)
    except BaseException as error:
        found = raised(error, job)
        return msgspec.structs.replace(found, call=recorder.failing.call_on(found.lines))
    finally:
        for stream in (sys.stdout, sys.stderr):
            quietly(stream.flush)


def _out_of_time(error: TimeIsUp, job: LearnerJob, recorder: Recorder) -> OutOfTime:
    """Return where a file was interrupted, and what it was at."""
    lines = describe_exception(error, job.file).lines
    training = recorder.is_training()
    epochs, asked, seconds = recorder.progress() if training else (0, 0, 0.0)
    return OutOfTime(
        line=own_line(lines, job),
        training=training,
        trained_before=recorder.trained_before() if training else 0,
        lines=lines,
        epochs=epochs,
        asked=asked,
        seconds=seconds,
    )


def _seconds_left(job: LearnerJob, began: float) -> float:
    """Return how long the learner's functions may be tried, in all."""
    return began + job.seconds + TRIED_SECONDS - time.monotonic()


def _models(store: Store, recorder: Recorder) -> list[StoredModel | UnstoredModel | None]:
    """Describe the models that names lead to, and the first of those that were only called."""
    wanted = sorted(range(len(store.models)), key=lambda number: number not in store.named)
    kept = set(wanted[:MAX_MODELS])
    found: list[StoredModel | UnstoredModel | None] = []
    for number, model in enumerate(store.models):
        described = encode_model(model, store) if number in kept else None
        if isinstance(described, StoredModel):
            lines = recorder.layer_lines
            described = msgspec.structs.replace(
                described, lines=lines.made_in(model), placed=lines.placed_in(model)
            )
        found.append(described)
    return found


def _saved_models(
    scratch: Path, store: Store, brought: Brought
) -> dict[str, SavedModel | UnreadableModel]:
    """Load the model files that the learner's code wrote, here where its code may run."""
    found: dict[str, SavedModel | UnreadableModel] = {}
    paths = [
        path
        for path in sorted(files_in(scratch, depth=5))
        if path.suffix in _MODEL_FILES and path.stat().st_mtime_ns != brought.get(path)
    ]
    for path in paths[:MAX_SAVED_FILES]:
        name = plain_text(path.relative_to(scratch).as_posix())
        try:
            found[name] = SavedModel(store.name_model(keras.saving.load_model(path)))
        except Exception as error:
            words = str(error).replace(str(path), name)  # where it lies is nobody's business
            problem = plain_text(f"{type(error).__name__}: {words}"[:500])
            found[name] = UnreadableModel(problem)
    return found
