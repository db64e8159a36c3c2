"""3.1.1 Learning the digits

A grey image of 8 by 8 pixels shows a handwritten digit. Which one is it? This time you
build the whole network for that on your own, from the first layer to compile.

The network takes 64 numbers, one for each pixel, and gives 10 probabilities that add up
to 1, one for each digit from 0 to 9.

It is good practice to let a new network predict something before you train it. What it
says is nonsense, but if the shapes do not fit together, you learn so at once.

These are at hand:
- `X_train`, `y_train`: 1257 digits to learn from. The pixels have shape (1257, 64), with
  brightness from 0 to 16. The labels are one-hot, of shape (1257, 10).
- `X_test`, `y_test`: 540 more digits.

Steps
1. Make a sequential model called `model` that takes 64 numbers. Give it a dense layer of
   16 neurons with the relu activation.
2. Add a dense layer with one neuron per digit. Its activation must turn the 10 outputs
   into probabilities that add up to 1.
3. Compile the model: the adam optimizer, the categorical crossentropy loss, and
   accuracy as its metric.
4. Predict the training digits with the untrained model, and keep the result, of shape
   (1257, 10), as `preds`.
"""

from keras.layers import Dense, Input
from keras.models import Sequential

from grader.datasets import digits

X_train, y_train, X_test, y_test = digits.load_split()

# TODO: make a sequential `model` that takes 64 numbers, and add a dense layer of 16
# neurons with relu
____

# TODO: add the output layer: one neuron per digit, and the activation that makes the
# outputs add up to 1
____

# TODO: compile with adam, categorical crossentropy and accuracy
____

# TODO: predict the training digits and keep the result as `preds`
preds = ____

print("Before training, the first digit looks like this to the model:")
print(preds[0])
