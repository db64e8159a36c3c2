"""4.3.2 Build your LSTM model

The text of 4.3.1 is numbers now. Next comes the network that learns from them: the
numbers of three words go in, and a probability for every word that may come next comes
out. The network has four layers.

- An embedding learns a short list of numbers for each word, a vector, so that words that
  are used alike get similar ones. It must know how many different numbers there are.
- An LSTM reads the three vectors one after the other, keeps in mind what matters, and
  gives one vector for all three words together.
- A dense layer thinks that over.
- A second dense layer has an output for each word. The outputs are probabilities, and add
  up to 1.

These are at hand:
- `vocab_size`: 44. The words have the numbers 1 to 43, and 0 means that there is no word.

Steps
1. Make a sequential model called `model` that takes 3 numbers.
2. Add an embedding for `vocab_size` different numbers, with vectors of length 8.
3. Add an LSTM layer of 32 units.
4. Add a dense layer of 32 neurons with the relu activation, and an output layer of
   `vocab_size` neurons with the activation that makes the outputs add up to 1.
"""

import keras
from keras.layers import LSTM, Dense, Embedding, Input
from keras.models import Sequential

vocab_size = 44

# TODO: make a sequential `model` that takes 3 numbers
### BEGIN SOLUTION
model = Sequential()
model.add(Input((3,)))
### END SOLUTION

# TODO: add an embedding that makes a vector of length 8 of every number
### BEGIN SOLUTION
model.add(Embedding(vocab_size, 8))
### END SOLUTION

# TODO: add an LSTM layer of 32 units
### BEGIN SOLUTION
model.add(LSTM(32))
### END SOLUTION

# TODO: add a hidden layer of 32 neurons with relu, and an output layer of `vocab_size`
# neurons whose outputs add up to 1
### BEGIN SOLUTION
model.add(Dense(32, activation="relu"))
model.add(Dense(vocab_size, activation="softmax"))
### END SOLUTION

model.summary()
