"""What the learner sees: textual lives here and in app."""
