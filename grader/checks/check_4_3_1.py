"""Checks for 4.3.1, text prediction with LSTMs."""

import re
from functools import cache

from grader.datasets import quotes
from grader.evidence.values import (
    Function,
    Mapping,
    Nothing,
    Number,
    Other,
    Sequence,
    Text,
    Texts,
    Value,
    WordIndex,
)
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.texts import Numbering, fitted_on, number_rows, numbering_of, texts_in
from grader.expect.value_words import kind_text
from grader.places import Said, YourFile, said
from grader.verdict import Fact

HINTS = (
    "Print what you have after each step. The words are a list of short strings, the sentences a "
    "list of longer ones: four words each, and all but the first word of one are in the next.",
    "Strings have methods for both directions: one splits a text at its blanks, one joins a list "
    "with blanks. A slice takes the words from position i - 4 up to, not including, i.",
    '`text.split()` gives the words, and `" ".join(words[i - 4:i])` is the window to append. '
    "`fit_on_texts` and `texts_to_sequences` of your tokenizer both take the list `sentences`.",
)
WITHHELD = (
    "grader.datasets.quotes.windows",
    "grader.datasets.quotes.load_tokenizer",
    "grader.datasets.quotes.load_sequences",
)

SIZE = quotes.WINDOW


@cache
def _text() -> str:
    return quotes.load_text()


def _windows(words: list[str]) -> list[str]:
    """Return all windows, the last one included."""
    return [" ".join(words[end - SIZE : end]) for end in range(SIZE, len(words) + 1)]


def _sample(texts: list[str]) -> str:
    shown = ", ".join(repr(text[:60]) for text in texts[:2])
    return f"{shown}, …" if len(texts) > 2 else shown


def _own_words(evidence: Evidence) -> list[str]:
    """Return the learner's words, or the right ones where there are none."""
    try:
        return texts_in(evidence, "words", "")
    except (CheckFailed, CheckSkipped):
        return _text().split()


@check(points=1)
def test_words(evidence: Evidence) -> None:
    """`words` holds the words of the text, in order."""
    true, line = _text().split(), evidence.line_of("words")
    expected = f"{len(true)} words: {_sample(true)}"
    found = evidence.value("words", "a list of words")
    got = [] if isinstance(found, Text) else texts_in(evidence, "words", "a list of words")
    if got == true:
        return
    own_text = evidence.values.get("text")
    shown = f"{len(got)} word{'s' * (len(got) != 1)}: {_sample(got)}" if got else kind_text(found)
    message: Said
    if isinstance(found, Text) or len(got) == 1:
        message = "The text is still in one piece. A method of strings makes a list of words of it."
    elif "".join(got) == _text():
        message = "These are the letters of the text. Split it where the blanks are."
    elif set(got) == set(true) and len(got) < len(true):
        message = "Words that come again are left out. Keep every word, in the order of the text."
    elif sorted(got) == sorted(true):
        message = "These are the right words in another order. Keep the order of the text."
    elif isinstance(own_text, Text | Number) and own_text.value != _text():
        message = said(
            YourFile(begins=True),
            " puts another text in the place of `text`. Leave it as it is given.",
        )
    else:
        message = "Split the whole of `text` at its blanks."
    raise CheckFailed(
        expected=expected,
        got=shown,
        message=message,
        line=line,
    )


def _sentences_name(evidence: Evidence) -> str:
    """Return the name of the list of windows; earlier editions of the course say `lines`."""
    if not evidence.has("sentences") and evidence.has("lines"):
        return "lines"
    return "sentences"


def _blame_for_windows(got: list[str], true: list[str]) -> str:
    """Return what is wrong with such windows."""
    sizes = {len(text.split()) for text in got}
    if not got:
        return "Nothing was appended. Let the loop append a window in each turn."
    if sizes == {1} and re.sub(r"\W", "", got[0]) == true[0].replace(" ", ""):
        return "The words of a window must be joined with a blank between, and nothing else."
    if len(got) == 1:
        return "There is only one window. Append inside the loop, one in each turn."
    if got == true[::SIZE][: len(got)]:
        return "The windows stand side by side. They should overlap: move by one word at a time."
    if len(sizes) == 1 and sizes != {SIZE}:
        size = sizes.pop()
        count = f"{size} word{'s' * (size > 1)}"
        return f"A window has {count} here. Look at where the slice begins and ends."
    if got == true[: len(got)]:
        return "The last windows are missing. Look at where the loop ends."
    if got[0] in true and got[0] != true[0]:
        return "The first words of the text are left out. Look at where the slice begins."
    return "Look at which words each turn of the loop takes."


