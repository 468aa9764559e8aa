"""What people type, checked and normalised; the rules themselves live in the actions."""
