"""Evidence folders that somebody forged: refused or bounded, never a crash, never a pass."""

from __future__ import annotations

import io
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from grader.catalogue import find
from grader.evidence.reading import (
    RECORD,
    DamagedEvidence,
    load_numbers,
    read_bounded,
    read_record,
)
from grader.evidence.rebuilding import CannotRebuild, rebuild, refuse_foreign
from grader.evidence.record import (
    Call,
    Endless,
    FailedCall,
    Raised,
    RanToItsEnd,
    Record,
    StoredModel,
    UnstoredModel,
)
from grader.evidence.values import ModelRef, Numbers, Settings, Text, Value
from grader.learner.encoding import Store, encode, encode_model
from grader.verdict import Verdict

EMPTY = Record(RanToItsEnd(), {}, [], [], [], {}, [])
NAME = "0" * 32 + ".npy"

_pack = msgspec.msgpack.encode
_plain_record: dict[str, Any] = msgspec.msgpack.decode(_pack(EMPTY))


def _plain(value: object) -> Any:
    return msgspec.msgpack.decode(_pack(value))


def _array(
    file: str | None = NAME, shape: tuple[int, ...] = (2,), dtype: str = "float64"
) -> Numbers:
    return Numbers(shape, dtype, "", file)


def _npy(header: dict[str, Any], body: bytes) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not MessagePack",
        _pack([]),
        _pack({}),
        _pack(_plain_record)[:-1],
        _pack(_plain_record | {"calls": [3]}),
        _pack(_plain_record | {"values": "x"}),
        _pack(_plain_record | {"values": {"a": {"kind": "no such kind"}}}),
        _pack(_plain_record | {"values": {"a": {"kind": "model", "number": -1}}}),
        _pack(_plain_record | {"calls": [{"name": "fit", "arguments": 7}]}),
        _pack(_plain_record | {"values": {"a": _plain(Numbers((1,) * 65, "", ""))}}),
        _pack(_plain_record | {"ended": _plain(Raised("E", "x" * 6_000, 1, []))}),
        _pack(_plain_record | {"ended": _plain(Raised("E", "", -1, []))}),
        _pack(_plain_record | {"ended": _plain(Endless(1, 1, 1, 1, [], ["x" * 2_000_000], *2 * [False]))}),
        _pack(EMPTY)[:-1] + b"\x91" * 100_000,
        _pack(Record(RanToItsEnd(), {}, [], [Call("fit", 1, 0, {})], [], {}, [])),
    ],
    ids=[
        "empty", "text", "a list", "a dictionary", "cut", "a call", "values", "kind", "number",
        "arguments", "axes", "words", "line", "measures", "nested", "a call of no model",
    ],
)  # fmt: skip
def test_a_record_of_the_wrong_form_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / RECORD).write_bytes(data)
    with pytest.raises(DamagedEvidence):
        read_record(tmp_path)


def test_a_record_that_is_missing_or_no_file_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedEvidence):
        read_record(tmp_path)
    (tmp_path / "elsewhere").write_bytes(_pack(EMPTY))
    (tmp_path / RECORD).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedEvidence):
        read_record(tmp_path)
    (tmp_path / RECORD).unlink()
    os.mkfifo(tmp_path / RECORD)
    with pytest.raises(DamagedEvidence):
        read_record(tmp_path)
    (tmp_path / RECORD).unlink()
    (tmp_path / RECORD).mkdir()
    with pytest.raises(DamagedEvidence, match="not a regular file"):
        read_record(tmp_path)


def test_what_was_under_way_is_left_out_where_it_takes_too_much_room(tmp_path: Path) -> None:
    call = FailedCall("fit", 1, {"x": Text("x" * 2_000_000)})
    ended = Raised("ValueError", "no", 1, [1], call)
    (tmp_path / RECORD).write_bytes(_pack(msgspec.structs.replace(EMPTY, ended=ended)))
    assert read_record(tmp_path).ended == Raised("ValueError", "no", 1, [1])


def test_files_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)
    assert read_bounded(tmp_path, "big", 11) == b"x" * 11
    with pytest.raises(DamagedEvidence, match="larger"):
        read_bounded(tmp_path, "big", 10)