def _unfinished(evidence: Evidence, name: str, got: list[str]) -> bool:
    """Whether the file stopped before its loop was over, so that windows were still to come."""
    true = _windows(_own_words(evidence))
    if not evidence.ended_early or got != true[: len(got)] or len(got) >= len(true) - 1:
        return False
    made, after = evidence.line_of(name) or 0, ("tokenizer", "sequences")
    return not any(evidence.has(one) and (evidence.line_of(one) or 0) > made for one in after)


@check(points=3)
def test_sentences(evidence: Evidence) -> None:
    """`sentences` holds the windows of four of `words`, moved by one each."""
    name = _sentences_name(evidence)
    true = _windows(_text().split())
    expected = f"{len(true) - 1} windows: {_sample(true)}"
    got = texts_in(evidence, name, "a list of windows")
    if _unfinished(evidence, name, got):
        raise evidence.not_before("all windows were appended")
    if name != "sentences":
        evidence.tip("Call the list of windows `sentences`, as the task does.")
    for words in (_text().split(), _own_words(evidence)):
        all_windows = _windows(words)
        if got and got == all_windows:
            evidence.tip(
                f"You have all {len(got)} windows. The given loop leaves out the last one; what it "
                "alone has, the network of the next exercises does not know."
            )
            return
        if got and got == all_windows[:-1]:
            return
    raise CheckFailed(
        expected=expected,
        got=f"{len(got)} window{'s' * (len(got) != 1)}: {_sample(got)}" if got else "an empty list",
        message=_blame_for_windows(got, true),
        line=evidence.line_of(name),
    )


def _own_sentences(evidence: Evidence) -> list[str]:
    """Return the learner's windows, or the right ones where there is no such list.

    Raises:
        CheckSkipped: the list is empty, so that there is nothing to number.
    """
    name = _sentences_name(evidence)
    try:
        texts = texts_in(evidence, name, "")
    except (CheckFailed, CheckSkipped):
        return _windows(_text().split())[:-1]
    if not texts and _unfinished(evidence, name, texts):
        raise evidence.not_before("a window was appended")
    if not texts:
        raise CheckSkipped("there are no sentences to read")
    return texts


def _index_text(index: Numbering) -> str:
    if not index:
        return "no words"
    first = sorted(index.items(), key=lambda item: item[1])[:3]
    shown = ", ".join(f"{word[:20]!r} {number}" for word, number in first)
    return f"{len(index)} words: {shown}, …"


def _blame_for_index(index: Numbering, true: Numbering) -> str:
    """Return what a tokenizer with such an index has read."""
    words = _text().split()
    if not index:
        return "The tokenizer has not read anything yet. Let it fit on the sentences."
    if all(len(word) == 1 for word in index):
        return "The tokenizer has numbered letters. Give it the list of sentences, not one string."
    if index in (fitted_on([_text()]), fitted_on(words)):
        return (
            "The tokenizer has read the text itself. Let it read the sentences, in which most "
            "words come four times."
        )
    if len(index) == len(true) + 1 and len(extra := set(index) - set(true)) == 1:
        return f"{extra.pop()!r} is none of the words. Make the tokenizer without any options."
    if not set(index) & set(true):
        return "The tokenizer takes each sentence for one long word. Look at its options."
    return "Let the tokenizer read all the sentences, once, and nothing else."


def _is_vectorization(found: Value) -> bool:
    return isinstance(found, Other | WordIndex) and found.type == "TextVectorization"


@check(points=3)
def test_tokenizer(evidence: Evidence) -> None:
    """`tokenizer` has numbered the words of the sentences."""
    true = fitted_on(_own_sentences(evidence))
    expected, line = f"a tokenizer that knows {_index_text(true)}", evidence.line_of("tokenizer")
    found = evidence.values.get("tokenizer")
    if isinstance(found, Nothing):
        raise CheckFailed(
            expected=expected,
            got="None",
            message="`fit_on_texts` returns nothing. First keep the tokenizer, then let it read.",
            line=line,
            cause="name tokenizer",
            tells=Fact.NOTHING,
        )
    if isinstance(found, Function):
        raise CheckFailed(
            expected=expected,
            got=f"the class {found.name[:40]}" if found.name else "a function",
            message="A class is called, with parentheses, to make an object of it.",
            line=line,
            cause="name tokenizer",
            tells=Fact.NOT_CALLED,
        )
    found = evidence.value("tokenizer", "a tokenizer")
    if _is_vectorization(found):
        evidence.tip(
            "A TextVectorization does the same, and is newer; it starts at 2, because 1 is for "
            "unknown words. The next exercises go on with the numbers of a Tokenizer."
        )
        return
    index = numbering_of(found)
    if index is None:
        raise evidence.wrong_kind("tokenizer", expected, found)
    if index not in (true, fitted_on(_windows(_text().split())[:-1])):
        raise CheckFailed(
            expected=expected,
            got=f"one that knows {_index_text(index)}",
            message=_blame_for_index(index, true),
            line=_line_of_reading(evidence) or line,
        )


