"""The engine: what becomes of files that run, fail, hang, crash, flood or end early."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from good_answer import GOOD, before_compile, statuses
from words import tips_of, words_of

from grader.catalogue import find
from grader.evidence.messages import Confinement, LearnerJob
from grader.grading import pipeline
from grader.grading.endings import without_evidence
from grader.grading.pipeline import Options, grade
from grader.processes.jobs import Job
from grader.processes.spawning import SpawnWorkers
from grader.processes.workers import GraderFault, OnProgress, Run, Workers
from grader.submission import Submission, read_submission
from grader.verdict import CheckStatus, Outcome, Verdict

Grade = Callable[..., Verdict]


def test_passed(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", GOOD)
    assert verdict.status == Outcome.PASSED
    assert verdict.points == verdict.max_points > 0
    assert set(statuses(verdict).values()) == {"passed"}


def test_all_independent_faults_are_reported_at_once(grade_source: Grade) -> None:
    wrong = GOOD.replace('"softmax"', '"sigmoid"').replace('"adam"', '"sgd"')
    verdict = grade_source("2.2.1", wrong)
    assert verdict.status == Outcome.FAILED
    found = statuses(verdict)
    assert (found["activations"], found["optimizer"]) == ("failed", "failed")
    assert found["layers"] == found["loss"] == "passed"


def test_a_check_that_needs_a_failed_one_is_skipped_and_names_it(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", GOOD.replace("Dense(64", "Dense(60"))
    check = {check.name: check for check in verdict.checks}["activations"]
    assert check.status == CheckStatus.SKIPPED
    assert 'needs "The layers have the right kind and size, in the right order"' in check.message


def test_a_failure_names_the_learners_line(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", GOOD.replace('"adam"', '"sgd"'))
    line = next(check.line for check in verdict.checks if check.name == "optimizer")
    assert line is not None
    assert "sgd" in GOOD.replace('"adam"', '"sgd"').splitlines()[line - 1]


@pytest.mark.parametrize(
    "network",
    [
        """
model = keras.Sequential([
    keras.Input((2,)),
    layers.Dense(128, activation="relu"),
    layers.Dense(64, activation="tanh"),  # here
    layers.Dense(32, activation="relu"),
    layers.Dense(4, activation="softmax"),
])
""",
        """
inputs = outputs = keras.Input((2,))
outputs = layers.Dense(128, activation="relu")(outputs)
outputs = layers.Dense(64)(outputs)
outputs = keras.activations.tanh(outputs)  # here
outputs = layers.Dense(32, activation="relu")(outputs)
outputs = layers.Dense(4, activation="softmax")(outputs)
model = keras.Model(inputs, outputs)
""",
        """
def hidden(units, activation):
    return layers.Dense(units, activation=activation)  # here

model = keras.Sequential([keras.Input((2,)), hidden(128, "relu"), hidden(64, "tanh")])
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(4, activation="softmax"))
""",
        """
