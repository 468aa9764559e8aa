"""Template tags of the configuration and of every page."""
