"""A sitting with the cards, without a UI: prompt, answer, verdict, rating, next card."""

from studytui.session.ratings import QUICK_SECONDS
from studytui.session.session import Session
from studytui.session.values import Choice, GraderLike, Phase, Summary

__all__ = ["QUICK_SECONDS", "Choice", "GraderLike", "Phase", "Session", "Summary"]
