"""What runs beside the learner's code. Nothing of it is believed."""
