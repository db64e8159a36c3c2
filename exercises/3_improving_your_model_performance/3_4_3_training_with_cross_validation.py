"""3.4.3 Training with cross-validation

The search has found good settings: a learning rate of 0.001, relu, 50 epochs, batches of
128. How good are they? One test set gives one number, and luck has a part in it.
Cross-validation cuts the data into parts, here 3. Each part is the test set once, for a
new network that has trained on the other two. That gives three accuracies, and their
spread tells how far you can trust their mean.

These are at hand:
- `create_model(learning_rate=0.001, activation="relu")`: makes and compiles a network.
  Without arguments it has the best settings already.
- `X`, `y`: 569 tumours, 30 measurements each, shape (569, 30), and 0 (malignant) or 1
  (benign), shape (569,).
- `KerasClassifier(model=..., ...)`: makes a network look like one of scikit-learn's own.
  It also takes `epochs`, `batch_size` and `verbose`, and hands them to fit.
- `cross_val_score(model, X, y, cv=k)`: trains and tests a model on k parts, and returns an
  array of k accuracies.

Steps
1. Make a `KerasClassifier` called `model` from `create_model`. It should train for 50
   epochs with a batch size of 128. `verbose=0` keeps it quiet.
2. Get the accuracies from a cross-validation with 3 parts, and keep them as `kfolds`.
"""

from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import cross_val_score

from grader.datasets import breast_cancer, networks

X, y = breast_cancer.load()
create_model = networks.cancer_network

# TODO: make a KerasClassifier that trains for 50 epochs with a batch size of 128
model = ____

# TODO: get the accuracy of each of 3 parts
kfolds = ____

print("Mean accuracy:", kfolds.mean())
print("Standard deviation:", kfolds.std())
