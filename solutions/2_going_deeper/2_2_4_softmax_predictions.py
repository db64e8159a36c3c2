"""2.2.4 Softmax predictions

The network now knows the four dart players. For each throw it gives four probabilities
that add up to 1, because its last layer uses softmax. Often you want just one answer:
who was it, most likely? You look at five new throws in both ways.

These are at hand:
- `model`: the trained network, 2 numbers in, 4 probabilities out. The probabilities are
  in the order Kate, Michael, Steve, Susan: the indices 0, 1, 2, 3.
- `coords_small_test`: where five new throws landed, shape (5, 2).
- `competitors_small_test`: who threw them, one-hot, shape (5, 4).
- `np`: NumPy.

Steps
1. Predict the five throws with `model`. Keep the probabilities as they come, shape
   (5, 4), as `preds`.
2. Find for each throw the index of its largest probability. Keep the five indices, in
   the order of the throws, as `preds_chosen`.

Compare the output with the labels. Which throw is the network wrong about, and how sure
was it?
"""

import numpy as np

from grader.datasets import darts, trained

np.set_printoptions(precision=3, suppress=True)  # shows 0.002 instead of 2.0e-03

model = trained.load("darts")
coords_small_test, competitors_small_test = darts.load_small_test()

# TODO: predict the five throws and keep the probabilities as `preds`
### BEGIN SOLUTION
preds = model.predict(coords_small_test)
### END SOLUTION

print("Probabilities of Kate, Michael, Steve and Susan:")
print(preds)
print("Labels:")
print(competitors_small_test)

# TODO: find the index of the largest probability of each throw, as `preds_chosen`
### BEGIN SOLUTION
preds_chosen = np.argmax(preds, axis=1)
### END SOLUTION

print("Most likely:", preds_chosen)
