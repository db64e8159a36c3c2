"""4.3.1 Text prediction with LSTMs

A phone guesses your next word while you still type. A small network can learn to do the
same from a text: it reads three words and says which one comes next. In this lesson you
make such a network. It begins with the data.

Its samples are windows of four words. A window moves along the text, one word at a time,
so that neighbours overlap:

    it is not the
       is not the length
          not the length of

The first three words of a window go into the network later on, the fourth must come out.
But a network takes numbers only. So every word gets a number, always the same one:

    5  2 42  1
       2 42  1  6
         42  1  6  4

These are at hand:
- `text`: a string of 66 words, in lower case, with no punctuation.
- `Tokenizer`: from Keras. Its `fit_on_texts` reads a list of texts and numbers all the
  words in it: the most frequent word gets 1, the next one 2, and so on. After that its
  `texts_to_sequences` turns a list of texts into numbers, a list for each text.

Steps
1. Split `text` into a list of words, and keep it as `words`.
2. The loop fills the list `sentences` with windows. In each turn, join the four words
   `words[i - 4]` to `words[i - 1]` with blanks between, and append the string.
3. Make a `Tokenizer` without any options and call it `tokenizer`.
4. Let it read the sentences.
5. Turn the sentences into numbers, and keep the result as `sequences`.
"""

from tensorflow.keras.preprocessing.text import Tokenizer

from grader.datasets import quotes

text = quotes.load_text()

# TODO: split `text` into words
words = ____

sentences = []
for i in range(4, len(words)):
    # TODO: join the four words before position i, and append them to `sentences`
    ____

# TODO: make a tokenizer
tokenizer = ____

# TODO: let it read the sentences
____

# TODO: turn the sentences into numbers
sequences = ____

print("Sentences:", sentences[:5])
print("Sequences:", sequences[:5])
