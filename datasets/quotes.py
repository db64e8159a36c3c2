"""A short text to learn from in 4.3, and what follows from it: windows, numbers, next words.

The text is our own. A text of the user's, as `text.txt` in the folder of `real`, takes its
place in 4.3.1. The trained network has read only ours, so what goes with the network is ours.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from grader.datasets import real

if TYPE_CHECKING:
    import keras

TEXT = (
    "it is not the length of the program but the length of the lesson "
    "it is useless to answer errors with errors it will fix nothing "
    "even the smallest network can bend the curve of progress "
    "all we have to tune is what to learn with the data that is given us "
    "the failed test teaches best after that talk about bugs goes to the head"
)
"""66 words, 44 of them different."""

WINDOW = 4
"""Words in a window: three to go by, and the one that follows."""

_FILE = "text.txt"
_LEAST_WORDS, _MOST_WORDS = 10, 2000
_MOST_BYTES = 5_000_000
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def load_text() -> str:
    """Return the text: words in lower case with single blanks between, no punctuation.

    Of a text of the user's own, the first 2000 words.

    Raises:
        BadData: the user's own `text.txt` is no UTF-8 text, too large or too short.
    """
    path = real.find(_FILE)
    return _read(path) if path else TEXT


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise real.BadData(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB.")
        raw = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise real.BadData(f"{path} cannot be read as UTF-8 text: {error}") from None
    words = _WORD.findall(raw.replace("’", "'").lower())
    if len(words) < _LEAST_WORDS:
        raise real.BadData(f"{path} has {len(words)} words; at least {_LEAST_WORDS} are needed.")
    return " ".join(words[:_MOST_WORDS])


def windows(text: str) -> list[str]:
    """Return the text's windows of 4 words, as 4.3.1 makes them: all but the last one."""
    all_words = text.split()
    return [" ".join(all_words[end - WINDOW : end]) for end in range(WINDOW, len(all_words))]


def load_tokenizer() -> Any:
    """Return Keras's Tokenizer, fitted on the windows of our text: 43 words, from 1."""
    from tensorflow.keras.preprocessing.text import Tokenizer

    fitted = Tokenizer()
    fitted.fit_on_texts(windows(TEXT))
    return fitted


def load_sequences() -> np.ndarray:
    """Return the windows of our text as numbers, shape (62, 4)."""
    return np.array(load_tokenizer().texts_to_sequences(windows(TEXT)))


@cache
def _network() -> tuple[keras.Model, Any]:
    from grader.datasets import trained

    return trained.load("quotes"), load_tokenizer()


def predict_text(test_text: object) -> str | Literal[False]:
    """Return the word that the trained network expects after three words.

    Anything but three words of the text makes a message and False.
    """
    model, tokenizer = _network()
    if not isinstance(test_text, str):
        print(f"Please give me a text of {WINDOW - 1} words.")
        return False
    words = test_text.lower().split()
    if len(words) != WINDOW - 1:
        print(f"Please give me {WINDOW - 1} words, not {len(words)}.")
        return False
    unknown = [word for word in words if word not in tokenizer.word_index]
    if unknown:
        print(f"I have never read: {', '.join(unknown)}.")
        return False
    numbers = np.array([[tokenizer.word_index[word] for word in words]])
    likely = int(model.predict(numbers, verbose=0).argmax(axis=1)[0])
    return str(tokenizer.index_word[likely])