model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(layers.Dense(128, activation="relu"))
model.add(layers.Dense(64, activation="tanh"))
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(4, activation="softmax"))
model = keras.models.clone_model(model)  # here
""",
    ],
    ids=["list", "functional", "function", "clone"],
)
def test_a_wrong_layer_is_told_with_the_line_that_made_it(
    grade_source: Grade, network: str
) -> None:
    source = (
        f"import keras\nfrom keras import layers\n{network}\n"
        'model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])\n'
    )
    verdict = grade_source("2.2.1", source)
    (failed,) = (check for check in verdict.checks if check.status is CheckStatus.FAILED)
    assert (failed.name, failed.got) == ("activations", "layer 2: tanh")
    assert failed.line is not None
    assert source.splitlines()[failed.line - 1].endswith("# here")


def test_a_model_class_may_have_any_attributes(grade_source: Grade) -> None:
    """Keras's functional models have `operations`; a learner's class may mean something else."""
    code = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.operations = 5\n"
        "net = Net()"
    )
    assert grade_source("2.2.1", before_compile(code)).status == Outcome.PASSED


def test_a_flood_of_output_is_capped(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", before_compile("for _ in range(3000): print('x' * 1000)"))
    assert verdict.status == Outcome.PASSED
    assert any("MB" in tip for tip in tips_of(verdict))


def test_standard_input_is_at_its_end(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", before_compile("name = input('Name? ')"))
    assert verdict.status == Outcome.ERROR
    assert "input()" in verdict.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("None", "None"),
        ("3", "the number 3"),
        ("'adam'", "the text 'adam'"),
        ("[model]", "a list of 1"),
        ("keras", "does not make `model`"),
        ("Dense", "function or class"),
    ],
)
def test_a_name_that_holds_something_else(grade_source: Grade, value: str, words: str) -> None:
    verdict = grade_source("2.2.1", GOOD + f"\nmodel = {value}\n")
    assert verdict.status == Outcome.FAILED
    failed = [check for check in verdict.checks if check.status == CheckStatus.FAILED]
    assert len(failed) == 1, "one fault is told once"
    assert words in f"{failed[0].got} {failed[0].message}"


def test_a_misspelt_name_is_suggested(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", GOOD + "\nmodell, other = model, Sequential()\ndel model\n")
    assert "`modell`" in next(c.message for c in verdict.checks if c.status == CheckStatus.FAILED)


def test_the_same_file_gets_the_same_numbers(grade_source: Grade) -> None:
    source = (
        GOOD
        + "\nimport numpy as np, random\nraise ValueError(f'{np.random.rand()} {random.random()} {float(model.get_weights()[0][0, 0])}')\n"
    )
    first, second = (grade_source("2.2.1", source, seed=5).message for _ in range(2))
    assert first == second
    assert grade_source("2.2.1", source, seed=6).message != first


def test_saved_files_land_in_a_scratch_folder(grade_source: Grade, tmp_path: Path) -> None:
    before = set(Path.cwd().iterdir())
    assert grade_source("2.2.1", GOOD + "\nmodel.save('mine.keras')\n").status == Outcome.PASSED
    assert set(Path.cwd().iterdir()) == before


def test_a_file_with_an_odd_name_is_graded(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "mein Übungs blatt.py"
    path.write_text(GOOD, "utf-8")
    assert grade(read_submission(find("2.2.1"), path), workers).status == Outcome.PASSED


def test_modules_beside_the_file_are_not_imported(workers: Workers, tmp_path: Path) -> None:
    for name in ("keras.py", "numpy.py", "conftest.py", "sitecustomize.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('hijacked')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    path = tmp_path / "answer.py"
    path.write_text(GOOD, "utf-8")
    assert grade(read_submission(find("2.2.1"), path), workers).status == Outcome.PASSED


@pytest.mark.parametrize(
    "code",
    [
        "import builtins\nbuiltins.open = None\n",
        "import json\njson.dump = lambda *a, **k: None\n",
        "import numpy as np\nnp.save = lambda *a, **k: None\n",
        "import keras\nkeras.Model.get_weights = lambda self: []\n",
        "model.count_params = lambda: 10852\nmodel.layers.clear()\n",
    ],
)
def test_patching_libraries_never_makes_a_wrong_answer_pass(grade_source: Grade, code: str) -> None:
    wrong = GOOD.replace("Dense(64", "Dense(60")
    assert grade_source("2.2.1", wrong + "\n" + code).status != Outcome.PASSED


def test_an_object_that_equals_everything_is_not_believed(grade_source: Grade) -> None:
    code = (
        "class Yes(str):\n"
        "    def __eq__(self, other): return True\n"
        "    def __hash__(self): return 0\n"
        "model = Yes('model')\n"
    )
    assert grade_source("2.2.1", GOOD + code).status == Outcome.FAILED


def test_a_model_subclass_is_told_what_to_do(grade_source: Grade) -> None:
    source = (
        "import keras\n"
        "class Net(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.out = keras.layers.Dense(4)\n"
        "    def call(self, x): return self.out(x)\n"
        "    def count_params(self): return 10852\n"
        "model = Net()\n"
    )
    verdict = grade_source("2.2.1", source)
    assert verdict.status == Outcome.FAILED
    assert (
        "Keras's layers" in verdict.checks[0].message or "Keras's own" in verdict.checks[0].message
    )


def test_new_interpreters_are_stopped_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file does not hear the alarm. The imports before it are not its time."""
    monkeypatch.setattr(pipeline, "GRACE_SECONDS", 0.5)
    path = tmp_path / "answer.py"
    path.write_text(
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.pause()\n", "utf-8"
    )
    with SpawnWorkers() as spawned:
        verdict = grade(read_submission(find("2.2.1"), path), spawned, Options(timeout=1))
    assert verdict.status == Outcome.TIMEOUT


