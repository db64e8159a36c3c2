"""Answers to 4.3.1, text prediction with LSTMs."""

from corpus import Change, Course2019, Right, Wrong, bare, edit, steps

SPLIT = "words = text.split()"
APPEND = 'sentences.append(" ".join(words[i - 4 : i]))'
LOOP = "range(4, len(words))"
MAKE = "tokenizer = Tokenizer()"
FIT = "tokenizer.fit_on_texts(sentences)"
SEQUENCES = "tokenizer.texts_to_sequences(sentences)"


def windows(code: str) -> Change:
    """Make the sentences anew; all else is as in the solution."""
    return steps(f"{SPLIT}\n{code}\n{MAKE}\n{FIT}\nsequences = {SEQUENCES}\n")


COURSE = """
# Split text into an array of words
words = text.split()

# Make sentences of 4 words each, moving one word at a time
sentences = []
for i in range(4, len(words)):
  sentences.append(' '.join(words[i-4:i]))

# Instantiate a Tokenizer, then fit it on the sentences
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)

# Turn sentences into a sequence of numbers
sequences = tokenizer.texts_to_sequences(sentences)
print("Sentences: \\n {} \\n Sequences: \\n {}".format(sentences[:5], sequences[:5]))
"""

RIGHT = [
    Right("as in 2019, bare", bare(COURSE)),
    Right("as in an earlier edition, lines", bare(COURSE.replace("sentences", "lines"))),
    Right(
        "tensorflow's own import, bare",
        bare("from tensorflow.keras.preprocessing.text import Tokenizer\n" + COURSE),
    ),
    Right("all 63 windows", edit((LOOP, "range(4, len(words) + 1)"))),
    Right(
        "all 63 windows, a comprehension",
        windows('sentences = [" ".join(words[i:i + 4]) for i in range(len(words) - 3)]'),
    ),
    Right("lists of words", edit((APPEND, "sentences.append(words[i - 4 : i])"))),
    Right(
        "lists of words, zipped",
        windows("sentences = list(map(list, zip(words, words[1:], words[2:], words[3:-1])))"),
    ),
    Right(
        "formatted strings",
        edit(
            (
                APPEND,
                'sentences += [f"{words[i - 4]} {words[i - 3]} {words[i - 2]} {words[i - 1]}"]',
            )
        ),
    ),
    Right(
        "a loop of its own, arrays",
        steps("""
import numpy as np
words = np.array(text.split(" "))
sentences, i = [], 0
while i + 4 < len(words):
    sentences.append(" ".join(words[i:i + 4]))
    i += 1
sentences = np.array(sentences)
tokenizer = Tokenizer(num_words=44)
tokenizer.fit_on_texts(sentences)
sequences = np.array(tokenizer.texts_to_sequences(sentences))
"""),
    ),
    Right(
        "in functions",
        steps("""
import tensorflow as tf
from tensorflow.keras.preprocessing.text import text_to_word_sequence

def slide(words, size):
    return tuple(" ".join(words[i - size:i]) for i in range(size, len(words)))

words = text_to_word_sequence(text)
sentences = slide(words, 4)
tokenizer = tf.keras.preprocessing.text.Tokenizer(lower=False, filters="")
tokenizer.fit_on_texts(sentences)
sequences = tf.constant(tokenizer.texts_to_sequences(sentences))
"""),
    ),
    Right(
        "table, numbers looked up",
        steps("""
import pandas as pd
words = pd.Series(text.split())
sentences = pd.Series([" ".join(words[i - 4:i]) for i in range(4, len(words))])
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = pd.DataFrame([[tokenizer.word_index[w] for w in s.split()] for s in sentences])
"""),
    ),
    Right(
        "one by one, padded",
        edit(
            (
                "sequences = " + SEQUENCES,
                """
from keras.utils import pad_sequences
sequences = pad_sequences([tokenizer.texts_to_sequences([s])[0] for s in sentences], maxlen=4)
""",
            )
        ),
    ),
    Right(
        "a tokenizer of one's own class",
        steps(
            COURSE.replace(
                "tokenizer = Tokenizer()",
                """
class WordNumbers:
    def __init__(self):
        self.word_index = {}

    def fit_on_texts(self, texts):
        words = [w for t in texts for w in t.split()]
        for w in sorted(dict.fromkeys(words), key=words.count, reverse=True):
            self.word_index[w] = len(self.word_index) + 1

    def texts_to_sequences(self, texts):
        return [[self.word_index[w] for w in t.split()] for t in texts]

tokenizer = WordNumbers()
""",
            )
        ),
    ),
    Right(
        "TextVectorization",
        edit(
            (MAKE, "import keras\ntokenizer = keras.layers.TextVectorization()"),
            (FIT, "tokenizer.adapt(sentences)"),
            (SEQUENCES, "tokenizer(sentences)"),
        ),
    ),
]

