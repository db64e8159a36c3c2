"""2.1.2 A binary classification model

Is a banknote real or fake? Four numbers were measured on a picture of each note:
variance, skewness, curtosis and entropy. From them a network shall tell the
probability that the note is fake.

There are two classes, so one output is enough: near 0 the note is real, near 1
it is fake. The sigmoid activation squashes any number into this range. A single
neuron is all you need: no hidden layer.

Steps
1. Make a sequential model called `model` that takes 4 numbers.
2. Add one dense layer with 1 neuron and the sigmoid activation.
3. Compile it: sgd as optimizer, the binary crossentropy as loss, and accuracy as
   its metric.
"""

from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes 4 numbers
model = ____

# TODO: add a dense layer of 1 neuron with sigmoid
____

# TODO: compile with sgd, binary crossentropy and accuracy
____

model.summary()
