"""Keras-aware expectations that the checks are written in."""
