"""Checks for 3.2.3, comparing activation functions II."""

from functools import cache

import numpy as np

from grader.datasets import activation_curves
from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import Frame
from grader.expect.figures import Drawn, drawn_plots
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.uncalled import or_not_called
from grader.sizes import shape_text

HINTS = (
    "A dictionary of four lists is nearly a table already: each name is a column. Which class of "
    "pandas holds a table?",
    "`pd.DataFrame` takes such a dictionary as it is. And a DataFrame has a method that draws all "
    "its columns as lines. Do both steps for the loss, then again for the accuracy.",
    "`val_loss` is `pd.DataFrame(val_loss_per_function)`, and `val_loss.plot()` draws it. Then "
    "`plt.show()`, and the same with the other dictionary.",
)

FUNCTIONS = activation_curves.FUNCTIONS
EPOCHS = activation_curves.EPOCHS
WORDS = {"val_loss": "validation loss", "val_acc": "validation accuracy"}


@cache
def _curves(name: str) -> dict[str, np.ndarray]:
    losses, accuracies = activation_curves.load()
    found = losses if name == "val_loss" else accuracies
    return {function: np.array(values) for function, values in found.items()}


def _expect_frame(evidence: Evidence, name: str) -> None:
    """Expect a DataFrame with a column of 100 epochs for each function."""
    found = evidence.value(name, "a DataFrame")
    line = evidence.line_of(name)
    if not isinstance(found, Frame):
        raise evidence.wrong_kind(name, f"a DataFrame of {EPOCHS} rows, 4 columns", found)
    shape = (found.rows, len(found.columns))
    columns = {column.name: column.values for column in found.columns}
    wanted = (EPOCHS, len(FUNCTIONS))
    if shape != wanted:
        message, cause = "Make it from the whole dictionary, and from nothing else.", ""
        if shape == wanted[::-1] or set(FUNCTIONS) <= set(found.index):
            why = _what_turned(evidence, name) if shape == wanted[::-1] else ""
            message = f"{why}Let each epoch be a row, and each function a column."
            cause = f"swapped {why}"
        elif shape == (1, len(FUNCTIONS)):
            message = (
                "One row holds the whole lists. In brackets, a dictionary is one row of a table; "
                "give it without them."
            )
        raise CheckFailed(
            expected=f"a DataFrame of shape {shape_text(wanted)}",
            got=f"shape {shape_text(shape)}",
            message=message,
            line=line,
            cause=cause,
        )
    if set(columns) != set(FUNCTIONS):
        raise CheckFailed(
            expected=f"columns {', '.join(FUNCTIONS)}",
            got=f"columns {', '.join(column[:40] for column in columns)}",
            message="The columns are named after the functions, as in the dictionary.",
            line=line,
        )
    for function in FUNCTIONS:
        column = evidence.to_array(name, columns[function]).astype(float)
        _expect_column(evidence, name, function, column)


def _what_turned(evidence: Evidence, name: str) -> str:
    """Tell what turns rows and columns round where NAME gets its table; "" where in doubt."""
    written, begin = evidence.written, evidence.line_of(name) or 0
    made_rows = [
        call.line
        for call in written.calls("from_dict")
        if "'index'" in (call.keywords.get("orient"), *call.arguments[1:2])
    ]
    turns = [
        (line, "`.T` turns rows and columns round. ") for line in written.lines_of_attribute("T")
    ]
    turns += [
        (call.line, "`transpose` turns rows and columns round. ")
        for call in written.calls("transpose")
    ]
    turns += [
        (line, '`orient="index"` makes each name of the dictionary a row. ') for line in made_rows
    ]
    here = [text for line, text in turns if line >= begin and evidence.binds(name, line)]
    return here[0] if len(here) == 1 else ""  # of two, the second turns it back


def _expect_column(evidence: Evidence, name: str, function: str, column: np.ndarray) -> None:
    true = _curves(name)[function]
    if column.shape != true.shape:
        raise DamagedEvidence("a column has not as many values as its table has rows")
    off = ~(np.abs(column - true) <= 1e-4)
    if not off.any():
        return
    epoch = int(np.argmax(off))
    other = next(key for key in WORDS if key != name)
    if np.allclose(column, _curves(other)[function], atol=1e-4):
        message = f"This is the {WORDS[other]}. Look at which dictionary you take."
    elif any(np.allclose(column, values, atol=1e-4) for values in _curves(name).values()):
        message = "This is the column of another function. Do names and values still fit?"
    else:
        message = "The table must hold the numbers of the dictionary as they are, in their order."
    raise CheckFailed(
        expected=f"{function} in row {epoch}: {true[epoch]:.4f}",
        got=f"{column[epoch]:.4f}",
        message=message,
        line=evidence.line_of(name),
    )


def _all_curves() -> dict[str, np.ndarray]:
    """Return the eight series by names such as `val_loss of relu`."""
    return {
        f"{name} of {function}": values
        for name in WORDS
        for function, values in _curves(name).items()
    }


