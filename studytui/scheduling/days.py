"""Study days: they roll over at an hour of the learner's morning, so that a late evening is still today.

A day is found from the instants at which days start, not from the wall clock alone: starts never go backwards, so an
hour that comes twice or never, or a date that a time zone skips, gives no day twice and splits none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from studytui.settings import SchedulingSettings

_DAY = timedelta(days=1)


def day_starts(day: date, settings: SchedulingSettings) -> datetime:
    """The UTC instant at which the study day `day` starts.

    Where the rollover hour comes twice it is the first one; where clocks jump over it, the instant of the jump.
    """
    wall = datetime.combine(day, time(settings.rollover_hour))
    if settings.timezone is not None:
        wall = wall.replace(tzinfo=ZoneInfo(settings.timezone))
    return wall.astimezone(UTC)


def study_day(now: datetime, settings: SchedulingSettings) -> date:
    """The study day that the aware time `now` belongs to.

    Raises:
        ValueError: `now` is naive; which instant it means would depend on the machine.
    """
    if now.tzinfo is None:
        raise ValueError(f"{now!r} has no time zone")
    local = now.astimezone(None if settings.timezone is None else ZoneInfo(settings.timezone))
    day = (local.replace(tzinfo=None) - timedelta(hours=settings.rollover_hour)).date()
    while day_starts(day + _DAY, settings) <= now:
        day += _DAY
    while day_starts(day, settings) > now:
        day -= _DAY
    return day
