"""An exercise that trains, as what its author writes in place of each part of the skeletons."""

from __future__ import annotations

SOLUTION = {
    """\
FILL IN: two or three sentences that say what this is about, and what it is good for.
`grade show 5.1.1` prints this whole text, so keep its lines short.
""": """\
A network that leaves some neurons out at random while it learns cannot rely on any of them. That
is called dropout. Here you build such a network for the banknotes, and train it.
""",
    "- `start`: FILL IN: what the given part makes, one line for each name.\n": """\
- `X_train`, `y_train`: 960 notes to learn from, of shapes (960, 4) and (960,).
- `X_test`, `y_test`: 412 more notes for the test.
""",
    "1. FILL IN: what to do, and as what to keep it. Multiply `start` by 7; keep it as `result`.": """\
1. Build `model`: 4 inputs, 16 relu neurons, a dropout of 30 %, and one sigmoid neuron. Compile
   it with adam, the loss binary crossentropy and the metric accuracy.
2. Train it on the training notes for 20 epochs.
3. Evaluate it on the test notes, and keep the accuracy as `accuracy`.""",
    """\
# FILL IN: the given part, in place of this comment. Load what learners need and do not write:
# `from grader.datasets import banknotes, networks` and so on. It also runs in front of an
# answer that comes without it.
start = 6
""": """\
from grader.datasets import banknotes
from keras.layers import Dense, Dropout, Input
from keras.models import Sequential

X_train, y_train, X_test, y_test = banknotes.load_split()
""",
    """\
# TODO: FILL IN: what to write here, in a few words; they stay in the learners' file
### BEGIN SOLUTION
result = start * 7
### END SOLUTION

# FILL IN: more steps like that one, a TODO and markers each; or delete this comment.
""": """\
# TODO: build and compile a network with dropout
### BEGIN SOLUTION
model = Sequential()
model.add(Input((4,)))
model.add(Dense(16, activation="relu"))
model.add(Dropout(0.3))
model.add(Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
### END SOLUTION

# TODO: train it for 20 epochs
### BEGIN SOLUTION
model.fit(X_train, y_train, epochs=20)
### END SOLUTION

# TODO: evaluate it on the test notes and keep the accuracy
### BEGIN SOLUTION
accuracy = model.evaluate(X_test, y_test)[1]
### END SOLUTION

print("Accuracy on new notes:", accuracy)
""",
}

CHECKS = {
    """\
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check
""": """\
from grader.datasets import banknotes
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained_on
from grader.expect.known_data import Known
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.quality import binary_accuracy, expect_at_least, measured
from grader.expect.reports import expect_measured_on, expect_reported_accuracy
from grader.expect.specifications import dense, dropout
""",
    "FILL IN: where to look, or what to think of first.": "Some neurons are left out; which layer does that?",
    "FILL IN: which function or which number it is about.": "`Dropout` takes the share of the neurons that it leaves out.",
    "FILL IN: nearly the answer, in words and not in code.": "A Dropout of 0.3 stands between the two Dense layers.",
    """\
# FILL IN: more constants, or delete this comment. CONTRIBUTING.md says which there are:
# TIMEOUT = 300 where the solution trains for more than 6 seconds, WATCH, WITHHELD, OPTIONS …
""": '''\
DATA = Known(banknotes.load_split, "X_train", "y_train", "X_test", "y_test")

NETWORK = Network(
    input=(4,),
    layers=[dense(16, "relu"), dropout(0.3), dense(1, "sigmoid")],
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=("accuracy", "binary_accuracy"),
    why={"binary_crossentropy": "There are two classes, in one output."},
)

MINIMUM = 0.75
"""Accuracy on the test notes. Chosen from the runs in tests/calibration."""


def quality(evidence: Evidence) -> float:
    """Return the model's accuracy on the test notes."""
    return measured(evidence.model(), DATA.test, binary_accuracy)
''',
    '''\
@check(points=1)
def test_result(evidence: Evidence) -> None:
    """`result` is FILL IN: what it should be."""
    got = evidence.number("result")
    if got != 42:
        raise CheckFailed(
            expected="FILL IN: what is right, `42`",
            got=f"{got:g}",
            message="FILL IN: where to look for the mistake, without the answer's code.",
            line=evidence.line_of("result"),
        )


# FILL IN: more checks. Where something is trained and must be good enough: a function
# `quality(evidence)` that returns the number, and the limit as a constant `MINIMUM`, so that
# it can be measured whether the limit is fair: see PLAN in tests/answers/answers_5_1_1.py.
''': '''\
@check(points=2)
def test_layers(evidence: Evidence) -> None:
    """The network has the right layers, with the right activations."""
    NETWORK.expect_input(evidence.model())
    NETWORK.expect_layers(evidence.model())
    NETWORK.expect_activations(evidence.model())


@check(points=1)
def test_compiled(evidence: Evidence) -> None:
    """The network is compiled for two classes."""
    NETWORK.expect_optimizer(evidence.model())
    NETWORK.expect_loss(evidence.model())
    NETWORK.expect_metric(evidence.model())


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The network was trained on the training notes."""
    expect_trained_on(evidence.model(), DATA.train)


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """The training took 20 epochs."""
    expect_epochs(evidence.model(), 20)


@check(points=1, needs=("layers", "compiled", "training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained network tells most new notes apart."""
    expect_at_least("accuracy on the test notes", quality(evidence), MINIMUM, evidence.model())


@check(points=2)
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the network's accuracy on the test notes."""
    expect_measured_on(evidence.model(), DATA.test)
    expect_reported_accuracy(evidence.model(), DATA, binary_accuracy)
''',
}

