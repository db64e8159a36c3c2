"""Checks for 4.3.3, decode your predictions."""

import random
import re
import textwrap
from functools import cache
from typing import NamedTuple

import numpy as np

from grader.datasets import quotes, trained
from grader.evidence.record import Held, NoSuchFunction, Raised, Returned
from grader.evidence.record import Tried as Answer
from grader.evidence.values import Nothing, Number, Sequence, Text, Value, shape_of
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.tried_calls import expect_ended
from grader.expect.value_words import kind_text
from grader.expect.word_numbers import SAME_NUMBER, why_no_such_number
from grader.expect.written_functions import WrittenFunction
from grader.sizes import shape_text
from grader.verdict import Fact

HINTS = (
    "Try each step on its own first, outside the function, with a prompt such as `it is not`. "
    "Print what you get, and its shape.",
    "The tokenizer takes a list of texts, even if it is a single one. In the row of "
    "probabilities you look for the place of the largest; the tokenizer knows whose number it is.",
    "If `len(test_text.split()) != 3`, print and `return False`. `test_seq` is `np.array` of "
    "`tokenizer.texts_to_sequences([test_text])`, `pred` is "
    "`model.predict(test_seq).argmax(axis=1)[0]`, and `tokenizer.index_word[pred]` is the word.",
)
WITHHELD = ("grader.datasets.quotes.predict_text",)

SURE = 0.2
"""The lead in probability that a prompt's next word must have: no rounding turns it over."""

_NAME, _GIVEN = "predict_text", "test_text"
_WORDS = quotes.WINDOW - 1
_PROMPTS = 3


class Tried(NamedTuple):
    """A call of the function, and what came of it."""

    prompt: str
    outcome: Answer
    printed: str


@cache
def _words() -> dict[int, str]:
    return dict(quotes.load_tokenizer().index_word)


@cache
def _probabilities(prompts: tuple[str, ...]) -> np.ndarray:
    """Return the given network's outputs for prompts of three known words, shape (n, 44)."""
    numbers = np.array(quotes.load_tokenizer().texts_to_sequences(prompts))
    return np.asarray(trained.load("quotes")(numbers, training=False))


def _sure(prompts: list[str], taken: set[int]) -> list[str]:
    """Return the first prompts whose next words are beyond doubt, and none of those TAKEN."""
    chosen: list[str] = []
    for prompt, row in zip(prompts, _probabilities(tuple(prompts)), strict=True):
        second, first = np.sort(row)[-2:]
        word = int(row.argmax())
        if len(chosen) < _PROMPTS and first - second > SURE and word and word not in taken:
            chosen.append(prompt)
            taken.add(word)
    return chosen


def probes(rng: random.Random) -> list[tuple[str, list[object], dict[str, object]]]:
    """Pick prompts from the text, others that are not in it, and some of a wrong length."""
    known = sorted(_words().values())
    pieces = sorted({window.rpartition(" ")[0] for window in quotes.windows(quotes.TEXT)})
    mixed = [" ".join(rng.sample(known, _WORDS)) for _ in range(100)]
    taken: set[int] = set()
    prompts = _sure(rng.sample(pieces, len(pieces)), taken) + _sure(mixed, taken)
    prompts += [" ".join(rng.sample(known, count)) for count in (_WORDS - 1, _WORDS + 1)]
    # one word that has as many letters as a prompt has words: `len` of a text counts those
    prompts.append(rng.choice([word for word in known if len(word) == _WORDS]))
    return [(_NAME, [prompt], {}) for prompt in prompts]