def _line_of_reading(evidence: Evidence) -> int | None:
    """Return the only line that has a tokenizer read; None where there are others, or none."""
    lines = {call.line for call in evidence.written.calls("fit_on_texts")}
    return lines.pop() if len(lines) == 1 else None


def _one_to_one(rows: list[list[float]], sentences: list[str]) -> bool:
    """Whether each word has one number, and each number is for one word."""
    words = [sentence.split() for sentence in sentences]
    if [len(row) for row in rows] != [len(part) for part in words]:
        return False
    pairs = {
        pair for row, part in zip(rows, words, strict=True) for pair in zip(part, row, strict=True)
    }
    return len(pairs) == len({word for word, _ in pairs}) == len({number for _, number in pairs})


def _numbers(sentences: list[str], index: Numbering) -> list[list[float]]:
    return [[index[word] for word in text.split() if word in index] for text in sentences]


def _blame_for_rows(got: list[list[float]], true: list[list[float]]) -> str:
    """Return what is wrong with such sequences."""
    words = _text().split()
    if len(got) == len(words) and all(len(row) <= 1 for row in got):
        return "These are the numbers of the words, one by one. Give the tokenizer the sentences."
    if len(got) == 1:
        return "There is one list only. Give the tokenizer the list of all sentences."
    if len(got) > len(words) and all(len(row) <= 1 for row in got):
        return "Every letter was taken for a text. Give the tokenizer the list of sentences."
    if not any(got):
        return "The lists are empty: the tokenizer knew no words yet. Let it read them before."
    if len(got) == len(true) and all(set(row) <= {0, 1} for row in got):
        return (
            "This tells which words are in a sentence, not in which order. Ask the tokenizer for "
            "sequences."
        )
    if len(got) == len(true) and all(len(row) < SIZE for row in got):
        return "A list has fewer numbers than its sentence has words."
    if len(got) != len(true):
        return "There should be one list of numbers for each sentence."
    if any(len(row) < len(here) for row, here in zip(got, true, strict=True)):
        return "Some words have no number here. Make the tokenizer without any options."
    return "These are not the numbers that your tokenizer gives the words of the sentences."


def _still_words(found: Value) -> bool:
    """Whether there are texts among what should be numbers."""
    waiting = [found]
    while waiting:
        match waiting.pop():
            case Text():
                return True
            case Sequence(items=items):
                waiting.extend(items)
            case Mapping(items=pairs):
                waiting.extend(item for _, item in pairs)
    return isinstance(found, Texts)


@check(points=3)
def test_sequences(evidence: Evidence) -> None:
    """`sequences` holds the numbers of the words in each sentence."""
    sentences = _own_sentences(evidence)
    found = evidence.values.get("tokenizer", Nothing())
    index = numbering_of(found) or fitted_on(sentences)
    true = _numbers(sentences, index)
    expected = _rows_text(true)
    value = evidence.value("sequences", "a list of numbers for each sentence")
    other_tokenizer = _is_vectorization(found)
    if _still_words(value):
        raise CheckFailed(
            expected=expected,
            got=f"{kind_text(value)}, with words",
            message="These are still words. The tokenizer turns a list of texts into numbers.",
            line=evidence.line_of("sequences"),
        )
    got = number_rows(evidence, "sequences", "a list of numbers for each sentence")
    if other_tokenizer and _one_to_one(got, sentences):
        return
    if got == true:
        if not any(true):
            raise CheckSkipped("`tokenizer` knows none of the words, so the lists are empty")
        if set(fitted_on(sentences)) - set(index):
            raise CheckSkipped("`tokenizer` does not know all the words")
        return
    message = _blame_for_rows(got, true)
    if other_tokenizer:
        message = "Different words have the same number. Let the layer adapt to all sentences."
    raise CheckFailed(
        expected=expected,
        got=_rows_text(got),
        message=message,
        line=evidence.line_of("tokenizer" if "options" in message else "sequences"),
    )


def _rows_text(rows: list[list[float]]) -> str:
    shown = [
        f"[{', '.join(f'{number:g}' for number in row[:5])}{', …' if len(row) > 5 else ''}]"
        for row in rows[:2]
    ]
    more = ", …" if len(rows) > 2 else ""
    return f"{len(rows)} list{'s' * (len(rows) != 1)}: {', '.join(shown)}{more}"