_ANSWERS_RIGHT = '''\
    Right("a list", edit((BUILT, """\\
model = Sequential([
    Input((4,)), Dense(16, "relu"), Dropout(0.3), Dense(1, "sigmoid"),
])
"""))),
    Right("functional", edit((BUILT, """\\
import keras
inputs = keras.Input((4,))
hidden = Dropout(rate=0.3)(Dense(16, activation="relu")(inputs))
model = keras.Model(inputs, Dense(1, activation="sigmoid")(hidden))
"""))),
    Right("objects", edit(('"adam", loss="binary_crossentropy"', "Adam(), loss=BinaryCrossentropy()"),
                          ("model = Seq", "from keras.losses import BinaryCrossentropy\\n"
                           "from keras.optimizers import Adam\\nmodel = Seq"))),
    Right("loss and accuracy", edit(("accuracy = model", "loss, accuracy = model"), ("y_test)[1]", "y_test)"))),
    Right("without the given part", bare("""
model = Sequential()
model.add(Dense(16, input_shape=(4,), activation="relu"))
model.add(Dropout(0.3))
model.add(Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(X_train, y_train, epochs=20, verbose=0)
accuracy = model.evaluate(X_test, y_test)[1]
""")),
]  # fmt: skip
'''

_ANSWERS_WRONG = """\
    Wrong("no dropout", edit(("model.add(Dropout(0.3))\\n", "")), "layers", r"nothing|Dense\\(1"),
    Wrong("half of them", edit(("0.3", "0.5")), "layers", r"Dropout\\(0.5\\)"),
    Wrong("three in", edit(("Input((4,))", "Input((3,))")), "", "3", "error"),
    Wrong("tanh", edit(('"relu"', '"tanh"')), "layers", "tanh"),
    Wrong("squared errors", edit(("binary_crossentropy", "mse")), "compiled", "two classes"),
    Wrong("sgd", edit(('"adam"', '"sgd"')), "compiled", "adam"),
    Wrong("trained on the test", edit(("fit(X_train, y_train", "fit(X_test, y_test")), "training_data",
          "can no longer be tested"),
    Wrong("not trained", edit((FIT, "pass")), "training_data", "fit was not called"),
    Wrong("two epochs", edit(("epochs=20", "epochs=2")), "epochs", "2 epochs"),
    Wrong("does not learn", edit((FIT, "model.optimizer.learning_rate = 0.0\\n" + FIT)), "quality", "at least"),
    Wrong("the loss", edit(("y_test)[1]", "y_test)[0]")), "accuracy", "the loss"),
"""