def _tried(evidence: Evidence, *, right_length: bool) -> list[Tried]:
    """Return the calls with prompts of the right or of a wrong length.

    Raises:
        CheckFailed: there is no function to call.
    """
    found = evidence.value(_NAME, "a function")
    ended = evidence.record.ended
    of_array = isinstance(ended, Raised) and ended.held.get("test_seq", Held("")).type != "list"
    if isinstance(ended, Raised) and of_array and (blame := _blame_for_numbers(ended)):
        evidence.tip(blame, _line_of_numbers(evidence, ended), Fact.WORD_NUMBERS)
    made = []
    for answer in evidence.record.probes:
        prompt = " ".join(str(part) for part in answer.probe.args)
        if (len(prompt.split()) == _WORDS) != right_length:
            continue
        if isinstance(answer.outcome, NoSuchFunction):
            raise evidence.wrong_kind(_NAME, "a function", found)
        made.append(Tried(prompt, answer.outcome, answer.printed))
    return made


def _blame_for_numbers(raised: Raised) -> str:
    """Return what is wrong with numbers that the network refused; "" where that is not known."""
    found = raised.held.get("test_seq")
    if found is None or not found.shape or found.shape == (1, _WORDS):
        return ""
    if found.type == "list":
        return f"`test_seq` is a list, and the network takes an array, of shape (1, {_WORDS})."
    blame = f"`test_seq` has the shape {shape_text(found.shape)}; the network takes (1, {_WORDS})."
    if len(found.shape) == 2 and found.shape[0] not in {None, 1}:
        blame += " texts_to_sequences takes a list of texts, and each letter of a string for one."
    return blame


def _line_of_numbers(evidence: Evidence, raised: Raised) -> int | None:
    """Return the line that makes numbers of the words, where it is known; else that of an error."""
    line = WrittenFunction(evidence, _NAME).line_of_call("texts_to_sequences")
    return line or raised.line or evidence.line_of(_NAME)


def _best(prompt: str) -> int | None:
    """Return the number of the word that the network finds most probable after three others."""
    if len(prompt.split()) != _WORDS:
        return None
    return int(_probabilities((prompt,)).argmax())


def _result(evidence: Evidence, tried: Tried, expected: str) -> Value:
    """Return what a call gave back; raise CheckFailed where it stopped with an error."""
    outcome = expect_ended(evidence, tried.outcome, f"predict_text({tried.prompt!r})", expected)
    match outcome:
        case Returned(value=value):
            return value
        case Raised(type=kind, message=message, line=where):
            line = where or evidence.line_of(_NAME)
            words = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", message).split())
            numbers = _blame_for_numbers(outcome)
            blame, culprit = numbers, _line_of_numbers(evidence, outcome) if numbers else None
            if kind == "KeyError" and not numbers:
                blame, culprit = why_no_such_number(
                    evidence, _NAME, words, _best(tried.prompt), len(_words())
                )
            line = culprit or line
            words = blame or textwrap.shorten(words, 160, placeholder=" …")
            raise CheckFailed(
                expected=expected,
                got=f"an error: {kind[:60]}",
                message=f"predict_text({tried.prompt!r}) fails: {words}",
                line=line,
                cause=f"raised on line {line}",
                tells=Fact.WORD_NUMBERS if numbers else Fact.FUNCTION_RAISED,
            )


def _is_given_model(evidence: Evidence, prompts: tuple[str, ...]) -> bool:
    """Whether `model` is still the given network; True where it cannot be told."""
    try:
        numbers = np.array(quotes.load_tokenizer().texts_to_sequences(prompts))
        outputs = evidence.model().predict(numbers)
    except (CheckFailed, CheckSkipped):
        return True
    true = _probabilities(prompts)
    return outputs.shape == true.shape and bool(np.allclose(outputs, true, atol=1e-3))


def _counts_letters(evidence: Evidence) -> int | None:
    """Return the line of the function that takes the length of its text; None if there is none."""
    if WrittenFunction(evidence, _NAME).binds(_GIVEN):
        return None
    found = evidence.written.calls("len", inside=_NAME)
    return next((call.line for call in found if call.arguments == (_GIVEN,)), None)