def _shown(plot: Drawn, name: str) -> list[str]:
    """Return the functions whose lines of this table a plot shows."""
    return [function for function in FUNCTIONS if f"{name} of {function}" in plot.names]


def _shows_own_table(evidence: Evidence, name: str) -> bool:
    """Whether a plot shows what the learner has as NAME: a wrong table can be drawn rightly."""
    try:
        table = evidence.array(name)
    except (CheckFailed, CheckSkipped):
        return False
    if table.ndim != 2:
        return False
    columns = {str(number): column for number, column in enumerate(table.T)}
    plots = drawn_plots(evidence, columns)
    return any(all(plot.names) and len(plot.names) >= len(columns) for plot in plots)


def _expect_plot(evidence: Evidence, name: str) -> None:
    """Expect the four lines of a table in one plot, or each in one of its own."""
    plots = drawn_plots(evidence, _all_curves())
    shown = {function for plot in plots for function in _shown(plot, name)}
    if not plots and evidence.ended_early:
        raise evidence.not_before("this plot was drawn")
    best = max(plots, key=lambda plot: len(_shown(plot, name)), default=None)
    if len(shown) < len(FUNCTIONS) and _shows_own_table(evidence, name):
        return
    lines = f"the {WORDS[name]} of {', '.join(FUNCTIONS)}"
    if best is None or not shown:
        missing_plot = CheckFailed(
            expected=f"a plot of {lines}",
            got=f"{counted(len(plots), 'plot')} of something else" if plots else "no plot",
            message=f"Nothing shows the {WORDS[name]}. Draw `{name}`.",
            line=evidence.line_of(name),
        )
        raise or_not_called(missing_plot, evidence, f"{name}.plot", f"{name}.plot.line")
    apart = all(len(_shown(plot, name)) <= 1 for plot in plots)
    if set(_shown(best, name) if not apart else shown) != set(FUNCTIONS):
        missing = [function for function in FUNCTIONS if function not in shown]
        raise CheckFailed(
            expected=f"a plot of {lines}",
            got=f"a plot of {', '.join(_shown(best, name))}",
            message=f"No line for {', '.join(missing) or 'the others in this plot'}. Draw all "
            "four columns.",
            line=best.line,
        )
    _expect_labels(best, name, evidence)


def _expect_labels(plot: Drawn, name: str, evidence: Evidence) -> None:
    """Expect no label that names another function; give a tip where there is no label at all."""
    for shown, label in zip(plot.names, plot.labels, strict=True):
        function = shown.removeprefix(f"{name} of ")
        named = max(
            (other for other in FUNCTIONS if other in label.lower().replace(" ", "_")),
            key=len,
            default=None,
        )
        if function in FUNCTIONS and named not in (None, function):
            raise CheckFailed(
                expected=f"the line of {function} with its own name",
                got=f"a line with the label {label[:40]!r}",
                message="The labels are in another order than the lines.",
                line=plot.line,
            )
    if not any(plot.labels):
        evidence.tip("Without labels nobody can tell the four lines apart. `plt.legend` helps.")


@check(points=3)
def test_val_loss(evidence: Evidence) -> None:
    """`val_loss` is a DataFrame with the validation loss, a column for each function."""
    _expect_frame(evidence, "val_loss")


@check(points=3)
def test_val_acc(evidence: Evidence) -> None:
    """`val_acc` is a DataFrame with the validation accuracy, a column for each function."""
    _expect_frame(evidence, "val_acc")


@check(points=2)
def test_loss_plot(evidence: Evidence) -> None:
    """`val_loss` is plotted, with a line for each of its columns."""
    _expect_plot(evidence, "val_loss")


@check(points=2)
def test_acc_plot(evidence: Evidence) -> None:
    """`val_acc` is plotted, with a line for each of its columns."""
    _expect_plot(evidence, "val_acc")


@check(points=1, needs=("loss_plot", "acc_plot"))
def test_two_plots(evidence: Evidence) -> None:
    """`val_loss` and `val_acc` each have a plot of their own."""
    for plot in drawn_plots(evidence, _all_curves()):
        if all(_shown(plot, name) for name in WORDS):
            message, line = _why_in_one(evidence)
            raise CheckFailed(
                expected="two plots",
                got="loss and accuracy in one plot",
                message=message,
                line=line or plot.line,
            )


def _why_in_one(evidence: Evidence) -> tuple[str, int | None]:
    """Return why both tables are in one plot, and the line that puts them there, if it is known."""
    drawn = evidence.written.calls("plot")
    told = [call for call in drawn if "ax" in call.keywords]
    if told:
        return (
            f"`ax={told[-1].keywords['ax']}` says where this is drawn: into a plot that is there "
            "already. Give it one of its own, or leave `ax` out.",
            told[-1].line,
        )
    if drawn and all(call.owner == "plt" for call in drawn):
        return "Show the first plot before you draw the second, or open a new figure.", None
    return "Give each table a figure, or axes, of its own.", None
