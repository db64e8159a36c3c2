"""Autograded exercises for people who learn deep learning with Keras."""

__version__ = "0.1.0"
