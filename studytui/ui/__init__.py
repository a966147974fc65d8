"""What the learner sees: textual lives here and in app."""

import os

# textual reads both once, when it is first imported. With the Kitty protocol on, some terminals lose the text that a
# Korean input method composes; a learner who wants it sets the variable to 0.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
# textual waits for the next of so many frames a second to paint what has changed; of 60, a key took 18 ms, now it is 3.
os.environ.setdefault("TEXTUAL_FPS", "240")
