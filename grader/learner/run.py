"""The learner's process: run the file, probe its functions, leave the evidence.

Nothing here decides anything. The last thing written is the record; a run without it did not
get to its end.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import linecache
import sys
import traceback
import types
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import keras
import msgspec
import tensorflow as tf

from grader.evidence.messages import Finished, Forbidden, LearnerJob, Progress, Stage
from grader.evidence.record import (
    Ended,
    Exited,
    NoSuchFunction,
    OutOfTime,
    Probe,
    ProbeAnswer,
    Raised,
    RanToItsEnd,
    Record,
    Returned,
    SavedModel,
    StoredModel,
    UnreadableModel,
    UnstoredModel,
)
from grader.learner.clock import TimeIsUp, time_limit
from grader.learner.encoding import Store, encode, encode_model, plain_text
from grader.learner.failing import held_at
from grader.learner.notice import notice_forbidden
from grader.learner.recorder import Recorder
from grader.learner.searches import TRIALS
from grader.learner.surroundings import Brought, files_in, let_import_beside, move_in
from grader.learner.withholding import withhold

RECORD = "record.msgpack"
MAX_MODELS = 30
MAX_SAVED_FILES = 5
MAX_NAMES = 300
_MODEL_FILES = {".keras", ".h5", ".hdf5"}
MAX_PRINTED = 2_000
MAX_MESSAGE = 4_000

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
    send(Stage("run"))

    ended = _execute(job, namespace, recorder)
    ended = recorder.gave_up or ended  # the file may have caught that
    recorder.stop()
    values = [
        (name, value)
        for name, value in list(namespace.items())
        if not name.startswith("__") and not isinstance(value, types.ModuleType)
    ][:MAX_NAMES]
    encoded = {plain_text(name): encode(value, store) for name, value in values}
    probes = [_probe(probe, namespace, job, store) for probe in job.probes]
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
        line, training = describe_exception(error, job.file).line, recorder.is_training()
        return OutOfTime(line, training, recorder.trained_before() if training else 0)
    except BaseException as error:
        raised = _raised(error, job)
        return msgspec.structs.replace(raised, call=recorder.failing.call_on(raised.lines))
    finally:
        for stream in (sys.stdout, sys.stderr):
            _quietly(stream.flush)


def _raised(error: BaseException, job: LearnerJob) -> Raised:
    """Return an exception with what the names on its line held."""
    raised = describe_exception(error, job.file)
    look = functools.partial(held_at, error, job.file, job.source)
    held, behind = _quietly(look) or (raised.held, raised.behind)
    nearest = _quietly(functools.partial(_nearest_attribute, error)) or ""
    return msgspec.structs.replace(raised, held=held, behind=behind, nearest=nearest)


def describe_exception(error: BaseException, file: str) -> Raised:
    """Return an exception's type, message, and the learner's own lines, outermost first."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file and frame.lineno is not None
    ]
    message = plain_text(_quietly(lambda: str(error)) or "")
    if len(message) > MAX_MESSAGE:
        message = f"{message[: MAX_MESSAGE // 2]}\n…\n{message[-MAX_MESSAGE // 2 :]}"
    line = lines[-1] if lines else None
    return Raised(plain_text(type(error).__name__)[:200], message, line, lines[:20])


def _nearest_attribute(error: BaseException) -> str:
    """Return the attribute of an object that is most like the one that it does not have."""
    if not isinstance(error, AttributeError) or not error.name:
        return ""
    names = [name for name in dir(error.obj) if not name.startswith("_") and name != error.name]
    return plain_text(*get_close_matches(error.name, names, 1, 0.75) or [""])[:100]


def _quietly(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except BaseException:  # a method of the learner's own may raise whatever it likes
        return None


def _probe(probe: Probe, namespace: dict[str, Any], job: LearnerJob, store: Store) -> ProbeAnswer:
    """Call one of the learner's functions with arguments that the checks picked."""
    function = _function(probe.function, namespace)
    if not callable(function):
        return ProbeAnswer(probe, NoSuchFunction())
    printed = _Printed()
    outcome: Returned | Raised
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result = function(*probe.args, **probe.kwargs)
        outcome = Returned(encode(result, store))
    except BaseException as error:
        outcome = _raised(error, job)
    return ProbeAnswer(probe, outcome, plain_text(_quietly(printed.getvalue) or ""))


def _function(name: str, namespace: dict[str, Any]) -> Any:
    """Return the learner's function of that name; `KIND:NAME` is a trial of the object NAME."""
    kind, _, tried = name.rpartition(":")
    if kind and tried in namespace:
        return functools.partial(TRIALS[kind], namespace[tried])
    return namespace.get(name)


class _Printed(io.StringIO):
    """Keeps the beginning of what a function prints."""

    def write(self, text: str) -> int:
        """Take a text; what is beyond the bound is lost."""
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)


def _models(store: Store, recorder: Recorder) -> list[StoredModel | UnstoredModel | None]:
    """Describe the models that names lead to, and the first of those that were only called."""
    wanted = sorted(range(len(store.models)), key=lambda number: number not in store.named)
    kept = set(wanted[:MAX_MODELS])
    found: list[StoredModel | UnstoredModel | None] = []
    for number, model in enumerate(store.models):
        described = encode_model(model, store) if number in kept else None
        if isinstance(described, StoredModel):
            described = msgspec.structs.replace(described, lines=recorder.lines_of(model))
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
