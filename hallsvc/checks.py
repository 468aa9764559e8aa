"""What must be so before the hall starts."""
