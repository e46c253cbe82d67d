"""The simulated world beside published figures: how far levels can be believed."""