WRONG = [
    Wrong("letters of the text", edit(("fit_on_texts(sentences)", "fit_on_texts(text)")), "tokenizer", "has numbered letters", blames="fit_on_texts("),
    # words
    Wrong("letters", edit((SPLIT, "words = list(text)")), "words", "letters of the text"),
    Wrong("not split", steps(COURSE.replace("words = text.split()", "words = text")), "words", "still in one piece"),
    Wrong("each word once", edit((SPLIT, "words = sorted(set(text.split()))")), "words", "44 words.*\nWords that come again"),
    Wrong("sorted", edit((SPLIT, "words = sorted(text.split())")), "words", "another order"),
    Wrong("split at full stops", edit((SPLIT, 'words = text.split(".")')), "words", "1 word: .*still in one piece"),
    Wrong("a set", edit((SPLIT, SPLIT + "\nkept = words"), ("print(\"Sentences:", "words = set(words)\nprint(\"Sentences:")),
          "words", "object of type set"),
    Wrong("the first 40 words", edit((SPLIT, SPLIT + "[:40]")), "words", "40 words"),
    Wrong("another text", edit((SPLIT, 'text = "the quick brown fox jumps over the lazy dog and is gone"\n' + SPLIT)), "words",
          "another text in the place"),
    # sentences
    Wrong("windows of three", edit((APPEND, APPEND.replace("- 4", "- 3"))), "sentences", "window has 3 words"),
    Wrong("windows of five", edit((APPEND, APPEND.replace(": i]", ": i + 1]"))), "sentences", "window has 5 words"),
    Wrong("joined without blanks", edit((APPEND, APPEND.replace('" "', '""'))), "sentences", "with a blank between"),
    Wrong("joined with dashes", edit((APPEND, APPEND.replace('" "', '"-"'))), "sentences", "with a blank between, and nothing else"),
    Wrong("side by side", edit((LOOP, "range(4, len(words), 4)")), "sentences", "(?s)16 windows.*side by side"),
    Wrong("ends too early", edit((LOOP, "range(4, len(words) - 1)")), "sentences", "61 windows.*last windows are missing"),
    Wrong("begins too late", edit((LOOP, "range(5, len(words))")), "sentences", "first words of the text are left out"),
    Wrong("begins too early", edit((LOOP, "range(1, len(words))")), "sentences", "which words each turn"),
    Wrong("one word too late", edit((APPEND, APPEND.replace("i - 4 : i", "i - 3 : i + 1"))), "sentences",
          "first words of the text are left out"),
    Wrong("the words before i only", edit((APPEND, "sentences.append(words[i - 4])")), "sentences", "window has 1 word "),
    Wrong("all words up to i", edit((APPEND, APPEND.replace("i - 4", ""))), "sentences", "which words each turn"),
    Wrong("appended after the loop", edit(("    " + APPEND, "    window = words[i - 4 : i]\nsentences.append(\" \".join(window))")),
          "sentences", "(?s)1 window: .*only one window"),
    Wrong("made anew in each turn", edit((APPEND, 'sentences = [" ".join(words[i - 4 : i])]')), "sentences", "only one window"),
    Wrong("nothing appended", steps(f"{SPLIT}\nsentences = []\nfor i in {LOOP}:\n    ' '.join(words[i - 4:i])\n{MAKE}\n{FIT}\nsequences = {SEQUENCES}"),
          "sentences", "(?s)an empty list.*Nothing was appended"),
    Wrong("append's result", edit((APPEND, "result = " + APPEND.replace("words[i - 4 : i]", "words[i - 3 : i]"))), "sentences", "3 words"),
    Wrong("sentences missing", steps(COURSE.replace("sentences", "windows")), "sentences", "does not make `sentences`"),
    Wrong("sentences misspelt", steps(COURSE.replace("sentences", "sentence")), "sentences", "You have `sentence`: is it misspelt"),
    # tokenizer
    Wrong("read the whole text", edit((FIT, "tokenizer.fit_on_texts([text])")), "tokenizer", "(?s)44 words.*read the text itself"),
    Wrong("read the words", edit((FIT, "tokenizer.fit_on_texts(words)")), "tokenizer", "read the text itself"),
    Wrong("read one string", edit((FIT, "tokenizer.fit_on_texts(text)")), "tokenizer", "numbered letters"),
    Wrong("on the level of letters", edit((MAKE, "tokenizer = Tokenizer(char_level=True)")), "tokenizer", "numbered letters"),
    Wrong("an unknown word", edit((MAKE, 'tokenizer = Tokenizer(oov_token="<OOV>")')), "tokenizer", "'<OOV>' is none of the words"),
    Wrong("not split at blanks", edit((MAKE, 'tokenizer = Tokenizer(split=",")')), "tokenizer", "each sentence for one long word"),
    Wrong("not fitted", edit((FIT, "pass")), "tokenizer", "(?s)knows no words.*not read anything"),
    Wrong("only five sentences", edit((FIT, "tokenizer.fit_on_texts(sentences[:5])")), "tokenizer", "all the sentences, once"),
    Wrong("the class", steps(f"{SPLIT}\nsentences = [' '.join(words[i - 4:i]) for i in {LOOP}]\ntokenizer = Tokenizer\n"
                             "t = Tokenizer()\nt.fit_on_texts(sentences)\nsequences = t.texts_to_sequences(sentences)"),
          "tokenizer", "(?s)the class Tokenizer.*with parentheses"),
    Wrong("what fit returns", steps(f"{SPLIT}\nsentences = [' '.join(words[i - 4:i]) for i in {LOOP}]\nt = Tokenizer()\n"
                                    "tokenizer = t.fit_on_texts(sentences)\nsequences = t.texts_to_sequences(sentences)"),
          "tokenizer", "(?s)None.*returns nothing"),
    Wrong("a dictionary", steps(f"{SPLIT}\nsentences = [' '.join(words[i - 4:i]) for i in {LOOP}]\n"
                                "tokenizer = {w: n for n, w in enumerate(dict.fromkeys(words), 1)}\n"
                                "sequences = [[tokenizer[w] for w in s.split()] for s in sentences]"),
          "tokenizer", "a dictionary of 44"),
    # sequences
    Wrong("sequences of the words", edit((SEQUENCES, "tokenizer.texts_to_sequences(words)")), "sequences", "(?s)66 lists.*one by one"),
    Wrong("sequence of the text", edit((SEQUENCES, "tokenizer.texts_to_sequences([text])")), "sequences", "(?s)1 list: .*one list only"),
    Wrong("sequences of one string", edit((SEQUENCES, "tokenizer.texts_to_sequences(text)")), "sequences", "letter was taken for a text"),
    Wrong("a matrix", edit((SEQUENCES, "tokenizer.texts_to_matrix(sentences)")), "sequences", "not in which order"),
    Wrong("still words", edit((SEQUENCES, "sentences")), "sequences", "(?s)with words.*still words"),
    Wrong("turned back into words", edit((SEQUENCES, f"tokenizer.sequences_to_texts({SEQUENCES})")), "sequences", "still words"),
    Wrong("in one row", edit((SEQUENCES, f"sum({SEQUENCES}, [])")), "sequences", "something else"),
    Wrong("only the first three numbers", edit((SEQUENCES, f"[s[:3] for s in {SEQUENCES}]")), "sequences", "fewer numbers than"),
    Wrong("few words", edit((MAKE, "tokenizer = Tokenizer(num_words=20)")), "sequences", "(?s)no number here|fewer numbers"),
    Wrong("shifted to zero", edit((SEQUENCES, f"[[n - 1 for n in s] for s in {SEQUENCES}]")), "sequences", "not the numbers that your tokenizer"),
    Wrong("padded to ten", edit(("sequences = " + SEQUENCES, f"from keras.utils import pad_sequences\nsequences = pad_sequences({SEQUENCES}, 10)")),
          "sequences", "not the numbers"),
    Wrong("half of them", edit((SEQUENCES, "tokenizer.texts_to_sequences(sentences[::2])")), "sequences", "one list of numbers for each"),
    Wrong("before it has read", edit((FIT + "\n", f"sequences = {SEQUENCES}\n{FIT}\n"), ("sequences = " + SEQUENCES + "\n### END", "\n### END")),
          "sequences", "lists are empty"),
    Wrong("sequences missing", edit(("sequences = " + SEQUENCES, SEQUENCES), ('print("Sequences:", sequences[:5])', "")), "sequences",
          "does not make `sequences`"),
    Wrong("TextVectorization that has read nothing", edit(
        (MAKE, "import keras\ntokenizer = keras.layers.TextVectorization(vocabulary=['the', 'of'])"), (FIT, "pass"),
        (SEQUENCES, "tokenizer(sentences)")), "sequences", "Different words have the same number"),
    # no check gets to run
    Wrong("the import of 2019", bare("from keras.preprocessing.text import Tokenizer\n" + COURSE), "",
          "has moved. Write `from tensorflow.keras.preprocessing.text import Tokenizer`", "error"),
    Wrong("join of a list", steps("""
words = text.split()
sentences = []
for i in range(4, len(words)):
    sentences.append(words[i - 4 : i].join(" "))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = tokenizer.texts_to_sequences(sentences)
"""),
          "", r"belongs to the text that goes between", "error", blames=".join("),
    Wrong("words joined one by one", steps("""
words = text.split()
sentences = []
for i in range(4, len(words)):
    sentences.append(" ".join(words[i - 4], words[i - 3], words[i - 2], words[i - 1]))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = tokenizer.texts_to_sequences(sentences)
"""),
          "", r"`join` takes one list", "error", blames="join("),
    Wrong("split at nothing", steps("""
words = text.split('')
sentences = []
for i in range(4, len(words)):
    sentences.append(' '.join(words[i - 4:i]))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = tokenizer.texts_to_sequences(sentences)
"""),
          "", r"There is nothing in these quotes to part a text at", "error", blames="split("),
]  # fmt: skip

TYPICAL = "windows of three"

COURSE_2019 = [
    Course2019("""
from keras.preprocessing.text import Tokenizer

words = text.split(' ')
sentences = []
for i in range(4, len(words)):
    sentences.append(' '.join(words[i - 4:i]))
tokenizer = Tokenizer()
tokenizer.fit_on_texts(sentences)
sequences = tokenizer.texts_to_sequences(sentences)
print('Windows:\\n {}\\nNumbers:\\n {}'.format(sentences[:5], sequences[:5]))
""", "error", ("Line 2: .*has moved. Write `from tensorflow.keras.preprocessing.text import Tokenizer`",),
           (("from keras", "from tensorflow.keras"),)),
]  # fmt: skip
