"""3.4.2 Tuning the model parameters

Which settings suit the tumour network best? Two activations, three batch sizes, three
numbers of epochs and three learning rates make 54 combinations. A random search tries
ten of them, picked at random, and measures each with cross-validation.

scikit-learn knows how to search, but not what a Keras model is. `KerasClassifier` stands
between them: it makes your network look like one of scikit-learn's own.

These are at hand:
- `create_model(learning_rate, activation)`: makes and compiles a network, as in 3.4.1.
- `X`, `y`: 569 tumours, 30 measurements each, shape (569, 30), and 0 (malignant) or 1
  (benign), shape (569,).
- `KerasClassifier(model=..., ...)`: takes the function that makes the network, and the
  settings of fit, such as `epochs` and `batch_size`. Any argument of your function can be
  tuned if it is declared here as well, with a value to start from, by its own name.
- `RandomizedSearchCV` and `KFold` from scikit-learn. `KFold(k)` cuts data into k parts.
- `show_results()`: prints what came out of such a search. We ran it for you.

Steps
1. Make a `KerasClassifier` called `model` from `create_model`. Declare `learning_rate`
   and `activation`, with values of your choice.
2. Make a dictionary called `params` with a list of values to try for each name:
   - `activation`: "relu", "tanh"
   - `batch_size`: 32, 128, 256
   - `epochs`: 50, 100, 200
   - `learning_rate`: 0.1, 0.01, 0.001
3. Make a `RandomizedSearchCV` called `random_search` that tunes `model` over these
   values, with a `KFold` of 3 parts for its cross-validation.

The search is not run in this exercise: it trains 31 networks, and that takes minutes. If
you have them to spare, add `random_search.fit(X, y)` and look at its `best_params_`.
"""

from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import KFold, RandomizedSearchCV

from grader.datasets import breast_cancer, networks
from grader.datasets.search_results import show_results

X, y = breast_cancer.load()
create_model = networks.cancer_network

# TODO: make a KerasClassifier that can be tuned in `learning_rate` and `activation`
model = ____

# TODO: list the values to try, for each name
params = ____

# TODO: make the random search, with 3 parts for cross-validation
random_search = ____

show_results()
