"""Answers to 4.3.3, decode your predictions."""

from corpus import Change, Course2019, Right, Wrong, bare, edit, steps

SLOW = True

REFUSAL = """    if len(test_text.split()) != 3:
        print("I need exactly three words.")
        return False
"""
FALSE = "        return False\n"
NUMBERS = "np.array(tokenizer.texts_to_sequences([test_text]))"
PRED = "model.predict(test_seq).argmax(axis=1)[0]"
WORD = "return tokenizer.index_word[pred]"
TRIED = 'print(predict_text("it is not"))\nprint(predict_text("it is"))\n'
"""The end of the solution, which runs the function; a fault in it may stop the file there."""

COURSE = """
def predict_text(test_text):
  if len(test_text.split())!=3:
    print('Text input should be 3 words!')
    return False

  # Turn the test_text into a sequence of numbers
  test_seq = tokenizer.texts_to_sequences([test_text])
  test_seq = np.array(test_seq)

  # Get the model's next word prediction by passing in test_seq
  pred = model.predict(test_seq).argmax(axis = 1)[0]

  # Return the word associated to the predicted index
  return tokenizer.index_word[pred]
"""


def untried(*replacements: tuple[str, str]) -> Change:
    """Replace parts, and leave out the calls at the end, which might raise."""
    return edit(*replacements, (TRIED, ""))


RIGHT = [
    Right("as in 2019, bare", bare(COURSE)),
    Right(
        "as in an earlier edition, model as a default",
        bare(
            COURSE.replace("(test_text)", "(test_text, model = model)", 1)
            + "\npredict_text('to learn with')\n"
        ),
    ),
    Right(
        "direct call, a dictionary turned round",
        steps("""
def predict_text(test_text):
    words = test_text.split(" ")
    if not len(words) == 3:
        print(f"{len(words)} words are not three!")
        return False
    row = [tokenizer.word_index[word] for word in words]
    probabilities = model(np.array([row]))[0]
    words = {number: word for word, number in tokenizer.word_index.items()}
    return words[int(np.argmax(probabilities))]
"""),
    ),
    Right(
        "a search through the index",
        steps("""
from keras.utils import pad_sequences

def predict_text(test_text):
    if len(test_text.split()) == 3:
        test_seq = pad_sequences(tokenizer.texts_to_sequences([test_text]), maxlen=3)
        pred = np.argmax(model.predict(test_seq, verbose=0), axis=-1)
        for word, number in tokenizer.word_index.items():
            if number == pred:
                return word
    else:
        print("three words, please")
        return False
"""),
    ),
    Right(
        "back through the tokenizer",
        edit((WORD, "return tokenizer.sequences_to_texts([[pred]])[0]")),
    ),
    Right(
        "on a batch, sorted",
        edit((PRED, "int(np.argsort(model.predict_on_batch(test_seq)[0])[-1])")),
    ),
    Right(
        "tensors",
        edit(
            (NUMBERS, "tf.constant(tokenizer.texts_to_sequences([test_text]))"),
            ("import numpy as np", "import numpy as np\nimport tensorflow as tf"),
            (PRED, "int(tf.argmax(model.predict(test_seq), axis=1)[0])"),
        ),
    ),
    Right(
        "with helpers and types",
        steps("""
import sys

def count(text):
    return len(text.split())

def numbers(text):
    return np.reshape(tokenizer.texts_to_sequences([text])[0], (1, 3))

def predict_text(test_text: str) -> str | bool:
    \"\"\"Say the next word.\"\"\"
    if count(test_text) < 3 or count(test_text) > 3:
        print("Wrong number of words", file=sys.stderr)
        return False
    return str(tokenizer.index_word[model.predict(numbers(test_text))[0].argmax()])

for prompt in ("it is not", "the curve of", "of", "a b c d"):
    print(prompt, predict_text(prompt))
"""),
    ),
    Right(
        "counted by its blanks", edit(("len(test_text.split()) != 3", 'test_text.count(" ") != 2'))
    ),
    Right(
        "a lambda for the rest",
        steps("""
ask = lambda text: tokenizer.index_word[model.predict(np.array(tokenizer.texts_to_sequences([text])))[0].argmax()]
predict_text = lambda test_text: ask(test_text) if len(test_text.split()) == 3 else bool(print("not three"))
"""),
    ),
]

