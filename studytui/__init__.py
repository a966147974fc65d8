"""studytui: say what a torch function does, write it as loops, derive it; and let the machine judge."""

from importlib.metadata import version

__version__ = version("studytui")
