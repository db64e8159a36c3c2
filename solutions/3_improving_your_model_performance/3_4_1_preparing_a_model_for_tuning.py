"""3.4.1 Preparing a model for tuning

A learning rate of 0.01 or rather of 0.001? relu or tanh? Nobody can tell beforehand.
scikit-learn can try such settings out for you, if you hand it a function that makes a new
network for whatever settings it comes up with. In this exercise you write that function.

The network is for 569 tumours. 30 measurements of a tumour go in, and the probability
that it is benign comes out.

`Adam`, the optimizer, is imported as a class. So you can tell it the learning rate that
it should use.

Steps
1. Write a function `create_model(learning_rate, activation)`. Keep these names:
   scikit-learn will pass the settings by them. In the function,
   - make an `Adam` optimizer with the given learning rate,
   - make a sequential model that takes 30 numbers, with dense layers of 128 and of 256
     neurons that have the given activation, and one output neuron that gives a
     probability,
   - compile the model with your optimizer, the binary crossentropy loss, and accuracy as
     its metric,
   - return the model.

Your function is tried with settings that it has not seen. Try it out yourself as well:
`create_model(0.01, "tanh").summary()`.
"""

from keras.layers import Dense, Input
from keras.models import Sequential
from keras.optimizers import Adam

# TODO: write the function `create_model(learning_rate, activation)`
### BEGIN SOLUTION
def create_model(learning_rate, activation):
    optimizer = Adam(learning_rate=learning_rate)
    model = Sequential()
    model.add(Input((30,)))
    model.add(Dense(128, activation=activation))
    model.add(Dense(256, activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model
### END SOLUTION
