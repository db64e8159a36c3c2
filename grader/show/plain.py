"""Plain signs on streams that cannot write ours: cp1252, Latin-1, ASCII.

Whatever is printed there, ours or a learner's, ends in no UnicodeEncodeError. A sign of ours
becomes a plain one, any other character its escape: `\\xe9`.
"""

from __future__ import annotations

import codecs
import io
import sys

_ALIGNING = "   "
"""What follows a sign within a table, at least: some of it can go."""

_SIGNS = str.maketrans(
    {
        "✓": "+", "✗": "x", "×": "x", "²": "^2", "→": "->", "…": "...", "•": "*",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u2002": " ",
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "─": "-", "━": "=", "╸": "=", "╺": "-", "│": "|", "┃": "|", "╷": " ", "╵": " ",
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┡┩┠┨┯┷┿╇", "+"),
        **{chr(dots): "*" for dots in range(0x2800, 0x2900)},  # what spinners are made of
    }
)  # fmt: skip


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return plain signs for what an encoding lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, place = error.object, error.start
    sign = text[place].translate(_SIGNS)
    if text[place] == "→" and not text[:place].rpartition("\n")[2].strip():
        sign = ">"  # it points at a table's row
    if not sign.isascii():
        sign = sign.encode("ascii", "backslashreplace").decode("ascii")
    after = place + 1
    wider = len(sign) - 1
    if text.startswith(" " * wider + _ALIGNING, after):
        after += wider
    return sign, after


def _plain_or_as_read(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return the bytes of a file's name that Python could not decode; else as `_plain`."""
    if isinstance(error, UnicodeEncodeError) and "\udc80" <= error.object[error.start] <= "\udcff":
        return bytes([ord(error.object[error.start]) - 0xDC00]), error.start + 1
    return _plain(error)


codecs.register_error("plain-signs", _plain)
codecs.register_error("plain-signs-or-as-read", _plain_or_as_read)


def use_plain_signs() -> None:
    """Let standard output and standard error write everything, whatever their encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            as_read = stream.errors == "surrogateescape"  # as in the C locale, for files' names
            stream.reconfigure(errors="plain-signs-or-as-read" if as_read else "plain-signs")
