"""The work itself: cases from the first question to the answer."""
