"""4.2.4 Using a real world model

The photograph is ready. Now ResNet50 tells you what it sees in it: a network of 50
layers that has learned 1000 classes from the pictures of ImageNet, a large collection
of photographs. You need not train it.

These are at hand:
- `img_ready`: the photograph of 4.2.3, preprocessed, of shape (1, 224, 224, 3).
- `ResNet50`: from Keras. It makes the network. Its argument `weights` says which
  weights the network begins with: "imagenet" stands for those that it has learned.
- `decode_predictions`: from Keras. It takes the network's predictions and gives, for
  each image, a list of the most probable classes: their ids, names and probabilities.
  Its argument `top` says how many.

The weights take 103 MB. If they are not on your machine, you get a stand-in in their
place: the same network with random weights. It says so, and it is good enough to find
out whether your code is right. `grade data fetch resnet50` downloads the real ones.

Steps
1. Make a ResNet50 that has learned from ImageNet, and call it `model`.
2. Predict the photograph. Keep the 1000 probabilities, of shape (1, 1000), as `preds`.
3. Decode them into the 3 most probable classes, and keep these as `top3`.
"""

from keras.applications.resnet50 import ResNet50, decode_predictions

from grader.datasets import photo, resnet50

resnet50.install()  # so that nothing is downloaded before you want it to be
img_ready = photo.load_ready()

# TODO: make a ResNet50 with what it has learned from ImageNet
### BEGIN SOLUTION
model = ResNet50(weights="imagenet")
### END SOLUTION

# TODO: predict the photograph
### BEGIN SOLUTION
preds = model.predict(img_ready)
### END SOLUTION

# TODO: decode the predictions into the 3 most probable classes
### BEGIN SOLUTION
top3 = decode_predictions(preds, top=3)[0]
### END SOLUTION

print("In the photograph:", top3)
