"""Checks for 2.1.1, exploring dollar bills."""

import itertools
import re
from collections.abc import Callable
from functools import cache, partial

import numpy as np

from grader.datasets import banknotes
from grader.evidence.values import (
    Column,
    Frame,
    Number,
    Numbers,
    Other,
    Sequence,
    Series,
    Text,
    Texts,
    Value,
)
from grader.expect.figures import Axes, Figure, expect_figures
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check
from grader.expect.tabulation import columns_of, labelled_numbers
from grader.expect.value_words import kind_text
from grader.verdict import Fact

HINTS = (
    "All three steps are a single call each: one of seaborn, two of pandas. The second one is "
    "about the whole table, the third about one of its columns.",
    "A pairplot colours nothing until `hue` names a column. The table of mean, spread and extremes "
    "comes from a method called like what it does: it describes. A column can count its values.",
    '`sns.pairplot(banknotes, hue="class")` draws. `banknotes.describe()` gives the table. '
    '`banknotes["class"]` has the method `value_counts`.',
)
WATCH = (
    "pandas.DataFrame.describe",
    "pandas.DataFrame.value_counts",
    "pandas.Series.value_counts",
    "pandas.core.groupby.GroupBy.size",
    "pandas.core.groupby.GroupBy.count",
    "seaborn.pairplot",
)

FEATURES = banknotes.FEATURES
PAIRS = {frozenset(pair) for pair in itertools.combinations(FEATURES, 2)}
DESCRIPTION = "a table that describes the measurements"
COUNTS = "the number of notes for real and for fake"
NEEDED = ("mean", "std", "min", "max")
"""What a description must tell of each measurement; what else it tells must be right, too."""


def _results(
    evidence: Evidence, name: str, expected: str, functions: tuple[str, ...]
) -> list[Value]:
    """What NAME holds; where a file without it only printed such results, those, last first."""
    calls = [call for function in functions for call in evidence.calls(function)]
    if name not in evidence.values and calls:
        evidence.tip(f"Give the result the name `{name}`, so that you can go on with it.")
        return [call.result for call in sorted(calls, key=lambda call: -call.position)]
    found = evidence.value(name, expected)
    if isinstance(found, Other) and found.type == "method":
        raise CheckFailed(
            expected=expected,
            got="a method that was not called",
            message=f"`{name}` is the method itself. A call ends with a pair of parentheses.",
            line=evidence.line_of(name),
            tells=Fact.NOT_CALLED,
        )
    return [found]


def _expect_one(results: list[Value], judge: Callable[[Value], None]) -> None:
    """Expect that one of the results is right; else say what is wrong with the first."""
    failures = []
    for found in results:
        try:
            return judge(found)
        except CheckFailed as failure:
            failures.append(failure)
    raise failures[0]


def _columns(found: Value, evidence: Evidence) -> list[tuple[str, dict[str, float]]]:
    """Return a table's columns; a description may be an array without its names, too."""
    match found:
        case Numbers(shape=(8, 4)):
            rows = banknotes.load_sample().describe().index
            values = evidence.load(found).astype(float).T
            return [
                (name, dict(zip(rows, column, strict=True)))
                for name, column in zip(FEATURES, values, strict=True)
            ]
        case _:
            return columns_of(found, evidence)


def _cells(found: Value, evidence: Evidence) -> dict[frozenset[str], float]:
    """A table's numbers by the names of their row and column, whichever is which."""
    return {
        frozenset((row, name)): value
        for name, numbers in _columns(found, evidence)
        for row, value in numbers.items()
    }


def _is_rounded(got: float, true: float) -> bool:
    """Whether GOT is this number, in full or rounded."""
    return abs(got - true) < 1e-5 or any(
        abs(got - round(true, digits)) < 1e-7 for digits in range(1, 6)
    )


def _is_by_class(found: Value) -> bool:
    """Whether a table has rows or columns for real and fake notes, and not for all."""
    match found:
        case Frame(index=rows, columns=columns):
            names = [column.name for column in columns]
            return any(
                all(
                    any(re.search(rf"\b{name}\b", one) for one in words) for name in banknotes.NAMES
                )
                for words in (rows, names)
            )
        case _:
            return False


def _grouped_on(evidence: Evidence) -> int | None:
    """Return the line that made `banknotes` a table in groups; None where it is not one."""
    found = evidence.values.get("banknotes")
    grouped = isinstance(found, Other) and "GroupBy" in found.type
    line, described = evidence.line_of("banknotes"), evidence.line_of("stats")
    return line if grouped and line and described and line < described else None


def _why_by_class(evidence: Evidence) -> str:
    """Return what to tell of a description of each class by itself."""
    if _grouped_on(evidence) is None:
        return (
            "This describes the notes of each class by themselves. Describe all of them together."
        )
    return (
        "From this line on `banknotes` are groups, so what describes them does it for each class "
        "by itself. Describe the table of all notes, and give the groups a name of their own."
    )


