"""What the engine costs, measured against the random-number floor."""
