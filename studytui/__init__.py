"""studytui: say what a torch function does, write it as loops, derive it; and let the machine judge."""

__version__ = "0.1.0"