def _judge_stats(evidence: Evidence, found: Value) -> None:
    cells = _cells(found, evidence)
    described = banknotes.load_sample().describe()
    if not cells:
        raise evidence.wrong_kind("stats", DESCRIPTION, found)
    for feature, row in itertools.product(FEATURES, described.index):
        got, true = cells.get(frozenset((row, feature))), float(described.loc[row, feature])
        if got is None and row in NEEDED and _is_by_class(found):
            raise CheckFailed(
                expected=f"{DESCRIPTION} over all notes",
                got=f"{kind_text(found)}, for real and fake notes each by themselves",
                message=_why_by_class(evidence),
                line=_grouped_on(evidence) or evidence.line_of("stats"),
            )
        if got is None and row in NEEDED:
            raise CheckFailed(
                expected=f"{DESCRIPTION}: {', '.join(FEATURES)}",
                got=f"{kind_text(found)} without the {row} of {feature} over all notes",
                message="`stats` must tell mean, std, min and max of each of the four "
                "measurements, over all notes.",
                line=evidence.line_of("stats"),
            )
        if got is not None and not _is_rounded(got, true):
            raise CheckFailed(
                expected=f"{row} of {feature}: {true:.4g}",
                got=f"{got:.4g}",
                message="The table is not about the notes as they were given, or not about all "
                "96 of them.",
                line=evidence.line_of("stats"),
            )


@check(points=2)
def test_stats(evidence: Evidence) -> None:
    """`stats` describes the four measurements of the 96 notes."""
    results = _results(evidence, "stats", DESCRIPTION, ("pandas.DataFrame.describe",))
    _expect_one(results, partial(_judge_stats, evidence))


def _tally(found: Value, evidence: Evidence) -> dict[str, set[float]]:
    """The numbers that stand beside `real` and beside `fake`."""
    tally: dict[str, set[float]] = {}
    for label, numbers_there in labelled_numbers(found, evidence):
        words = re.findall(r"\w+", label)
        if len(words) == 1 and words[0] in banknotes.NAMES and numbers_there:
            tally.setdefault(words[0], set()).update(numbers_there)
    return tally


def _names(found: Value) -> set[str]:
    """Return the texts that a value holds, where it holds nothing else."""
    match found:
        case Texts():
            return set(found.items)
        case Series():
            return _names(found.column.values)
        case Sequence():
            return {item.value if isinstance(item, Text) else "" for item in found.items}
        case _:
            return set()


def _of_count(evidence: Evidence) -> str:
    """Return what the method `count` does, where `counts` is what it says of all rows."""
    for call in evidence.written.calls("count"):
        if evidence.binds("counts", call.line) and call.owner and "groupby" not in call.owner:
            return ": `count` counts the values of a column, whatever they are"
    return ""


def _what_is_counted(evidence: Evidence, number: float) -> str:
    """Return what such a number of notes is, as the end of a sentence; "" where that is open."""
    classes = banknotes.load_sample()["class"]
    if number == len(classes):
        return f", that of all notes{_of_count(evidence)}"
    if number == classes.nunique():
        return ", that of the different classes"
    names = [name for name, size in classes.value_counts().items() if size == number]
    return f", that of the {names[0]} notes alone" if len(names) == 1 else ""


def _blame_for_counts(evidence: Evidence, found: Value) -> str:
    """Return what is wrong with something that has no number for real and for fake."""
    if isinstance(found, Number):
        what = _what_is_counted(evidence, found.value)
        return f"This is one number{what}. `counts` must have one for real and another for fake."
    match found:
        case Series(column=Column(values=Numbers(file=str()) as numbers)):
            if (evidence.load(numbers) == len(banknotes.load_sample())).all():
                return (
                    f"This is the number of all notes, once for each column{_of_count(evidence)}. "
                    "`counts` must have one number for real and one for fake."
                )
    in_column = isinstance(found, Other) and re.search("String|Categorical", found.type)
    if in_column or set(banknotes.NAMES) == _names(found):
        return "These are values of a column. Count how often each of them comes."
    return "`counts` must have one number for real and one for fake. Which column tells them apart?"


def _judge_counts(evidence: Evidence, found: Value) -> None:
    got = _tally(found, evidence)
    if set(got) != set(banknotes.NAMES):
        raise CheckFailed(
            expected=COUNTS,
            got=kind_text(found),
            message=_blame_for_counts(evidence, found),
            line=evidence.line_of("counts"),
        )
    tally = banknotes.load_sample()["class"].value_counts()
    true = {str(name): {float(number)} for name, number in tally.items()}
    if got != true:
        shares = all(0 < number < 1 for numbers in got.values() for number in numbers)
        raise CheckFailed(
            expected=_tally_text(true),
            got=_tally_text(got),
            message="These are shares. Ask for the numbers of notes instead."
            if shares
            else "Count all 96 notes by their class.",
            line=evidence.line_of("counts"),
        )


@check(points=2)
def test_counts(evidence: Evidence) -> None:
    """`counts` says how many notes are real and how many are fake."""
    results = _results(evidence, "counts", COUNTS, WATCH[1:5])
    _expect_one(results, partial(_judge_counts, evidence))


