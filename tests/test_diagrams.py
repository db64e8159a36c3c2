"""Networks and trainings as pictures: nothing that the task does not tell, branches as they are."""

from __future__ import annotations

import importlib.util
import math
from io import StringIO
from typing import Any

import keras
import msgspec
import pytest
from keras import layers as kl
from rich.console import Console
from sample_runs import BRANCHED, LARGE, MINE, TASK, training

from grader.catalogue import Exercise, exercises
from grader.expect.network import Network
from grader.expect.specifications import dense
from grader.grading.diagrams import MAX_NODES, of_model, of_task
from grader.places import InFile
from grader.show.comparison import show_networks
from grader.show.vectors import (
    BOX_HEIGHT,
    BOX_WIDTH,
    CHART_HEIGHT,
    CHART_WIDTH,
    charts_of,
    drawn_network,
    lines_of,
)
from grader.sights import Diagram, Measure, Node, Sights, TrainingCurves


def _drawn(model: keras.Model) -> list[str]:
    config = msgspec.json.decode(msgspec.json.encode(keras.saving.serialize_keras_object(model)))
    diagram = of_model("model", config)
    assert diagram is not None
    return lines_of(diagram)


def test_a_chain_is_drawn_layer_by_layer() -> None:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            kl.Conv2D(8, 3, activation="relu"),
            kl.Flatten(),
            kl.Dense(4),
            kl.Activation("softmax"),
        ]
    )
    assert _drawn(model) == [
        "1  Input(28 × 28 × 1)",
        "2  Conv2D(8, 3 × 3, relu)",
        "3  Flatten",
        "4  Dense(4)",
        "5  Activation(softmax)",
    ]


def test_two_inputs_through_a_shared_layer_are_drawn_as_such() -> None:
    first, second = keras.Input((3,), name="b"), keras.Input((3,), name="a")
    shared = kl.Dense(2, activation="tanh")
    both = kl.Concatenate()([shared(first), shared(second)])
    past = kl.Add()([both, kl.Dense(4)(both)])
    assert _drawn(keras.Model([first, second], kl.Dense(1)(past))) == [
        "1  Input(3)",
        "2  Input(3)",
        "3  Dense(2, tanh), used 2 times, takes 1, 2",
        "4  Concatenate, takes 3",
        "5  Dense(4), takes 4",
        "6  Add, takes 4, 5",
        "7  Dense(1), takes 6",
    ]


def test_a_block_within_a_model_is_one_box() -> None:
    block = keras.Sequential([keras.Input((3,)), kl.Dense(2), kl.Dense(2)])
    assert _drawn(keras.Sequential([keras.Input((3,)), block, kl.Dense(1)])) == [
        "1  Input(3)",
        "2  Sequential of 3 layers",
        "3  Dense(1)",
    ]


def test_of_a_large_network_its_layers_are_counted() -> None:
    model = keras.Sequential([keras.Input((3,)), *(kl.Dense(3) for _ in range(MAX_NODES))])
    assert _drawn(model) == ["41 layers, among them 40 Dense, 1 InputLayer"]


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"config": None},
        {"config": {"layers": 3}},
        {"class_name": "Sequential", "config": {"layers": [None, 1, {}, {"class_name": "\x1b[31m"}]}},
        {"class_name": "Functional", "config": {"layers": [{"name": "a", "inbound_nodes": [
            {"args": [{"config": {}, "keras_history": ["a", 0, 0]}]}]}]}},
        {"class_name": "Functional", "config": {"layers": [{"name": [], "inbound_nodes": 3,
            "config": {"units": [[]], "activation": {"config": {"config": {}}}}}] * 3}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {
            "units": math.nan, "activation": 7, "batch_shape": "x"}}]}},
    ],
)  # fmt: skip
def test_whatever_a_configuration_holds_it_does_no_harm(config: dict[str, Any]) -> None:
    diagram = of_model("\x1b[31mmodel", config)
    if diagram is not None:
        assert diagram.name == "[31mmodel"
        assert all(node.text.isprintable() for node in diagram.nodes)
        drawn_network(diagram)


def test_a_layer_that_takes_a_later_one_is_refused() -> None:
    with pytest.raises(ValueError, match="later"):
        Diagram("model", (Node("a", (0,)),))


def _networks(exercise: Exercise) -> list[Network]:
    spec = importlib.util.spec_from_file_location("looked_at", exercise.checks)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [value for value in vars(module).values() if isinstance(value, Network)]