ANSWERS = {
    "# FILL IN: `SLOW = True` in place of this comment if an answer trains for seconds.\n": '''\
from plans import Limit, Plan, usual_ways

BUILT = """\\
model = Sequential()
model.add(Input((4,)))
model.add(Dense(16, activation="relu"))
model.add(Dropout(0.3))
model.add(Dense(1, activation="sigmoid"))
"""
FIT = "model.fit(X_train, y_train, epochs=20)"
''',
    """\
    Right("FILL IN: the other way round", edit(("start * 7", "7 * start"))),
    Right("FILL IN: in two steps", steps("half = start * 3.5\\nresult = half + half\\n")),
    Right("FILL IN: without the given part", bare("result = 7 * start\\n")),
]
""": _ANSWERS_RIGHT,
    """\
    Wrong("FILL IN: one too many", edit(("start * 7", "start * 8")), "result", "48"),
    Wrong("FILL IN: other name", edit(("result =", "product =")), "result", "does not make"),
    Wrong("FILL IN: stops", edit(("start * 7", "start * seven")), "", "NameError", "error"),
    Wrong("one blank left", edit(("start * 7", "____")), "", "blank", "not_attempted"),
""": _ANSWERS_WRONG,
    'TYPICAL = "FILL IN: one too many"': 'TYPICAL = "half of them"',
    """\
# FILL IN
result = start * 7
""": """\
model = Sequential()
model.add(Dense(16, input_shape=(4,), activation='relu'))
model.add(Dropout(0.3))
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(X_train, y_train, epochs=20)
accuracy = model.evaluate(X_test, y_test)[1]
""",
    """\
# FILL IN: where the task states a network's parameters, say them here, or delete this comment:
# from corpus import Parameters
# PARAMETERS = Parameters("model", [30, 11], 41)
""": """\
PARAMETERS = Parameters("model", [80, 0, 17], 97)
""",
    "import Course2019, Right, Wrong, bare, edit, steps": "import Course2019, Parameters, Right, Wrong, bare, edit",
    """\
# FILL IN: where the solution trains, say here what is measured, or delete this comment.
# `python tests/calibration 5.1.1` then trains the solution with 30 seeds, and each way to be
# wrong with 10, and keeps what came of it; a test compares it with MINIMUM in the checks.
# `PLAN = Plan()` if the checks set no minimum. tests/support/plans.py says more.
# from plans import Limit, Plan
# FIT = "model.fit(X_train, y_train, epochs=20)"
# PLAN = Plan(
#     (Limit("quality", "MINIMUM"),),
#     {"one epoch": edit((FIT, FIT.replace("20", "1")))},
# )
""": """\
PLAN = Plan(
    (Limit("quality", "MINIMUM"),),
    usual_ways(FIT, "y_train", 20, loss="'sgd', 'hinge', metrics=['accuracy']"),
)
""",
    """\
# Wrong answers are also derived from the solution (`python tests/mutations 5.1.1` lists them).
# One that is right after all goes into EQUIVALENT = {(kind, what): "the reason"}; one whose
# message does not name the fault into UNNAMED, if the message cannot be made better.
""": """\
EQUIVALENT = {
    ("layer dropped", "Input((4,))"): "Still right: fit tells the model how many numbers a note has."
}
""",
}

MEASURED = [
    {
        "data": "generated",
        "limits": {"quality": {"at_least": 0.75}},
        "answers": {
            "reference": {
                "seeds": 30,
                "passed": 30,
                "quality": {"minimum": 0.9563, "median": 0.983, "maximum": 0.9951},
            },
            "untrained": {
                "seeds": 10,
                "passed": 0,
                "found_by": ["quality"],
                "quality": {"minimum": 0.301, "median": 0.5692, "maximum": 0.7257},
            },
            "one epoch": {
                "seeds": 10,
                "passed": 0,
                "found_by": ["epochs"],
                "quality": {"minimum": 0.4757, "median": 0.6808, "maximum": 0.8762},
            },
            "shuffled labels": {
                "seeds": 10,
                "passed": 0,
                "found_by": ["training_data"],
                "quality": {"minimum": 0.3786, "median": 0.534, "maximum": 0.6432},
            },
            "wrong loss": {
                "seeds": 10,
                "passed": 0,
                "found_by": ["compiled"],
                "quality": {"minimum": 0.7621, "median": 0.8398, "maximum": 0.9563},
            },
        },
    }
]
"""What `python tests/calibration 5.1.1` kept, run with these three files."""
