"""What is said of a file whose training was given up, as nothing would have ended it in time."""

from __future__ import annotations

import ast

from grader.evidence.record import Endless, EndlessData, NeverEnding, Standstill
from grader.loops import whiles_around
from grader.places import OnLine, Said, YourFile, said
from grader.source_file import Script
from grader.tips.vocabulary import HISTORY_KEYS, metric_to_watch

_SHOWN = 8
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def given_up(ended: NeverEnding, script: Script) -> Said:
    """Return where a file was stopped, and why its training would have gone on and on."""
    code = script.text_of_line(ended.line)
    where: Said = ". "
    if ended.line is not None and code is not None:
        where = said(" ", OnLine(ended.line), f":\n    {code[:200]}\n")
    what = "in a training"
    if isinstance(ended, EndlessData) and ended.call != "fit":
        what = f"in a call of {ended.call}"
    why: Said
    match ended:
        case EndlessData():
            why = _no_end(ended)
        case Standstill():
            why = _nothing_changes(ended, script)
        case _:
            why = _why(ended, script)
    return said(YourFile(begins=True), f" was stopped {what}", where, why)


def _no_end(found: EndlessData) -> str:
    """Return what has no end, and what is missing that would tell how much of it is an epoch."""
    missing, once = "steps", f"a call of {found.call}"
    if found.call == "fit":
        missing, once = "steps_per_epoch", "an epoch"
    if found.validation:
        missing, once = "validation_steps", "a validation"
    holder = f"Its {found.holder}"
    if found.validation:
        holder = f"The {found.holder} of its validation data"
    if not found.batches:
        never = "the first epoch never ends" if found.call == "fit" else "the call never ends"
        return (
            f"{holder} begins anew for ever, because of a `repeat()`, so {never}. "
            f"Leave `repeat` out, or give {found.call} `{missing}`."
        )
    return (
        f"{holder} gave {found.batches:,} batches, and went on. Without "
        f"`{missing}`, {once} lasts until the {found.holder} ends. Give {found.call} `{missing}`, "
        "or the arrays themselves."
    )


def _nothing_changes(found: Standstill, script: Script) -> Said:
    lines = [] if found.line is None else [found.line]
    loop = next((said(" ", OnLine(one.lineno)) for one in whiles_around(script.tree, lines)), "")
    return said(
        f"It has trained {found.trainings} times in a row on this line, and not one weight of its "
        "model has changed. So what comes of a training is the same each time, and the `while` "
        "loop",
        loop,
        " that waits for something better never ends.",
    )


def _why(ended: Endless, script: Script) -> str:
    """Return what the callbacks watch and do not get; without any, how long it would take."""
    watched = " and ".join(f"`{monitor[:60]}`" for monitor in ended.monitors[:_SHOWN])
    if ended.went_beyond:
        watches = (
            f"EarlyStopping watches {watched}" if watched else "fit was given no EarlyStopping"
        )
        if watched and _names_no_monitor(script):
            watches += ", as it does where no `monitor` is named"
        return (
            f"{watches}, and after {ended.epochs:,} epochs nothing had ended the training. With a "
            "callback as the task asks for, it ends long before that."
        )
    if not ended.monitors:
        return (
            f"All {ended.asked:,} epochs would take about {time_text(ended.seconds)}, and fit was "
            "given no callback that ends the training earlier."
        )
    measured = ", ".join(f"`{key[:60]}`" for key in ended.measured[:_SHOWN])
    text = f"EarlyStopping watches {watched}, but training measures {measured}."
    key = ended.unmeasured[0]
    if ended.lacks_validation:
        text += (
            " What begins with `val_` is measured on validation data, and fit was given none. "
            "So the callback has nothing to look at."
        )
    elif HISTORY_KEYS.get(key) in ended.measured:
        text += f" {metric_to_watch(key).text}"
    else:
        text += " So the callback has nothing to look at."
    return text


def _names_no_monitor(script: Script) -> bool:
    """Whether each EarlyStopping that the file makes leaves to Keras what it watches."""
    made = [
        node
        for node in ast.walk(script.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("EarlyStopping")
    ]
    named = [keyword.arg for node in made for keyword in node.keywords]
    given = [argument for node in made for argument in node.args]
    return bool(made) and not given and not {"monitor", None} & set(named)


def time_text(seconds: float) -> str:
    """Return a time in words: `3 hours`."""
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}s"
    return f"{seconds:.0f} seconds"