def _blame_for_kind(
    evidence: Evidence, found: Value, printed: str, number: int
) -> tuple[str, int | None]:
    """Return what is wrong with a result that is no text, and the line to blame."""
    written = WrittenFunction(evidence, _NAME)
    if isinstance(found, Nothing):
        if _words()[number] in printed:
            line = written.line_of_printed_result
            return "The word is printed, but the function does not return it.", line
        return "Nothing is returned. Look at how the function ends.", evidence.line_of(_NAME)
    if _is_bool(found):
        text = "A prompt of three words is refused. "
        if line := _counts_letters(evidence):
            return f"{text}`len` of a string counts its letters and blanks, not its words.", line
        return f"{text}Look at how the words are counted.", written.line_of_decision
    return _blame_for_result(found, number), written.line_of_result


def _blame_for_result(found: Value, number: int) -> str:
    """Return what is wrong with a result that is neither a text, nor nothing, nor a refusal."""
    outputs = len(_words()) + 1
    match found:
        case Number(value=value) if value == number:
            return "This is the word's number. The tokenizer knows which word it stands for."
        case Sequence():
            return "Return the word itself, not something that holds it."
    if shape_of(found) in {(), (1,)}:
        return "This is the word's number. The tokenizer knows which word it stands for."
    if shape_of(found) in {(1, outputs), (outputs,)}:
        return "These are the probabilities of all words. Find the largest, and the word it is for."
    return "Return a word of the text, as a string."


def _mostly(got: list[str], wanted: list[str | None]) -> bool:
    """Whether the words are those, but perhaps for one that has no neighbour in the index."""
    return sum(a == b for a, b in zip(got, wanted, strict=True)) >= len(got) - 1


def _blame_for_words(
    evidence: Evidence, prompts: tuple[str, ...], got: list[str]
) -> tuple[str, int | None]:
    """Return what is wrong with words that are not all the network's, and the line to blame."""
    rows, words = _probabilities(prompts), _words()
    best = [int(row.argmax()) for row in rows]
    written, whole = WrittenFunction(evidence, _NAME), evidence.line_of(_NAME)
    if not _is_given_model(evidence, prompts):
        text = "`model` is not the given network any more: it was trained again, or replaced."
        return text, evidence.line_of("model")
    if len(set(got)) == 1:
        text = "Every prompt gets the same word. Look at what the function does with `test_text`."
        return text, whole
    for step, size in ((-1, "small"), (1, "large")):
        if _mostly(got, [words.get(n + step) for n in best]):
            text = f"This word's number is one too {size}. {SAME_NUMBER}"
            return text, written.line_of_step
    for place, which in ((0, "first"), (-1, "last")):
        if got == _one_by_one(prompts, place):
            text = f"This is what comes after the {which} word of the prompt alone."
            text = f"{text} {_ONE_TEXT}" if _gave_words(evidence) else text
            return text, written.line_of_call("texts_to_sequences")
    if _mostly(got, [words.get(int(row.argmin())) for row in rows]):
        text = "This is the least probable word. Look for the largest probability."
        return text, written.line_of_call("argmin")
    if all(text.split()[-1:] == [words[n]] for text, n in zip(got, best, strict=True)):
        return (
            "There is more than the next word here. Return that one alone.",
            written.line_of_result,
        )
    if got == [prompt.split()[-1] for prompt in prompts]:
        text = "This is the last word of the prompt. Return the one that the network adds."
        return text, written.line_of_result
    return "This is not the word that the network finds most probable.", whole


_ONE_TEXT = (
    f"The network got an array of shape {(_WORDS, 1)}: each word as a prompt of its own. "
    "texts_to_sequences takes a list of texts; here that is one text of three words."
)


def _gave_words(evidence: Evidence) -> bool:
    """Whether the network was asked about three prompts of one word each."""
    asked = [call.arguments.get("x") for call in evidence.calls("predict")]
    return any(shape_of(x) == (_WORDS, 1) for x in asked)


def _one_by_one(prompts: tuple[str, ...], place: int) -> list[str | None]:
    """Return the words that come after a single word of each prompt, by its place there."""
    numbers = quotes.load_tokenizer().texts_to_sequences([text.split()[place] for text in prompts])
    rows = np.asarray(trained.load("quotes")(np.array(numbers), training=False))
    return [_words().get(int(row.argmax())) for row in rows]


