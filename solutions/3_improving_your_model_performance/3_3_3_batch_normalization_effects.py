"""3.3.3 Batch normalization effects

Two networks learn the digits: the one that you built in 3.3.2, and its twin without
batch normalization. All else is the same: layers, initial weights' distribution,
optimizer, data, epochs. So whatever differs between their learning curves comes from the
normalization.

These are at hand:
- `standard_model`: the compiled network without batch normalization.
- `batchnorm_model`: the compiled network with it.
- `X_train`, `y_train`: 1257 digits to learn from, of shapes (1257, 64) and (1257, 10).
- `X_test`, `y_test`: 540 digits to validate on.
- `compare_histories_acc(h1, h2)`: takes two histories, the standard network's first, and
  plots the accuracy of both: four lines, on training and on validation data.

Steps
1. Train `standard_model` on the training digits for 10 epochs. Let it validate on the
   test digits after each epoch. Keep what fit returns as `h1_callback`.
2. Train `batchnorm_model` in the same way, and keep what fit returns as `h2_callback`.
3. Compare the two histories in a plot.

Which network is ahead after the first epoch? And after the last?
"""

import matplotlib.pyplot as plt

from grader.datasets import digits, networks
from grader.datasets.plots import compare_histories_acc

X_train, y_train, X_test, y_test = digits.load_split()
standard_model = networks.deep_digits_network(batch_normalization=False)
batchnorm_model = networks.deep_digits_network(batch_normalization=True)

# TODO: train `standard_model` for 10 epochs, validate on the test digits, keep the history
### BEGIN SOLUTION
h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10)
### END SOLUTION

# TODO: train `batchnorm_model` in the same way, and keep its history, too
### BEGIN SOLUTION
h2_callback = batchnorm_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10)
### END SOLUTION

# TODO: compare the two histories in a plot
### BEGIN SOLUTION
compare_histories_acc(h1_callback, h2_callback)
### END SOLUTION
