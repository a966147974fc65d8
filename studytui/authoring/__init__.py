"""What the author of a deck uses."""
