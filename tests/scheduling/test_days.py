from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from studytui.scheduling.days import day_starts, study_day
from studytui.settings import SchedulingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

MICROSECOND = timedelta(microseconds=1)
# Clock changes at 02:00, at 01:00 UTC, by half an hour, around midnight; none at all; a whole date skipped in 2011.
ZONES = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Asia/Seoul", "Pacific/Apia"]


def settings(timezone: str | None = "Asia/Seoul", rollover_hour: int = 4) -> SchedulingSettings:
    return SchedulingSettings(timezone=timezone, rollover_hour=rollover_hour)


@pytest.fixture
def system_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365)]


def test_the_day_rolls_over_at_four_in_the_morning_local_time() -> None:
    seoul = ZoneInfo("Asia/Seoul")
    assert study_day(datetime(2026, 3, 10, 3, 59, 59, tzinfo=seoul), settings()) == date(2026, 3, 9)
    assert study_day(datetime(2026, 3, 10, 4, 0, 0, tzinfo=seoul), settings()) == date(2026, 3, 10)
    assert study_day(datetime(2026, 3, 10, 23, 59, tzinfo=seoul), settings()) == date(2026, 3, 10)


def test_the_rollover_hour_is_a_setting() -> None:
    at_two = datetime(2026, 3, 10, 2, tzinfo=ZoneInfo("Asia/Seoul"))
    assert study_day(at_two, settings(rollover_hour=0)) == date(2026, 3, 10)
    assert study_day(at_two, settings(rollover_hour=3)) == date(2026, 3, 9)


def test_the_instant_decides_not_the_zone_it_is_written_in() -> None:
    instant = datetime(2026, 3, 9, 19, tzinfo=UTC)  # 04:00 on the 10th in Seoul
    assert study_day(instant, settings()) == date(2026, 3, 10)
    assert study_day(instant.astimezone(ZoneInfo("America/Lima")), settings()) == date(2026, 3, 10)


@pytest.mark.parametrize("rollover_hour", [0, 1, 2, 3, 4, 23])
@pytest.mark.parametrize(("zone", "year"), [(zone, 2026) for zone in ZONES] + [("America/St_Johns", 2010)])
def test_every_day_of_a_year_starts_once_and_follows_the_one_before(zone: str, year: int, rollover_hour: int) -> None:
    ours = settings(zone, rollover_hour)
    for day in days_of(year):
        start = day_starts(day, ours)
        assert start.tzinfo is UTC
        assert study_day(start, ours) == day
        assert study_day(start - MICROSECOND, ours) == day - timedelta(days=1)


@pytest.mark.parametrize("rollover_hour", [0, 2, 4])
@pytest.mark.parametrize("zone", ["America/New_York", "America/St_Johns", "Australia/Lord_Howe"])
def test_time_never_runs_back_to_an_earlier_day(zone: str, rollover_hour: int) -> None:
    ours = settings(zone, rollover_hour)
    start = datetime(2010, 10, 1, tzinfo=UTC)
    days = [study_day(start + timedelta(minutes=20 * n), ours) for n in range(72 * 45)]
    assert days == sorted(days)
    assert len(set(days)) == (days[-1] - days[0]).days + 1


def test_clock_changes_make_days_of_23_and_25_hours() -> None:
    ours = settings("America/New_York")

    def length(day: date) -> timedelta:
        return day_starts(day + timedelta(days=1), ours) - day_starts(day, ours)

    assert length(date(2026, 3, 7)) == timedelta(hours=23)  # clocks go forward early on the 8th
    assert length(date(2026, 10, 31)) == timedelta(hours=25)  # and back early on November 1st
    assert length(date(2026, 3, 8)) == length(date(2026, 11, 1)) == timedelta(hours=24)


def test_a_date_that_a_zone_skips_has_no_instant_and_takes_none_from_its_neighbours() -> None:
    ours = settings("Pacific/Apia")  # went from the 29th to the 31st of December 2011 at midnight
    assert day_starts(date(2011, 12, 30), ours) == day_starts(date(2011, 12, 31), ours)
    start = day_starts(date(2011, 12, 31), ours)
    assert study_day(start, ours) == date(2011, 12, 31)
    assert study_day(start - MICROSECOND, ours) == date(2011, 12, 29)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Seoul"])
def test_without_a_setting_the_systems_own_rules_count(zone: str, system_zone: pytest.MonkeyPatch) -> None:
    system_zone.setenv("TZ", zone)
    time.tzset()
    local, named = settings(None), settings(zone)
    for day in days_of(2026):
        assert day_starts(day, local) == day_starts(day, named)
        for hours in (-1, 0, 1):
            instant = day_starts(day, named) + timedelta(hours=hours)
            assert study_day(instant, local) == study_day(instant, named)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        study_day(datetime(2026, 3, 10, 12), settings())  # noqa: DTZ001 (the point of the test)