def _tally_text(tally: dict[str, set[float]]) -> str:
    return ", ".join(
        f"{name} {' or '.join(f'{number:.4g}' for number in sorted(tally[name]))}"
        for name in banknotes.NAMES
    )


def _sorted_rows(points: np.ndarray) -> np.ndarray:
    return np.asarray(points[np.lexsort(points.T)])


def _same_rows(some: np.ndarray, others: np.ndarray) -> bool:
    """Whether two sets of points, both sorted, are the same."""
    return some.shape == others.shape and np.allclose(some, others, atol=1e-6)


@cache
def _known() -> dict[tuple[str, str], np.ndarray]:
    """Return the points of all notes, sorted, for each two measurements: x first."""
    sample = banknotes.load_sample()
    return {
        pair: _sorted_rows(sample[list(pair)].to_numpy())
        for pair in itertools.product(FEATURES, FEATURES)
    }


def _pair(axes: Axes) -> tuple[str, str] | None:
    """Which measurements all 96 points of a plot stand for, x first; None for anything else."""
    points = _sorted_rows(axes.points)
    return next((pair for pair, rows in _known().items() if _same_rows(points, rows)), None)


def _pairs(figure: Figure) -> set[frozenset[str]]:
    """Which pairs of measurements the figure shows: by the points, or by the axes' labels."""
    shown: set[frozenset[str]] = set()
    for axes in figure.axes:
        if axes.scatters:
            shown.add(frozenset(_pair(axes) or ()))
        elif axes.areas or axes.images:  # densities and histograms of two measurements
            shown.add(frozenset((axes.xlabel, axes.ylabel)))
    return shown & PAIRS


def _tells_classes_apart(figure: Figure) -> bool:
    """Whether real notes have one colour and fake ones another; what they are called is free."""
    sample = banknotes.load_sample()
    for axes in figure.axes:
        pair, groups = _pair(axes), [_sorted_rows(group) for group in axes.points_by_colour]
        if pair is None or len(groups) != len(banknotes.NAMES):
            continue
        of_class = [rows[list(pair)].to_numpy() for _, rows in sample.groupby("class")]
        if all(any(_same_rows(_sorted_rows(p), group) for group in groups) for p in of_class):
            return True
    return False


def _pairplot(evidence: Evidence) -> Figure:
    """The figure that comes nearest to a pairplot with colours."""
    found = expect_figures(evidence, 1, "a pairplot of the notes")
    return max(found, key=lambda figure: (len(_pairs(figure)), _tells_classes_apart(figure)))


def _plot_line(evidence: Evidence, figure: Figure) -> int | None:
    calls = evidence.calls("seaborn.pairplot")
    return calls[-1].line if calls else figure.line


@check(points=3)
def test_pairplot(evidence: Evidence) -> None:
    """One figure shows each measurement against each other one."""
    figure = _pairplot(evidence)
    pairs = _pairs(figure)
    plots = [axes for axes in figure.axes if axes.scatters]
    counts = {len(axes.points) for axes in plots}
    if pairs == PAIRS:
        if others := [axes for axes in plots if _pair(axes) is None]:
            names = {name for axes in others for name in (axes.xlabel, axes.ylabel)}
            what = ", ".join(sorted(names - {"", *FEATURES})) or "something else"
            raise CheckFailed(
                expected="4 × 4 small plots, of the 4 measurements",
                got=f"{len(others)} small plots more, with {what}",
                message="Plot the four measurements and nothing else.",
                line=_plot_line(evidence, figure),
            )
        return
    partly = bool(counts) and len(banknotes.load_sample()) not in counts
    missing = sorted(" and ".join(sorted(pair)) for pair in PAIRS - pairs)
    raise CheckFailed(
        expected="one figure with all 6 pairs of the 4 measurements",
        got=f"a figure with points of {max(counts)} notes"
        if partly
        else f"a figure with {len(pairs) or 'none'} of them",
        message="Plot all 96 notes, not a part of them."
        if partly
        else f"Give the whole table to the pairplot. Missing: {missing[0]}"
        + (f", and {len(missing) - 1} more." if len(missing) > 1 else "."),
        line=_plot_line(evidence, figure),
    )


@check(points=2)
def test_colours(evidence: Evidence) -> None:
    """The plots are coloured by the class of the note."""
    figure = _pairplot(evidence)
    if _tells_classes_apart(figure):
        return
    legend = [*figure.legend, *(text for axes in figure.axes for text in axes.legend)]
    # Of densities and histograms only the legend tells what the colours are.
    if set(banknotes.NAMES) <= set(legend) and not any(axes.scatters for axes in figure.axes):
        return
    colours = max((len(axes.points_by_colour) for axes in figure.axes), default=0)
    raise CheckFailed(
        expected="one colour for real notes and another for fake ones",
        got=f"colours for {', '.join(legend[:3])}"
        if legend and not set(banknotes.NAMES) <= set(legend)
        else "one colour for all notes"
        if colours < 2
        else f"{colours} colours, but not one for each class",
        message="Which column tells real from fake? The plot must be told to colour by it.",
        line=_plot_line(evidence, figure),
    )
