"""2.4.3 A combination of callbacks

When a training ends, the network is as the last epoch left it. That need not be its
best state. A second callback can save the network to a file each time it gets better,
so that the file holds the best one in the end.

The network tells fake banknotes (1) from real ones (0).

These are at hand:
- `model`: the compiled network, 4 measurements in, the probability of a fake out. Its
  metric is called `accuracy`.
- `X_train`, `y_train`: 960 banknotes to learn from, of shapes (960, 4) and (960,).
- `X_test`, `y_test`: 412 banknotes to validate on.

Steps
1. Import the two callbacks from `keras.callbacks`: one stops early, one saves models.
   Make `monitor_val_acc`, which watches the accuracy on the validation data and ends
   the training after 3 epochs in a row that bring nothing better.
2. Make `modelCheckpoint`, which saves to the file `best_banknote_model.keras`, in the
   current folder. It must keep the best model only. What is best may be judged by the
   validation loss (that is the default) or by the validation accuracy.
3. Train `model` on the training banknotes. Ask for an absurd number of epochs, ten
   million (10_000_000), validate on the test banknotes, and pass both callbacks along.
   Keep what fit returns as `history`.
"""

import keras

from grader.datasets import banknotes, networks

X_train, y_train, X_test, y_test = banknotes.load_split()
model = networks.banknote_network()

# TODO: import the callbacks; make `monitor_val_acc`, which watches the validation
# accuracy with a patience of 3
____

# TODO: make `modelCheckpoint`, which keeps the best model in best_banknote_model.keras
modelCheckpoint = ____

# TODO: train `model` with both callbacks: ten million epochs, validation on the test
# banknotes; keep the `history`
history = ____

print("Epochs until the end:", len(history.epoch))
