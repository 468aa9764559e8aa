"""What people type, checked and normalised; the rules live in the actions."""
