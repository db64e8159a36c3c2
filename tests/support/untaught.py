"""Ways to make a training teach its model nothing, put into the reference solutions."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from grader.catalogue import find

EXERCISES = (
    "1.3.2",
    "2.1.3",
    "2.2.3",
    "2.3.2",
    "2.4.1",
    "2.4.2",
    "3.1.2",
    "3.1.3",
    "3.3.1",
    "3.3.3",
    "4.1.2",
)
"""Those that call fit on a model by its name, for as long as a test may take."""


@dataclass(frozen=True)
class Kind:
    """A kind of training that teaches nothing.

    Args:
        code: put before the first fit; {model}, {x} and {y} are the names of that call.
        says: regular expression for what names the cause.
        without: exercises that it cannot be put into, or where the loss falls all the same and
            every check passes.
    """

    code: str
    says: str
    without: tuple[str, ...] = ()


_LINEAR = ("2.1.3", "2.4.1", "2.4.2")
_ONE_OUTPUT = ("1.3.2", "2.1.3", "2.4.2", "3.3.1", "4.1.2")

KINDS = {
    "features with a NaN": Kind("{x} = {x}.astype(float); {x}[3] = float('nan')", "features.*NaN"),
    "rate too high": Kind(
        "{model}.optimizer.learning_rate = 1000 * {own}", "learning rate is high", without=("2.1.3", "2.4.1", "2.4.2", "3.1.2", "3.3.1")
    ),
    "rate too low": Kind("{model}.optimizer.learning_rate = {own} / 10_000", r"learning rate is low|optimizer \w+ with learning_rate="),
    "rate of zero": Kind("{model}.optimizer.learning_rate = 0.0", r"learning rate is 0|optimizer \w+ with learning_rate=0\b"),
    "features not scaled": Kind("{x} = {x} * 1000 + 300", "not scaled|on another scale"),
    "dead units": Kind(
        "{model}.set_weights([w - 100 * (w.ndim == 1) for w in {model}.get_weights()])",
        "relu units.*dead", without=(*_LINEAR, "3.3.3"),
    ),
    "saturated outputs": Kind(
        "{model}.set_weights([w * 100 for w in {model}.get_weights()])",
        "saturated", without=("1.3.2", "2.4.1", "2.4.2", "3.1.2", "3.3.3", "4.1.2"),
    ),
    "frozen": Kind("{model}.trainable = False", "frozen|trainable=False keeps the weights"),
    "labels shuffled": Kind(
        "import numpy; {y} = numpy.random.default_rng(1).permutation({y})", "do not belong together"
    ),
    "labels backwards": Kind("{y} = {y}[::-1]", "do not belong together", without=("1.3.2",)),
    "features shuffled": Kind(
        "import numpy; {x} = numpy.random.default_rng(1).permutation({x})", "do not belong together"
    ),
    "labels on another scale": Kind("{y} = {y} * 2 + 1", "on another scale|labels go from"),
    "zeros and ones swapped": Kind("{y} = 1 - {y}", "each other's place|on another scale"),
    "classes in another order": Kind(
        "{y} = {y}[:, ::-1]", "columns, the classes, in another order", without=_ONE_OUTPUT
    ),
    "one epoch": Kind("", "1 epoch|asked for 1|all 1 epochs", without=("4.1.2",)),
}  # fmt: skip


def untaught(exercise: str, kind: str) -> str:
    """Return the reference solution of an exercise with this fault in it."""
    source = find(exercise).solution.read_text("utf-8")
    fits = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "fit"
    ]
    lines = source.splitlines()
    if kind == "one epoch":
        for fit in fits:
            value = next(word.value for word in fit.keywords if word.arg == "epochs")
            row, old = value.lineno - 1, ast.unparse(value)
            lines[row] = (
                lines[row]
                .replace(f"epochs={old}", "epochs=1")
                .replace(f"epochs={int(old):_}", "epochs=1")
            )
        return "\n".join(lines) + "\n"
    changes_data = "{x} =" in KINDS[kind].code or "{y} =" in KINDS[kind].code
    fits.sort(key=lambda node: node.lineno)
    for fit in reversed(fits[:1] if changes_data else fits):  # once changed, the data stay so
        assert isinstance(fit.func, ast.Attribute)
        model = ast.unparse(fit.func.value)
        x, y = map(ast.unparse, fit.args)
        row = fit.lineno - 1
        indent = lines[row][: len(lines[row]) - len(lines[row].lstrip())]
        own = f"({model}.optimizer.name.lower() == 'sgd' and 0.01 or 0.001)"
        lines.insert(row, indent + KINDS[kind].code.format(model=model, x=x, y=y, own=own))
    return "\n".join(lines) + "\n"


def cases() -> list[tuple[str, str]]:
    """Return all pairs of a kind and an exercise that it can be put into."""
    return [
        (kind, exercise)
        for kind, found in KINDS.items()
        for exercise in EXERCISES
        if exercise not in found.without
    ]
