"""Times as Moodle writes them into its grading worksheet: in the site's language, without a zone.

`Wednesday, 10 June 2026, 2:14 PM`, `Mittwoch, 10. Juni 2026, 14:14`. Where anything is unclear
there is no time.
"""

from __future__ import annotations

import re
from datetime import datetime

_NAMES = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
"""
"""Months in English, German (twice), French, Spanish, Italian, Portuguese, Dutch, Swedish and
Danish; no word means two of them."""

_MONTHS = {
    name: number for line in _NAMES.split("\n") for number, name in enumerate(line.split(), start=1)
}
_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})(?:[:.]\d{2})?(?:\s*([ap])\.?\s?m\b)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[ t]\d{2}:\d{2}(?::\d{2})?")


def read_moodle_time(text: str) -> datetime | None:
    """Return a time without a zone; None where it cannot be read beyond doubt."""
    text = text.strip().casefold()
    try:
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text)
        clocks = list(_CLOCK.finditer(text))
        rest = text[: clocks[-1].start()] + text[clocks[-1].end() :] if clocks else ""
        months = [_MONTHS[word] for word in re.findall(r"[^\W\d_]+", rest) if word in _MONTHS]
        numbers = sorted(map(int, re.findall(r"\d+", rest)))
        if len(clocks) != 1 or len(months) != 1 or len(numbers) != 2:
            return None
        hour, minute, half = int(clocks[0][1]), int(clocks[0][2]), clocks[0][3]
        if half:
            hour = hour % 12 + 12 * (half == "p")
        day, year = numbers
        return datetime(year, months[0], day, hour, minute)
    except ValueError:
        return None
