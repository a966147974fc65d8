"""What the learner sees: textual lives here and in app."""

import os

# textual reads this once, when it is first imported. With the Kitty protocol on, some terminals lose the text that a
# Korean input method composes; a learner who wants it sets the variable to 0.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
