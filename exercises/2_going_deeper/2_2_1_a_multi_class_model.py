"""2.2.1 A multi-class model

Four friends throw darts: Kate, Michael, Steve and Susan. All we know of a throw is
where it landed on the board. Who threw it?

Each throw was made by exactly one of the four, so this is a multi-class problem. The
network takes 2 numbers, the x and y coordinate, and gives 4 probabilities that add up
to 1, one for each friend. In this exercise you build and compile it.

Steps
1. Make a sequential model called `model` that takes 2 numbers. Give it three dense
   layers of 128, 64 and 32 neurons, each with the relu activation.
2. Add a dense layer with one neuron per friend. Choose the activation that turns the 4
   outputs into probabilities that add up to 1.
3. Compile the model: the adam optimizer, the categorical crossentropy loss, and
   accuracy as its metric.
"""

import keras
from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes 2 numbers, and add dense layers of
# 128, 64 and 32 neurons with relu
____

# TODO: add the output layer: one neuron per friend, and the activation that makes
# the outputs add up to 1
____

# TODO: compile with adam, categorical crossentropy and accuracy
____