@pytest.mark.parametrize("name", ["../secret.npy", "/etc/passwd", "a.npy", NAME + "\n"])
def test_array_names_with_a_path_are_refused(tmp_path: Path, name: str) -> None:
    record = msgspec.structs.replace(EMPTY, values={"a": _array(name)})
    (tmp_path / RECORD).write_bytes(_pack(record))
    with pytest.raises(DamagedEvidence):
        read_record(tmp_path)


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    for array in (
        np.arange(6.0).reshape(2, 3),
        np.array([True, False]),
        np.float32(3.5) * np.ones(()),
    ):
        loaded = load_numbers(Store(tmp_path).array(np.asarray(array)), tmp_path)
        np.testing.assert_array_equal(loaded.reshape(np.shape(array)), array)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        pickle.dumps([1, 2]),
        _npy({"descr": "<f8", "fortran_order": False, "shape": (10**12,)}, b"\0" * 16),
        _npy({"descr": "|O", "fortran_order": False, "shape": (2,)}, pickle.dumps([1, 2])),
        _npy({"descr": "<f8", "fortran_order": False, "shape": (3,)}, b"\0" * 24),
        b"\x93NUMPY\x01\x00" + struct.pack("<H", 4) + b"oops",
    ],
    ids=["empty", "text", "pickle", "claims a terabyte", "objects", "another shape", "bad header"],
)
def test_a_forged_array_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(DamagedEvidence):
        load_numbers(_array(), tmp_path)


def _crossed(model: keras.Model, folder: Path) -> StoredModel:
    """Return a model as it comes out at the other side."""
    return msgspec.msgpack.decode(_pack(encode_model(model, Store(folder))), type=StoredModel)


