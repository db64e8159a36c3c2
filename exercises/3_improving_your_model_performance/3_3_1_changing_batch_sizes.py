"""3.3.1 Changing batch sizes

fit does not look at all samples before it changes the weights. It takes a few of them,
a batch, and changes the weights after each. The smaller the batches, the more changes
there are in one epoch. How much does that matter? You train the same small network
twice, for the same number of epochs, with the smallest and with the largest batches that
there can be.

The network looks at a dot in the plane and says how likely it is to be blue.

These are at hand:
- `get_model()`: returns a new network each time, compiled and not yet trained. Two
  coordinates go in, the probability of blue comes out.
- `X_train`, `y_train`: 700 dots to learn from. The coordinates have shape (700, 2), the
  labels (700,): 0 is red, 1 is blue.
- `X_test`, `y_test`: 300 more dots for the test.

Steps
1. Get a network and train it on the training dots for 5 epochs, with batches of one dot.
2. Evaluate it on the test dots. Keep the accuracy, a number between 0 and 1, as
   `accuracy_batch_1`.
3. Get another network and train it for 5 epochs as well, this time with all 700 training
   dots in one batch.
4. Keep its accuracy on the test dots as `accuracy_full_batch`.

How many times did the weights of each network change in its 5 epochs?
"""

from grader.datasets import dots, networks

X_train, y_train, X_test, y_test = dots.load_split()
get_model = networks.dots_network

# TODO: get a network and train it for 5 epochs, with batches of one dot
____

# TODO: keep its accuracy on the test dots
accuracy_batch_1 = ____

# TODO: get another network and train it for 5 epochs, with all training dots in one batch
____

# TODO: keep its accuracy on the test dots
accuracy_full_batch = ____

print("Accuracy with batches of one dot:", accuracy_batch_1)
print("Accuracy with one batch of all dots:", accuracy_full_batch)
