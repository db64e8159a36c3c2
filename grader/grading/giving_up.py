"""What is said of a file whose training was given up, as nothing would have ended it in time."""

from __future__ import annotations

from grader.evidence.record import Endless
from grader.places import OnLine, Said, YourFile, said
from grader.source_file import Script
from grader.tips.vocabulary import HISTORY_KEYS, metric_to_watch

_SHOWN = 8
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def given_up(ended: Endless, script: Script) -> Said:
    """Return where a file was stopped, and why its training would have gone on and on."""
    code = script.text_of_line(ended.line)
    where: Said = ". "
    if ended.line is not None and code is not None:
        where = said(" ", OnLine(ended.line), f":\n    {code[:200]}\n")
    return said(YourFile(begins=True), " was stopped in a training", where, _why(ended))


def _why(ended: Endless) -> str:
    """Return what the callbacks watch and do not get; without any, how long it would take."""
    if not ended.epochs:
        return (
            "Its dataset begins anew for ever, because of a `repeat()`, so the first epoch never "
            "ends. Leave `repeat` out, or give fit `steps_per_epoch`."
        )
    missing = [monitor for monitor in ended.monitors if monitor not in ended.measured]
    watched = " and ".join(f"`{monitor[:60]}`" for monitor in ended.monitors[:_SHOWN])
    if ended.beyond and (not missing or len(missing) < len(ended.monitors)):
        watches = (
            f"EarlyStopping watches {watched}" if watched else "fit was given no EarlyStopping"
        )
        return (
            f"{watches}, and after {ended.epochs:,} epochs nothing had ended the training. With a "
            "callback as the task asks for, it ends long before that."
        )
    if not ended.monitors:
        return (
            f"All {ended.asked:,} epochs would take about {_time(ended.seconds)}, and fit was "
            "given no callback that ends the training earlier."
        )
    measured = ", ".join(f"`{key[:60]}`" for key in ended.measured[:_SHOWN])
    text = f"EarlyStopping watches {watched}, but training measures {measured}."
    key = missing[0]
    if key.startswith("val_") and not ended.validated:
        text += (
            " What begins with `val_` is measured on validation data, and fit was given none. "
            "So the callback has nothing to look at."
        )
    elif HISTORY_KEYS.get(key) in ended.measured:
        text += f" {metric_to_watch(key).text}"
    else:
        text += " So the callback has nothing to look at."
    return text


def _time(seconds: float) -> str:
    """Return a time in words: `3 hours`."""
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}s"
    return f"{seconds:.0f} seconds"
