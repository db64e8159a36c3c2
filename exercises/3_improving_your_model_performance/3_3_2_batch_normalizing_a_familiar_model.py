"""3.3.2 Batch normalizing a familiar model

The digits once more: 64 pixels in, and ten probabilities out. This time the network is
deeper. In a deep network, what one layer hands to the next drifts and swells while all of
them learn. Batch normalization stands between two layers and brings the numbers of each
batch back to about mean 0 and standard deviation 1. The layer behind it then has steady
ground to learn on.

In this exercise you build and compile such a network. In the next one you find out
whether it is worth it.

The dense layers should start with normally distributed weights. `Dense` takes a
`kernel_initializer` for that, and "normal" is the name of the one to use.

Steps
1. Import `BatchNormalization` from `keras.layers`.
2. Make a sequential model called `batchnorm_model` that takes 64 numbers. Give it three
   dense layers of 50 neurons, each with the relu activation and the initializer "normal",
   and put a batch normalization behind each of the three.
3. Add the output layer: 10 neurons that give probabilities which add up to 1, with the
   same initializer.
4. Compile the model: the sgd optimizer, the categorical crossentropy loss, and accuracy
   as its metric.

What you get has 9460 parameters. 300 of them are not learned but measured: the mean and
the variance that each normalization keeps for each of its 50 numbers.
"""

from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: import BatchNormalization
____

# TODO: make a sequential `batchnorm_model` that takes 64 numbers, and add three dense
# layers, each with a batch normalization behind it
____

# TODO: add the output layer
____

# TODO: compile with sgd, categorical crossentropy and accuracy
____

batchnorm_model.summary()
