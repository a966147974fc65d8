"""When a card comes back: pure functions of memory, rating and now."""
