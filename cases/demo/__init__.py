"""Two believable weeks of the demo hall, played through the actions alone."""
