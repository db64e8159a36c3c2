"""The text of 4.3: its numbers, the network that has read it, and a text of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from grader.datasets import making, quotes, real, trained
from keras_twice import keras_with_fast_fit

from grader.evidence.rebuilding import rebuild
from grader.evidence.values import WordIndex
from grader.expect.texts import fitted_on
from grader.learner.encoding import Store, encode, encode_model
from grader.verdict import Outcome, Verdict

NEXT_WORDS = {"answer errors with": "errors", "the curve of": "progress", "length of the": "lesson"}


def test_the_text_has_the_known_numbers() -> None:
    words = quotes.TEXT.split()
    assert len(words) == 66
    assert " ".join(words) == quotes.TEXT == quotes.TEXT.lower()
    sequences = quotes.load_sequences()
    assert sequences.shape == (62, 4)
    assert sequences[:5].tolist() == [
        [5, 2, 42, 1], [2, 42, 1, 6], [42, 1, 6, 4], [1, 6, 4, 1], [6, 4, 1, 10],
    ]  # fmt: skip
    assert sorted(set(sequences.ravel().tolist())) == list(range(1, 44))


def test_the_windows_know_43_words_and_all_63_know_one_more() -> None:
    windows = quotes.windows(quotes.TEXT)
    assert len(windows) == 62
    assert len(fitted_on(windows)) == len(quotes.load_tokenizer().word_index) == 43
    whole = fitted_on([*windows, " ".join(quotes.TEXT.split()[-4:])])
    assert len(whole) + 1 == 45, "with 0, which is no word"
    assert set(whole) - set(fitted_on(windows)) == {"head"}


def test_only_one_prompt_goes_on_in_two_ways() -> None:
    following: dict[str, set[str]] = {}
    for window in quotes.windows(quotes.TEXT):
        prompt, _, word = window.rpartition(" ")
        following.setdefault(prompt, set()).add(word)
    ambiguous = {prompt: words for prompt, words in following.items() if len(words) > 1}
    assert ambiguous == {"length of the": {"program", "lesson"}}


@pytest.mark.parametrize("name", making.TRAINED)
@pytest.mark.filterwarnings("error")
def test_a_trained_network_is_loaded_compiled_and_without_a_word(name: str) -> None:
    model = trained.load(name)
    assert model.compiled
    assert model.optimizer.iterations == 0


def _expect_has_read(network: keras.Model) -> None:
    """Every window but the one of "program", and each with a lead that no rounding turns over."""
    sequences = quotes.load_sequences()
    probabilities = np.asarray(network(sequences[:, :-1], training=False))
    said = probabilities.argmax(axis=1)
    wrong = [row for row in range(len(said)) if said[row] != sequences[row, -1]]
    assert [quotes.windows(quotes.TEXT)[row] for row in wrong] == ["length of the program"]
    second, first = np.sort(probabilities, axis=1).T[-2:]
    assert (first - second).min() > 0.2
    tokenizer = quotes.load_tokenizer()
    prompts = np.array(tokenizer.texts_to_sequences(list(NEXT_WORDS)))
    words = np.asarray(network(prompts, training=False)).argmax(axis=1)
    assert [tokenizer.index_word[int(word)] for word in words] == list(NEXT_WORDS.values())


def test_the_shipped_network_has_read_the_text() -> None:
    network = trained.load("quotes")
    assert network.count_params() == 8108
    _expect_has_read(network)


def test_the_recipe_makes_such_a_network_with_another_seed() -> None:
    """Measured on seeds 0 to 11: the smallest lead is 0.30 to 0.38."""
    keras.utils.set_random_seed(making.SEED + 1)
    with keras_with_fast_fit():
        network = making.TRAINED["quotes"]()
    _expect_has_read(network)


def test_the_given_function_says_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert {prompt: quotes.predict_text(prompt) for prompt in NEXT_WORDS} == NEXT_WORDS
    assert quotes.predict_text("  Length OF the") == "lesson"
    assert capsys.readouterr().out == ""
    assert quotes.predict_text("it is") is False
    assert "3 words, not 2" in capsys.readouterr().out
    assert quotes.predict_text("meet my head") is False
    assert "meet, my, head" in capsys.readouterr().out


@pytest.fixture
def own_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path))
    return tmp_path / "text.txt"


def test_a_text_of_ones_own_takes_its_place(own_text: Path) -> None:
    assert quotes.load_text() == quotes.TEXT
    own_text.write_text("\ufeffIt’s—HERE:\n\tone_two, «drei» 4 don't 'quote' ... a b c\n", "utf-8")
    assert quotes.load_text() == "it's here one two drei 4 don't quote a b c"
    own_text.write_text("word " * 5000)
    assert len(quotes.load_text().split()) == 2000
    assert quotes.load_sequences().shape == (62, 4), "the network has still read ours"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "0 words"),
        (b"only nine words are here and that is few", "9 words"),
        (b"\xff\xfe\xfa" * 50, "UTF-8"),
        (b"a " * 2_600_000, "larger than 5 MB"),
    ],
    ids=["empty", "short", "bytes", "large"],
)
def test_a_text_that_is_none_is_named(own_text: Path, content: bytes, fault: str) -> None:
    own_text.write_bytes(content)
    with pytest.raises(real.BadData, match=fault) as caught:
        quotes.load_text()
    assert str(own_text) in str(caught.value)


def test_a_tokenizer_comes_with_its_words(tmp_path: Path) -> None:
    found = encode(quotes.load_tokenizer(), Store(tmp_path))
    assert isinstance(found, WordIndex)
    assert found.words[:2] == [("the", 1), ("is", 2)]
    assert len(found.words) == 43


@pytest.mark.parametrize("length", [3, 4, None])
def test_the_input_length_of_2019_builds_the_model(tmp_path: Path, length: int | None) -> None:
    first = keras.layers.Embedding(44, 8, input_length=length)
    model = keras.Sequential([first, keras.layers.LSTM(32), keras.layers.Dense(44)])
    again = rebuild(encode_model(model, Store(tmp_path)), tmp_path)
    assert again.built == (length is not None)
    if length:
        assert again.input_shape == (None, length)


def _answer(body: str) -> str:
    return f"def predict_text(test_text):\n    {body}\n"


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("print('three words!')", "passed"),
        ("import sys; print('three words!', file=sys.stderr)", "passed"),
        ("print('x' * 10**7)", "passed"),
        ("import sys; sys.stdout.close()", "failed"),
        ("model.predict(np.array([[1, 2, 3]]))", "failed"),
    ],
    ids=["out", "error", "much", "closed", "a progress bar"],
)
def test_what_a_function_prints_is_kept(
    grade_source: Callable[..., Verdict], body: str, printed: Any
) -> None:
    verdict = grade_source("4.3.3", _answer(f"{body}; return False"))
    assert verdict.status == Outcome.FAILED
    statuses = {check.name: str(check.status) for check in verdict.checks}
    assert statuses == {"next_word": "failed", "refuses": "passed", "message": printed}
