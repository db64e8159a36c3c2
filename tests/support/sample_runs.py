"""Runs with all that a page can show: for tests, and for looking at pages in a browser."""

from __future__ import annotations

import io
import math

from grader.last_runs import LastRun
from grader.places import Line, said
from grader.sights import Diagram, Measure, Node, Picture, Sights, TrainingCurves
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

BRANCHED = Diagram(
    "model",
    (
        Node("Input(28 × 28 × 1)"),
        Node("Input(28 × 28 × 1)"),
        Node("Conv2D(32, 3 × 3, relu)", (0, 1), 2),
        Node("Flatten", (2,), 2),
        Node("Concatenate", (3,)),
        Node("Dense(16, relu)", (4,)),
        Node("Add", (4, 5)),
        Node("Dense(1, sigmoid)", (6,)),
    ),
)
"""Two inputs through shared layers, and a way past a layer."""

TASK = Diagram(
    "the task", (Node("Input(2)"), Node("Dense(64, relu)", (0,)), Node("Dense(4, ?)", (1,)))
)
MINE = Diagram(
    "model", (Node("Input(2)"), Node("Dense(60, relu)", (0,)), Node("Dense(4, sigmoid)", (1,)))
)
LARGE = Diagram("resnet", summary="177 layers, among them 53 Conv2D, 53 BatchNormalization")


def picture() -> bytes:
    """Return a figure as PNG."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([0, 1, 4, 9])
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=80)
    return stream.getvalue()


def training(epochs: int = 40) -> TrainingCurves:
    """Return a training that is measured on other data, too, and goes astray for an epoch."""
    steps = tuple(range(1, epochs + 1))
    falling = tuple(2 / step + 0.1 for step in steps)
    broken = tuple(math.nan if step == 7 else 2.2 / step + 0.3 for step in steps)
    rising = tuple(1 - 0.9 / step for step in steps)
    return TrainingCurves(
        6,
        epochs,
        (
            Measure("loss", steps, falling),
            Measure("val_loss", steps, broken),
            Measure("accuracy", steps, rising),
        ),
    )


def sample_run(
    text: str = "some `words`",
    status: Outcome = Outcome.FAILED,
    *,
    exercise_id: str = "2.2.1",
    png: bytes = b"png",
) -> LastRun:
    """Return a run that has everything, with this text wherever there can be one."""
    failed = CheckResult(
        "two", CheckStatus.FAILED, text, text, said(text, " on ", Line(4)), text,
        f"a  b\n────\n1  {text}", line=4, max_points=3,
    )  # fmt: skip
    passed = CheckResult("one", CheckStatus.PASSED, text)
    named = Diagram(text, MINE.nodes)
    measured = TrainingCurves(6, 1, (Measure(text, (1,), (0.5,)),))
    sights = Sights(
        printed=f"{text}\n" + "\n".join(f"epoch {number}" for number in range(20)),
        pictures=(Picture(png, 512, 384, 6, text),),
        figures=1,
        task=(TASK,),
        networks=(named, Diagram(f"{text}-2", BRANCHED.nodes), LARGE),
        trainings=(training(), measured),
    )
    verdict = Verdict(
        exercise_id, text, status, (passed, failed), said("Look at ", Line(2), f": {text}"),
        (Tip(text, Line(3)), Tip(text)), 2, "answers/answer.py", 1.25, sights=sights,
    )  # fmt: skip
    long_line = "x = " + " + ".join(f"number_{number}" for number in range(40))
    source = (
        f'"""{text}"""\nimport keras\nmodel = keras.Sequential()\n{long_line}\n\nmodel.fit(x)\n'
    )
    return LastRun(verdict, source)
