"""2.4.2 Early stopping your model

How many epochs are enough? You need not know beforehand. Ask for far too many, and let
a callback end the training when the network stops getting better on data that it does
not learn from.

The network tells fake banknotes (1) from real ones (0).

These are at hand:
- `model`: the compiled network, 4 measurements in, the probability of a fake out. Its
  metric is called `accuracy`.
- `X_train`, `y_train`: 960 banknotes to learn from, of shapes (960, 4) and (960,).
- `X_test`, `y_test`: 412 banknotes to validate on.

Steps
1. Import the callback for early stopping from `keras.callbacks`. Make one called
   `monitor_val_acc` that watches the accuracy on the validation data. It ends the
   training after 5 epochs in a row that bring nothing better (the patience).
2. Train `model` on the training banknotes. Ask for 1000 epochs, validate on the test
   banknotes, and pass the callback along.

Two reminders: Keras names a metric on the validation data like the metric itself, with
`val_` in front. And only a training with validation data has such a metric at all.
"""

import keras

from grader.datasets import banknotes, networks

X_train, y_train, X_test, y_test = banknotes.load_split()
model = networks.banknote_network()

# TODO: import the callback; make `monitor_val_acc`, which watches the validation
# accuracy with a patience of 5
____

# TODO: train `model`: 1000 epochs, validation on the test banknotes, with the callback
____