TOLD = {
    "1.2.1": "Input(2) Dense(10, relu) Dense(1)",
    "1.2.2": "Input(3) Dense(5, relu) Dense(1)",
    "1.2.3": "Input(2) Dense(3) Dense(1)",
    "1.3.1": "Input(1) Dense(50, relu) Dense(50, relu) Dense(50, relu) Dense(1)",
    "2.1.2": "Input(4) Dense(1, sigmoid)",
    "2.2.1": "Input(2) Dense(128, relu) Dense(64, relu) Dense(32, relu) Dense(4, ?)",
    "2.3.1": "Input(20) Dense(64, relu) Dense(3, ?)",
    "3.1.1": "Input(64) Dense(16, relu) Dense(10, ?)",
    "3.3.2": "Input(64) Dense(50, relu) BatchNormalization Dense(50, relu) BatchNormalization "
    "Dense(50, relu) BatchNormalization Dense(10, ?)",
    "4.1.3": "Input(784) Dense(32, relu) Dense(784, sigmoid)",
    "4.2.1": "Input(28 × 28 × 1) Conv2D(32, 3 × 3, relu) Conv2D(16, 3 × 3, relu) Flatten Dense(10, ?)",
    "4.3.2": "Input(3) Embedding(44, 8) LSTM(32) Dense(32, relu) Dense(44, ?)",
}
"""All that is ever drawn of a task's network. Look whether the task says so before you add to it."""


def test_no_more_is_drawn_than_the_tasks_tell() -> None:
    drawn = {
        exercise.id: " ".join(node.text for node in diagram.nodes)
        for exercise in exercises()
        if "Network(" in exercise.checks.read_text("utf-8")
        for network in _networks(exercise)
        if (diagram := of_task(network, exercise.stub_source)) is not None
    }
    assert drawn == TOLD


def test_what_a_task_leaves_open_is_a_question_mark() -> None:
    network = Network(input=(7,), layers=[dense(12, "relu"), dense(3, "softmax")])
    told = of_task(network, "Seven numbers go in. Two dense layers, the first with 12 neurons.")
    assert told is not None
    assert [node.text for node in told.nodes] == ["Input(7)", "Dense(12, ?)", "Dense(?, ?)"]
    assert of_task(network, "Seven numbers go in, and 3 come out.") is None


def test_branches_stand_beside_each_other_and_nothing_overlaps() -> None:
    drawn = drawn_network(BRANCHED)
    first, second, shared = drawn.boxes[:3]
    assert first.y == second.y < shared.y
    assert abs(first.x - second.x) > BOX_WIDTH
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(BRANCHED.nodes)
    assert len(drawn.arrows) == 8
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - BOX_WIDTH
        assert 0 <= box.y <= drawn.height - BOX_HEIGHT
    assert "7  Add, takes 5, 6" in drawn.words
    assert [arrow.line for arrow in drawn.arrows if "C" in arrow.line], "one goes past a layer"


def test_a_network_too_large_to_be_drawn_is_told() -> None:
    drawn = drawn_network(LARGE)
    assert drawn.boxes == ()
    assert drawn.summary == LARGE.summary


def test_a_chart_holds_all_its_numbers() -> None:
    loss, accuracy = charts_of(training())
    assert (loss.name, accuracy.name) == ("loss", "accuracy")
    assert loss.words.startswith("loss from 2.1 to 0.15; val_loss from 2.5 to 0.355; 40 epochs")
    assert [series.name for series in loss.series] == ["training", "validation"]
    assert [len(series.pieces) for series in loss.series] == [1, 2], "an epoch has no number"
    points = [
        tuple(map(float, point.split(",")))
        for series in loss.series
        for piece in series.pieces
        for point in piece.split()
    ]
    assert len(points) == 79
    assert all(0 <= x <= CHART_WIDTH and 0 <= y <= CHART_HEIGHT for x, y in points)
    falling = [y for _, y in points[:40]]
    assert falling == sorted(falling), "down the page is down"
    assert [mark.text for mark in loss.y_marks] == ["0", "1", "2", "3"]
    assert [mark.text for mark in loss.x_marks] == ["1", "11", "20", "30", "40"]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0.5, 0.5), 1),
        ((math.nan, math.nan), 0),
        ((math.inf, 1e300), 1),
        ((0.0, 0.0), 1),
        ((1e308, -1e308), 0),
        ((), 0),
    ],
)
def test_odd_numbers_make_a_chart_or_none(values: tuple[float, ...], shown: int) -> None:
    steps = tuple(range(1, len(values) + 1))
    found = charts_of(TrainingCurves(1, len(values), (Measure("loss", steps, values),)))
    assert len(found) == shown


def test_a_single_epoch_is_told_in_words() -> None:
    (chart,) = charts_of(TrainingCurves(1, 1, (Measure("loss", (1,), (0.25,)),)))
    assert chart.series == ()
    assert chart.words == "loss from 0.25 to 0.25; 1 epoch"


def test_the_terminal_shows_both_side_by_side() -> None:
    console = Console(file=StringIO(), width=100, color_system=None)
    sights = Sights(task=(TASK,), networks=(MINE,), trainings=(training(),))
    show_networks(sights, InFile("answer.py"), console)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    lines = [line.split() for line in text.splitlines()]
    assert ["the", "task", "yours:", "model"] in lines
    assert ["2", "Dense(64,", "relu)", "2", "Dense(60,", "relu)"] in lines
    assert "A ? is for you to find" in text
    assert "Training on line 6: 40 epochs, loss from 2.1 to 0.15" in text
