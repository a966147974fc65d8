"""Spans, times and untrusted text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.content import Content

from studytui.ui.format import hanging, printable, span, spent, until
from studytui.ui.texts import Texts

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "english", "korean"),
    [
        (timedelta(seconds=20), "1 min", "1분"),
        (timedelta(minutes=10), "10 min", "10분"),
        (timedelta(minutes=59, seconds=40), "1 h", "1시간"),
        (timedelta(hours=23), "23 h", "23시간"),
        (timedelta(hours=23, minutes=50), "1 day", "1일"),
        (timedelta(days=3), "3 days", "3일"),
        (timedelta(days=30), "30 days", "30일"),
        (timedelta(days=37), "1.2 months", "1.2개월"),
        (timedelta(days=61), "2 months", "2개월"),
        (timedelta(days=365.3), "1 year", "1년"),
        (timedelta(days=36_500), "99.9 years", "99.9년"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_fits(length: timedelta, english: str, korean: str) -> None:
    assert span(Texts("en"), length) == english
    assert span(Texts("ko"), length) == korean


def test_time_spent_is_told_to_the_second() -> None:
    assert spent(Texts("en"), 12.4) == "12 s"
    assert spent(Texts("en"), 252) == "4 min 12 s"


def test_what_is_due_within_a_day_is_told_with_the_clock() -> None:
    texts = Texts("en")
    assert until(texts, NOW + timedelta(minutes=25), NOW, UTC) == "in 25 min (12:25)"
    assert until(texts, NOW + timedelta(days=3), NOW, UTC) == "in 3 days"
    assert until(texts, NOW - timedelta(seconds=1), NOW, UTC) == "now"


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert printable("a\x1b]52;c;x\x07b\x7f\x9b") == "a␛]52;c;x␇b␡�"
    assert printable("tab\tand\nnewline, 한국어") == "tab\tand\nnewline, 한국어"
    assert printable("\ud800") == "�"


def test_broken_lines_hang_by_cells_and_not_by_characters() -> None:
    lines = hanging(Content("가나다라 마바사"), 8, 3).plain.split("\n")
    assert lines == ["가나다라", "   마바사"]
