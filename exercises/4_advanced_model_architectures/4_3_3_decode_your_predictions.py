"""4.3.3 Decode your predictions

The network of 4.3.2 has been trained on the windows of the text: 500 epochs with adam and
categorical crossentropy, which took a few seconds. But it still speaks in numbers: three
numbers in, 44 probabilities out. You write the function that translates, from words to
words.

These are at hand:
- `model`: the trained network. It takes an array with a row of three numbers for each
  prompt, and gives a row of 44 probabilities. The place of a probability in the row,
  counted from 0, is the number of its word.
- `tokenizer`: fitted as in 4.3.1. `tokenizer.texts_to_sequences` takes a list of texts and
  turns words into numbers; `tokenizer.index_word` is a dictionary that has the word for
  each number.
- `np`: NumPy.

Steps
1. Complete `predict_text`. It takes `test_text`, a string of words with blanks between.
   The words are all from the text that the network has read. If there are not exactly
   three, the function prints a message that says so, and returns `False`.
2. It turns the string into numbers: an array of shape (1, 3), called `test_seq`.
3. It lets `model` predict, and keeps the number of the most probable word as `pred`.
4. It returns that word, as a string.
"""

import numpy as np

from grader.datasets import quotes, trained

model = trained.load("quotes")
tokenizer = quotes.load_tokenizer()

# TODO: complete this function in four steps


def predict_text(test_text):
    # TODO: if `test_text` does not have three words, print a message and return False
    ____

    # TODO: turn the words into numbers, an array of shape (1, 3)
    test_seq = ____

    # TODO: let the model predict, and find the number of the most probable word
    pred = ____

    # TODO: return the word with this number
    ____


print(predict_text("it is not"))
print(predict_text("it is"))