def _is_bool(found: Value) -> bool:
    return isinstance(found, Number) and found.type in {"bool", "bool_"}


@check(points=4)
def test_next_word(evidence: Evidence) -> None:
    """`predict_text` returns the network's next word for three words."""
    made = _tried(evidence, right_length=True)
    prompts = tuple(tried.prompt for tried in made)
    best = [int(row.argmax()) for row in _probabilities(prompts)]
    got = []
    for tried, number in zip(made, best, strict=True):
        expected = f"{_words()[number]!r} after {tried.prompt!r}"
        found = _result(evidence, tried, expected)
        if not isinstance(found, Text):
            message, line = _blame_for_kind(evidence, found, tried.printed, number)
            raise CheckFailed(
                expected=expected,
                got="False" if _is_bool(found) else kind_text(found),
                message=message,
                line=line,
                cause=_LETTERS if _is_bool(found) and _counts_letters(evidence) else "",
            )
        got.append(found.value)
    for prompt, number, word in zip(prompts, best, got, strict=True):
        if word.strip() != _words()[number]:
            message, line = _blame_for_words(evidence, prompts, got)
            raise CheckFailed(
                expected=f"{_words()[number]!r} after {prompt!r}",
                got=f"{word[:60]!r}",
                message=message,
                line=line,
            )


def _blame_for_no_refusal(evidence: Evidence, found: Value) -> tuple[str, int | None]:
    """Return what is wrong with a result that should be False, and the line to blame."""
    written, whole = WrittenFunction(evidence, _NAME), evidence.line_of(_NAME)
    match found:
        case Nothing():
            text = "Nothing is returned. Let the function return False where it prints its message."
            return text, written.line_of_call("print")
        case Text(value=value) if value.strip() in _words().values():
            text = "The function goes on with a prompt that it should refuse."
            return text, written.line_of_decision
        case Text():
            return "This is a text. Print the message, and return the value False.", whole
        case _:
            return "Return the value False, and do it before the network is asked.", whole


def _said(tried: Tried) -> bool:
    """Whether a call printed some words."""
    # Keras prints a bar when it predicts, which tells nothing of the prompt.
    said = [line for line in tried.printed.splitlines() if "/step" not in line and "━" not in line]
    return any(character.isalpha() for line in said for character in line)


_LETTERS = "letters are counted"


def _cause_of_no_refusal(evidence: Evidence, tried: Tried) -> str:
    if _counts_letters(evidence) is not None:
        return _LETTERS
    return "" if _said(tried) else f"silent on {tried.prompt}"


@check(points=2)
def test_refuses(evidence: Evidence) -> None:
    """`predict_text` returns False unless there are three words."""
    for tried in _tried(evidence, right_length=False):
        expected = f"False for {counted(len(tried.prompt.split()), 'word')}"
        found = _result(evidence, tried, expected)
        if isinstance(found, Number) and _is_bool(found) and not found.value:
            continue
        message, line = _blame_for_no_refusal(evidence, found)
        counts = _counts_letters(evidence) is not None
        letters = ", which has three letters" if counts and len(tried.prompt) == 3 else ""
        raise CheckFailed(
            expected=expected,
            got="True" if _is_bool(found) else kind_text(found),
            message=f"{message} The prompt was {tried.prompt!r}{letters}.",
            line=line,
            cause=_cause_of_no_refusal(evidence, tried),
        )


@check(points=1)
def test_message(evidence: Evidence) -> None:
    """`predict_text` prints a message unless there are three words."""
    for tried in _tried(evidence, right_length=False):
        expected = f"a message for {counted(len(tried.prompt.split()), 'word')}"
        _result(evidence, tried, expected)
        if not _said(tried):
            raise CheckFailed(
                expected=expected,
                got="nothing printed",
                message="Tell in print what is wrong with the prompt, before you return False.",
                line=WrittenFunction(evidence, _NAME).line_of_refusal,
                cause=_cause_of_no_refusal(evidence, tried),
            )
