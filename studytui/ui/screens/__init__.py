"""Each screen, with its .tcss beside it."""
