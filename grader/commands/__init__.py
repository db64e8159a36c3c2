"""The commands of `grade`, by what they are for."""
