"""The learner's process: run the file, probe its functions, leave the evidence.

Nothing here decides anything. The last thing written is `record.json`; a run without
it did not get to its end.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import linecache
import os
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from grader.learner.encoding import Json, Store, encode, encode_model
from grader.learner.recorder import Recorder, Send
from grader.learner.searches import TRIALS
from grader.learner.withholding import withhold

RECORD = "record.json"
MAX_MODELS = 30
MAX_SAVED_FILES = 5
MAX_NAMES = 300
MAX_PRINTED = 2_000


def run(job: dict[str, Any], send: Send) -> None:
    """Run one submission. JOB holds source, name, folders, seed, given code, probes, functions to
    watch and to withhold, modules to install, and whether fit may run in compiled loops."""
    file = job["file"]
    evidence = Path(job["evidence"])
    os.chdir(job["scratch"])
    os.environ["TMPDIR"] = job["scratch"]
    if job["threads"]:
        tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
        tf.config.threading.set_inter_op_parallelism_threads(job["threads"])
    store = Store(evidence)
    recorder = Recorder(store, file, send, fast=job["fast_fit"])

    namespace = _new_main_module(file)
    linecache.cache[file] = (len(job["source"]), None, job["source"].splitlines(True), file)
    for module in job["install"]:
        importlib.import_module(module).install()
    keras.utils.set_random_seed(job["seed"])
    if job["given"]:
        _inject(job, namespace)
        keras.utils.set_random_seed(job["seed"])
    withhold(job["withheld"], file, job["source"])
    before = set(namespace)
    recorder.install(job["watch"])
    send({"progress": "run"})

    ended = _execute(job["source"], file, namespace)
    recorder.stop()
    values = [
        [name, value]
        for name, value in list(namespace.items())
        if not name.startswith("__") and not isinstance(value, types.ModuleType)
    ][:MAX_NAMES]
    record: Json = {
        "ended": ended,
        "injected": sorted(before & set(job["names"])),
        "values": {name: encode(value, store) for name, value in values},
        "probes": [_probe(probe, namespace, file, store) for probe in job["probes"]],
    }
    recorder.figures.snapshot_open()
    record["calls"] = recorder.calls
    record["figures"] = recorder.figures.found
    record["files"] = _saved_models(Path(job["scratch"]), store)
    record["models"] = _models(store, recorder)
    with (evidence / RECORD).open("w", encoding="utf-8") as stream:
        json.dump(record, stream)
    send({"finished": True})


def _new_main_module(file: str) -> dict[str, Any]:
    """Make the learner's file `__main__`, as it is when run as a script."""
    module = types.ModuleType("__main__")
    module.__file__ = file
    sys.modules["__main__"] = module
    sys.argv = [file]
    return vars(module)


def _inject(job: dict[str, Any], namespace: dict[str, Any]) -> None:
    """Make the given names that a bare answer uses, and only those.

    The given part runs where the answer will run, so that a given function sees the
    answer's own names, as it does where both stand in one file.
    """
    file = job["given_file"]
    linecache.cache[file] = (len(job["given"]), None, job["given"].splitlines(True), file)
    before = set(namespace)
    exec(compile(job["given"], file, "exec"), namespace)
    for name in set(namespace) - before - set(job["names"]):
        if not name.startswith("__"):
            del namespace[name]


def _execute(source: str, file: str, namespace: dict[str, Any]) -> Json:
    """Run the file; return how it ended: at its end, by an exception, or by exit."""
    try:
        exec(compile(source, file, "exec"), namespace)
        return {"how": "end"}
    except SystemExit as error:
        return {"how": "exit", "line": _learner_line(error, file)}
    except BaseException as error:
        return {"how": "exception", **describe_exception(error, file)}
    finally:
        for stream in (sys.stdout, sys.stderr):
            _quietly(stream.flush)


def describe_exception(error: BaseException, file: str) -> Json:
    """Return an exception's type, message, and the learner's own lines, outermost first."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file
    ]
    message = _quietly(lambda: str(error)) or ""
    return {
        "type": type(error).__name__,
        "message": message if len(message) <= 4000 else f"{message[:2000]}\n…\n{message[-2000:]}",
        "line": lines[-1] if lines else None,
        "lines": lines[:20],
    }


def _learner_line(error: BaseException, file: str) -> int | None:
    line: int | None = describe_exception(error, file)["line"]
    return line


def _quietly(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Exception:
        return None


def _probe(probe: Json, namespace: dict[str, Any], file: str, store: Store) -> Json:
    """Call one of the learner's functions with arguments that the checks picked."""
    function = _function(probe["function"], namespace)
    if not callable(function):
        return {**probe, "outcome": "missing"}
    printed = _Printed()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result = function(*probe["args"], **probe["kwargs"])
        found = {"outcome": "returned", "result": encode(result, store)}
    except BaseException as error:
        found = {"outcome": "raised", "error": describe_exception(error, file)}
    return {**probe, **found, "printed": _quietly(printed.getvalue) or ""}


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


def _models(store: Store, recorder: Recorder) -> list[Json]:
    """Describe the models that names lead to, and the first of those that were only called."""
    wanted = sorted(range(len(store.models)), key=lambda number: number not in store.named)
    kept = set(wanted[:MAX_MODELS])
    return [
        {**encode_model(model, store), "lines": recorder.lines_of(model)}
        if number in kept
        else None
        for number, model in enumerate(store.models)
    ]


def _saved_models(scratch: Path, store: Store) -> Json:
    """Load the model files that the learner's code wrote, here where its code may run."""
    found: Json = {}
    paths = [
        path for path in sorted(scratch.rglob("*")) if path.suffix in {".keras", ".h5", ".hdf5"}
    ]
    for path in paths[:MAX_SAVED_FILES]:
        name = path.relative_to(scratch).as_posix()
        try:
            model = keras.saving.load_model(path)
            found[name] = {"model": store.name_model(model)}
        except Exception as error:
            words = str(error).replace(str(path), name)  # where it lies is nobody's business
            found[name] = {"problem": f"{type(error).__name__}: {words}"[:500]}
    return found