def test_a_fault_of_ours_is_a_grader_error_and_blames_nobody(
    grade_source: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "check_2_2_1.py"
    text = find("2.2.1").checks.read_text("utf-8")
    broken.write_text(text.replace("NETWORK.expect_optimizer(evidence.model())", "1 / 0"))
    monkeypatch.setattr("grader.catalogue.Exercise.checks", broken)
    verdict = grade_source("2.2.1", GOOD)
    assert verdict.status == Outcome.GRADER_ERROR
    assert "not you" in verdict.message
    assert verdict.points == 0


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (Run(-9, "", 0, False, 1.0), "ended with code -9 before it began"),
        (Run(70, "no room\n", 8, False, 1.0), "failed: no room"),
        (Run(-9, "", 0, True, 300.0), "had not begun to run after 300 s"),
    ],
    ids=["ended", "failed", "out of time"],
)
def test_what_happens_before_the_file_runs_is_our_fault(run: Run, says: str) -> None:
    job: Any = SimpleNamespace(seconds=60.0, confinement=Confinement())
    script = Submission.of_bytes(find("2.2.1"), "answer.py", b"x = 1\n").script()
    with pytest.raises(GraderFault, match=says):
        without_evidence(run, job, script)


@pytest.mark.parametrize(
    ("began", "outcome"), [(False, Outcome.PASSED), (True, Outcome.FAILED)], ids=["before", "in it"]
)
def test_a_process_killed_before_the_file_began_is_tried_again(
    began: bool, outcome: Outcome, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = workers.run
    killed: list[Job] = []

    def first_killed(job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        if isinstance(job, LearnerJob) and not killed:
            killed.append(job)
            return Run(-9, "", 0, False, 0.1, began=began)
        return run(job, timeout, on_progress)

    monkeypatch.setattr(workers, "run", first_killed)
    verdict = grade(Submission.of_bytes(find("2.2.1"), "answer.py", GOOD.encode()), workers)
    assert verdict.status == outcome, words_of(verdict)


def test_annotations_mean_what_they_mean_to_python(grade_source: Grade) -> None:
    """What our own modules import from `__future__` does not change a learner's file."""
    verdict = grade_source("2.2.1", "def build(layers: Lst):\n    pass\n")
    assert verdict.status == Outcome.ERROR
    assert "'Lst' is not defined" in verdict.message


def test_names_that_no_file_can_hold_are_no_fault(grade_source: Grade) -> None:
    """Half a pair of surrogates: of a column that fit is given, and of a layer that fails."""
    code = (
        "import keras, numpy as np, pandas as pd\n"
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
        "model.compile(loss='mse')\n"
        "model.fit(pd.DataFrame({chr(0xD800): [1.0, 2.0]}), np.zeros(2))\n"
        "keras.layers.Dense(1, name=chr(0xD800))(keras.Input((1,)))\n"
    )
    verdict = grade_source("2.2.1", code)
    assert (verdict.status, verdict.line) == (Outcome.ERROR, 5)


def test_what_is_drawn_is_recorded_without_a_hand_in_it(grade_source: Grade) -> None:
    """To look at figures makes none of them the current one."""
    code = (
        "import matplotlib.pyplot as plt\n"
        "first, second, third = (plt.figure() for _ in range(3))\n"
        "for figure in (first, second, third):\n"
        "    figure.subplots().plot([1, 2])\n"
        "plt.figure(first.number)\n"
        "plt.close(second)\n"
        "assert plt.gcf() is first\n"
        "plt.clf()\n"
        "assert third.axes and not first.axes\n"
    )
    verdict = grade_source("2.2.1", before_compile(code))
    assert verdict.status == Outcome.PASSED, words_of(verdict)