WRONG = [
    Wrong("three texts of a word", edit((NUMBERS, NUMBERS.replace("[test_text]", "test_text.split()"))), "next_word",
          r"after the first word of the prompt alone\. The network got an array of shape \(3, 1\)", blames="texts_to_sequences"),
    Wrong("the next number", edit((PRED, PRED + " + 1"), (TRIED, "")), "next_word", "number.* is one too large", blames="+ 1"),
    Wrong("a list for the network", edit((NUMBERS, "tokenizer.texts_to_sequences([test_text])")), "next_word", "`test_seq` is a list, and the network takes an array", "error"),
    # the word
    Wrong("the number", edit((WORD, "return pred")), "next_word", "the number .*This is the word's number"),
    Wrong("the number in an array", edit((PRED, PRED.replace("[0]", "")), (WORD, "return pred")), "next_word", "word's number"),
    Wrong("the probabilities", edit((WORD, "return model.predict(test_seq)")), "next_word", r"shape \(1, 44\).*probabilities of all words"),
    Wrong("one row of probabilities", edit((WORD, "return model.predict(test_seq)[0]")), "next_word", "probabilities of all words"),
    Wrong("the word in a list", edit((WORD, "return [tokenizer.index_word[pred]]")), "next_word", "not something that holds it"),
    Wrong("printed", edit((WORD, "print(tokenizer.index_word[pred])")), "next_word",
          "None.*printed, but the function does not return", blames="print(tokenizer"),
    Wrong("nothing returned", edit((WORD, "word = tokenizer.index_word[pred]")), "next_word", "None.*how the function ends"),
    Wrong("one too high", untried((PRED, PRED + " + 1"), (WORD, 'return tokenizer.index_word.get(pred, "the")')), "next_word", "number is one too (large|small)"),
    Wrong("one too low", untried((WORD, "return list(tokenizer.word_index)[pred - 2]")), "next_word", "number is one too (large|small)"),
    Wrong("the index as a list", untried((WORD, "return (list(tokenizer.word_index) + ['the'])[pred]")), "next_word", "number is one too (large|small)"),
    Wrong("the least probable", untried((PRED, PRED.replace("argmax", "argmin")), (WORD, 'return tokenizer.index_word.get(pred, "the")')),
          "next_word", "word .*most probable|least probable"),
    Wrong("the largest probability", untried((PRED, "model.predict(test_seq).max()"), (WORD, "return pred")), "next_word", "the number 0|string"),
    Wrong("along the wrong axis", edit((PRED, PRED.replace("axis=1", "axis=0")), (WORD, 'return tokenizer.index_word.get(pred, "the")')),
          "next_word", "'the'.*Every prompt gets the same word"),
    Wrong("always the same prompt", edit(("sequences([test_text])", 'sequences(["it is not"])')), "next_word", "what the function does with `test_text`"),
    Wrong("learned by heart", steps("""
def predict_text(test_text):
    if len(test_text.split()) != 3:
        print("three words")
        return False
    return {"answer errors with": "errors", "the curve of": "progress"}.get(test_text, "lesson")
"""), "next_word", "Every prompt gets the same word|not the word that the network"),
    Wrong("looked up in the text", steps("""
def predict_text(test_text):
    if len(test_text.split()) != 3:
        print("three words")
        return False
    text = quotes.TEXT + " "
    if test_text in text:
        return text.split(test_text)[1].split()[0]
    return test_text.split()[0]
"""), "next_word", "not the word that the network"),
    Wrong("the whole sentence", edit((WORD, 'return test_text + " " + tokenizer.index_word[pred]')), "next_word", "more than the next word"),
    Wrong("the last word of the prompt", edit((WORD, "return test_text.split()[-1]")), "next_word", "last word of the prompt"),
    Wrong("words turned round", edit((NUMBERS, "np.array(tokenizer.texts_to_sequences([test_text]))[:, ::-1]")), "next_word", "not the word that the network"),
    Wrong("another network", edit(("# TODO: complete", "from grader.datasets import networks\nmodel = networks.text_network()\n\n# TODO: complete"),
                                  (WORD, 'return tokenizer.index_word.get(pred, "the")')), "next_word", "not the given network"),
    Wrong("trained again", edit(("# TODO: complete", "import keras\nnumbers = quotes.load_sequences()\nmodel.fit(numbers[:, 1:], "
                                 "keras.utils.to_categorical(numbers[:, 0], 44), epochs=60, verbose=0)\n\n# TODO: complete")),
          "next_word", "not the given network"),
    Wrong("refuses all", edit(("!= 3", "!= 4")), "next_word", "False.*how the words are counted"),
    Wrong("counts letters", edit(("len(test_text.split())", "len(test_text)")), "next_word",
          "False.*refused. `len` of a string counts its letters and blanks", blames="len(test_text)"),
    Wrong("no list around the text", untried(("[test_text]", "test_text")), "next_word", "an error: .*fails"),
    Wrong("no array", untried((NUMBERS, "tokenizer.texts_to_sequences([test_text])")), "next_word", "an error: ValueError"),
    Wrong("no row", untried((NUMBERS, NUMBERS.replace(")))", "))[0])").replace("))", "))", 1).replace("text]))", "text])[0])"))), "next_word", "an error"),
    Wrong("a name that is not there", untried((WORD, "return tokenizer.index_words[pred]")), "next_word", "an error: AttributeError.*index_words"),
    Wrong("word_index for index_word", untried((WORD, "return tokenizer.word_index[pred]")), "next_word", "an error: KeyError"),
    Wrong("two arguments", bare(COURSE.replace("(test_text)", "(test_text, network)", 1)), "next_word", "an error: TypeError"),
    Wrong("missing", steps("word = tokenizer.index_word[1]\n"), "next_word", "does not make `predict_text`"),
    Wrong("misspelt", steps(COURSE.replace("predict_text", "predict_txt")), "next_word", "You have `predict_txt`"),
    Wrong("a word under that name", steps(COURSE + "\npredict_text = predict_text('it is not')\n"), "next_word", "the text 'the'"),
    # the refusal
    Wrong("as many letters", edit(("len(test_text.split())", "len(test_text)")), "next_word", "counts its letters"),
    Wrong("no refusal", steps(COURSE.replace("!=3", "<0")), "refuses", "should refuse|False"),
    Wrong("only fewer words", edit(("!= 3", "< 3")), "refuses", "False for 4 words"),
    Wrong("only more words", edit(("!= 3", "> 3")), "refuses", "False for 2 words"),
    Wrong("a bare return", edit((FALSE, FALSE.replace(" False", ""))), "refuses", "None.*return False where"),
    Wrong("a message, and then on", edit((FALSE, "")), "refuses", "False for 2 words"),
    Wrong("the message is returned", edit((FALSE, FALSE.replace("False", "'I need three words'"))), "refuses", "This is a text"),
    Wrong("False as a text", edit((FALSE, FALSE.replace("False", "'False'"))), "refuses", "the text 'False'.*This is a text"),
    Wrong("True", edit((FALSE, FALSE.replace("False", "True"))), "refuses", "True"),
    Wrong("zero", edit((FALSE, FALSE.replace("False", "0"))), "refuses", "the number 0"),
    Wrong("an exception", untried((FALSE, "        raise ValueError('three words!')\n")), "refuses", "an error: ValueError.*three words!"),
    Wrong("the last three words", edit((REFUSAL, "    test_text = ' '.join(test_text.split()[-3:])\n"), (TRIED, "")), "refuses", "4 words|2 words"),
    # the message
    Wrong("no message", edit(('        print("I need exactly three words.")\n', "")), "message", "nothing printed"),
    Wrong("an empty message", edit(('"I need exactly three words."', "")), "message", "nothing printed"),
    Wrong("message behind the return", edit(('        print("I need exactly three words.")\n        return False\n',
                                             '        return False\n        print("I need exactly three words.")\n')), "message", "nothing printed"),
    Wrong("predicted, then refused in silence", steps("""
def predict_text(test_text):
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = model.predict(test_seq).argmax(axis=1)[0]
    return tokenizer.index_word[pred] if len(test_text.split()) == 3 else False
"""), "message", "nothing printed"),
    # no check gets to run
    Wrong("the method of 2019", edit((PRED, "model.predict_classes(test_seq)[0]")), "", "`.predict_classes` is gone", "error"),
    Wrong("another method of 2019, bare", bare(COURSE.replace("model.predict(", "model.predict_proba(")), "next_word",
          "an error: AttributeError.*predict_proba"),
    Wrong("a text for a list of texts", steps("""
def predict_text(test_text):
    if len(test_text.split()) != 3:
        print("Please give exactly three words.")
        return False
    test_seq = np.array(tokenizer.texts_to_sequences(test_text))
    pred = np.argmax(model.predict(test_seq), axis=1)[0]
    return tokenizer.index_word[pred]
print(predict_text("it is not"))
"""),
          "", r"(?s)has the shape \(\d+, 0\).*The tip on line \d+ says what is wrong", "error", blames="texts_to_sequences(test_text)"),
    Wrong("the words' dictionary", steps("""
def predict_text(test_text):
    if len(test_text.split()) != 3:
        print("Text input should be 3 words!")
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = np.argmax(model.predict(test_seq), axis=1)[0]
    return tokenizer.word_index[pred]
"""),
          "next_word", r"`word_index` leads from words to numbers"),
    Wrong("an array of one number as a key", steps("""
def predict_text(test_text):
    if len(test_text.split()) != 3:
        print("Please give exactly three words!")
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = np.argmax(model.predict(test_seq), axis=1)
    return tokenizer.index_word[pred]
"""),
          "next_word", r"predict_text.*fails: unhashable|The tip on line \d+ says"),
]  # fmt: skip

TYPICAL = "the number"

COURSE_2019 = [
    Course2019("""
def predict_text(test_text, model=model):
    if len(test_text.split()) != 3:
        print('Three words, please!')
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = model.predict(test_seq).argmax(axis=1)[0]
    return tokenizer.index_word[pred]
"""),
    Course2019("""
def predict_text(test_text, model=model):
    if len(test_text.split()) != 3:
        print('Three words, please!')
        return False
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    pred = model.predict_classes(test_seq)[0]
    return tokenizer.index_word[pred]
""", "failed", (r"Line 7: `.predict_classes` is gone. Write `model.predict\(X\).argmax\(axis=1\)`",),
           (("model.predict_classes(test_seq)[0]", "model.predict(test_seq).argmax(axis=1)[0]"),)),
]  # fmt: skip

EQUIVALENT = {
    (
        "setting",
        "pred = model.predict(test_seq).argmax(axis=1)[0]: 0 → -1",
    ): "Still right: there is one item, which is the first and the last.",
}

UNNAMED = {
    ("deleted", "return False"): "The message says that the function goes on.",
}