def _stored_model(folder: Path, units: int = 3) -> StoredModel:
    """Return a model of 3 neurons; with other UNITS, the configuration says so, and lies."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    stored = _crossed(model, folder)
    config: Any = stored.config
    config["config"]["layers"][1]["config"]["units"] = units
    return stored


def test_a_model_comes_back_with_its_weights(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu")])
    again = rebuild(_crossed(model, tmp_path), tmp_path)
    data = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    np.testing.assert_allclose(again(data), model(data))


def test_weights_that_do_not_fit_the_layers_are_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedEvidence, match="do not fit"):
        rebuild(_stored_model(tmp_path, units=4), tmp_path)
    stored = _stored_model(tmp_path)
    del stored.weights[0]
    with pytest.raises(DamagedEvidence):
        rebuild(stored, tmp_path)


def test_huge_sizes_are_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CannotRebuild, match="too large"):
        rebuild(_stored_model(tmp_path, units=10**9), tmp_path)


_INPUT: tuple[str, dict[str, Any]] = ("InputLayer", {"batch_shape": [None, 2]})


def _chain(*layers: tuple[str, dict[str, Any]]) -> StoredModel:
    """Return a model that claims to have no weights."""
    built: list[dict[str, Any]] = [
        {
            "module": "keras.layers",
            "class_name": kind,
            "registered_name": None,
            "config": {"name": f"layer{number}", **settings},
        }
        for number, (kind, settings) in enumerate([_INPUT, *layers])
    ]
    config: Settings = {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": "Sequential",
        "config": {"name": "model", "layers": built},
    }
    return StoredModel("Sequential", config, None, len(layers), [])


def test_no_more_memory_is_taken_than_a_model_claims(tmp_path: Path) -> None:
    wide = _chain(*[("Dense", {"units": 60_000})] * 3)  # 29 GB
    with pytest.raises(DamagedEvidence, match="do not fit"):
        rebuild(wide, tmp_path)
    claimed = [Numbers((60_000, 60_000), "float32", "")] * 3
    with pytest.raises(CannotRebuild, match="too many to check"):
        rebuild(msgspec.structs.replace(wide, weights=claimed), tmp_path)
    with pytest.raises(CannotRebuild, match="numbers for a sample"):
        rebuild(
            _chain(*[("RepeatVector", {"n": 900_000}), ("UpSampling1D", {"size": 900})]), tmp_path
        )
    with pytest.raises(CannotRebuild, match="parts"):
        rebuild(_chain(*[("Dense", {"units": 1})] * 7_000), tmp_path)


@pytest.mark.parametrize(
    "node",
    [
        {"module": "keras.layers", "class_name": "Lambda", "config": {}},
        {"module": "os", "class_name": "system", "config": "ls"},
        {"module": "keras.utils", "class_name": "get_file", "config": {}},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "builtins", "class_name": "eval", "config": "1"},
        {"class_name": "__lambda__", "config": {"value": "x"}},
        {
            "module": "keras.layers",
            "class_name": "StringLookup",
            "config": {"vocabulary": "/etc/passwd"},
        },
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}},
        {
            "module": "keras.layers",
            "class_name": "Dense",
            "registered_name": "mine>Dense",
            "config": {},
        },
    ],
    ids=lambda node: f"{node.get('module')}.{node['class_name']}",
)
def test_configurations_that_could_run_code_are_refused(node: Any) -> None:
    with pytest.raises(CannotRebuild):
        refuse_foreign({"config": {"layers": [node]}})


def test_values_of_every_kind_cross(tmp_path: Path) -> None:
    import pandas as pd

    class Loud:
        def __repr__(self) -> str:
            raise RuntimeError

    class Stubborn:
        """Whatever is done with it, it interrupts."""

        def __getattribute__(self, name: str) -> Any:
            raise KeyboardInterrupt

    cyclic: list[Any] = []
    cyclic.append(cyclic)
    stopper = keras.callbacks.EarlyStopping()
    stopper.patience = 10**5000
    values = [
        None, True, 3, 2.5, float("nan"), 10**400, 10**5000, "text", "half a pair \ud800", b"bytes",
        [1, [2, [3]]], cyclic, {"a": {1: 2}}, {1, 2}, np.arange(3), np.array(["a"]),
        np.array([object()]), pd.DataFrame({"a": [1], "b": ["x"]}), pd.Series([1.0]),
        pd.Series(["x"], dtype="category"), keras.Variable([1.0]), Loud(), Loud, Stubborn(), len,
        stopper, 1j,
    ]  # fmt: skip
    for value in values:
        found = encode(value, Store(tmp_path))
        again = msgspec.msgpack.decode(_pack(found), type=Value)
        assert type(again) is type(found)


def test_a_submission_that_forges_its_record_gets_no_points(
    grade_source: Callable[..., Verdict],
) -> None:
    """It writes a record without any model behind it, and leaves before ours is written."""
    forged = _pack(msgspec.structs.replace(EMPTY, values={"model": ModelRef(0)}))
    finished = struct.pack("!I", 15) + _pack({"kind": "finished"})
    source = (
        "import os\n"
        "folder = os.path.join(os.path.dirname(os.getcwd()), 'evidence')\n"
        f"open(os.path.join(folder, {RECORD!r}), 'wb').write({forged!r})\n"
        "for n in range(3, 50):\n"
        f"    try: os.write(n, {finished!r})\n"
        "    except OSError: pass\n"
        "os._exit(0)\n"
    )
    verdict = grade_source(find("2.2.1"), source)
    assert verdict.status == "failed"
    assert verdict.points == 0
    assert "contradicts itself" in str(verdict.checks[0].message)  # it was believed so far


def _model_with(
    weights: str, name: str, activation: str = "relu", kind: str = "Dense"
) -> StoredModel:
    layer = {"class_name": kind, "config": {"name": name, "units": 2, "activation": activation}}
    start = {"class_name": "InputLayer", "config": {"name": f"input_of_{name}"}}
    config: Settings = {
        "class_name": "Sequential",
        "config": {"name": name, "layers": [start, layer]},
    }
    return StoredModel("Sequential", config, None, 1, [Numbers((2,), "float32", weights)])


@pytest.mark.parametrize(
    ("models", "trained", "copies"),
    [
        pytest.param([_model_with("w", "a"), _model_with("w", "b")], [0], {1: 0}, id="a copy"),
        pytest.param(
            [_model_with("w", "a"), _model_with("w", "b")], [1], {0: 1}, id="original last"
        ),
        pytest.param([_model_with("w", "a"), _model_with("w", "b")], [0, 1], {}, id="both trained"),
        pytest.param([_model_with("w", "a"), _model_with("w", "b")], [], {}, id="none trained"),
        pytest.param([_model_with("w", "a"), _model_with("v", "b")], [0], {}, id="other weights"),
        pytest.param(
            [_model_with("w", "a"), _model_with("w", "b", "tanh")], [0], {}, id="another activation"
        ),
        pytest.param(
            [_model_with("w", "a"), _model_with("w", "b", kind="Other")],
            [0],
            {},
            id="another layer",
        ),
        pytest.param(
            [_model_with("w", "a"), None, UnstoredModel("Own", "?")], [0], {}, id="not described"
        ),
    ],
)
def test_a_model_with_the_weights_of_a_trained_one_counts_as_that(
    tmp_path: Path,
    models: list[StoredModel | UnstoredModel | None],
    trained: list[int],
    copies: dict[int, int],
) -> None:
    calls = [
        Call(name, 1, number, {}, done=True)
        for name, numbers in (("fit", trained), ("evaluate", range(len(models))))
        for number in numbers
    ]
    record = msgspec.structs.replace(EMPTY, models=models, calls=calls, copy_of={0: 1})
    (tmp_path / RECORD).write_bytes(_pack(record))
    found = read_record(tmp_path)
    assert found.copy_of == copies  # whatever the record itself says
    evaluated = [call.model for call in found.calls if call.name == "evaluate"]
    assert evaluated == [copies.get(number, number) for number in range(len(models))]
