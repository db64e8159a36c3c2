"""2.3.2 Training with multiple labels

The irrigation machine learns which parcels of a field need water. It reads 20 sensors
and gives one probability for each of 3 parcels. Any number of parcels may need water at
the same time: none, one, two or all three.

These are at hand:
- `model`: the compiled network, 20 numbers in, 3 probabilities out. Its accuracy counts
  every parcel on its own: two parcels of three right is two thirds, not a miss.
- `sensors_train`, `parcels_train`: 1400 fields to learn from. The sensors have shape
  (1400, 20), the labels (1400, 3), where 1 means water and 0 means none.
- `sensors_test`, `parcels_test`: 600 more fields for the test.

Steps
1. Train `model` on the training fields for 100 epochs. Let fit set aside a fifth (0.2)
   of them for validation.
2. Predict the test fields. Keep the probabilities as they come, shape (600, 3), as
   `preds`.
3. Round the probabilities to 0 and 1, and keep the result as `preds_rounded`. Leave
   `preds` as it is.
4. Evaluate the model on the test fields. Keep the accuracy, a number between 0 and 1,
   as `accuracy`.
"""

import numpy as np

from grader.datasets import irrigation, networks

sensors_train, parcels_train, sensors_test, parcels_test = irrigation.load_split()
model = networks.irrigation_network()

# TODO: train `model` for 100 epochs; a fifth of the training fields is for validation
____

# TODO: predict the test fields and keep the probabilities as `preds`
preds = ____

# TODO: round them to 0 and 1, under the name `preds_rounded`
preds_rounded = ____

print("Water needed, as 0 or 1:")
print(preds_rounded)

# TODO: evaluate the model on the test fields and keep the accuracy
accuracy = ____

print("Accuracy on new fields:", accuracy)
