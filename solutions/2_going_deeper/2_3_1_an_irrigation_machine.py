"""2.3.1 An irrigation machine

A farm has 3 parcels of land and 20 sensors. From what the sensors measure, a
machine decides which parcels get water: none, one, two or all three.

So a sample can have several labels at once. The network has one output for each
parcel, and each is a probability of its own: they need not add up to 1. In this
exercise you build and compile the network.

Steps
1. Make a sequential model called `model` that takes 20 numbers. Add a dense layer
   of 64 neurons with the relu activation.
2. Add a dense layer with one neuron for each parcel. Choose the activation that
   makes every output a probability of its own.
3. Compile it: the adam optimizer and the binary crossentropy loss, which looks at
   each output by itself. As its metric take the binary accuracy,
   `"binary_accuracy"`: the share of single outputs that are right.
"""

from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes 20 numbers, and add a dense layer of
# 64 neurons with relu
### BEGIN SOLUTION
model = Sequential([Input((20,))])
model.add(Dense(64, activation="relu"))
### END SOLUTION

# TODO: add the output layer, one neuron for each parcel
### BEGIN SOLUTION
model.add(Dense(3, activation="sigmoid"))
### END SOLUTION

# TODO: compile with adam, binary crossentropy and the binary accuracy
### BEGIN SOLUTION
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"])
### END SOLUTION

model.summary()
