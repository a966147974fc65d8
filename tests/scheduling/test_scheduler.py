from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import fsrs_rs_python
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from studytui.errors import SettingsError
from studytui.scheduling.fuzz import fuzz_range, fuzzed
from studytui.scheduling.scheduler import Scheduler
from studytui.scheduling.types import Memory, Rating, State
from studytui.settings import SchedulingSettings

AGAIN, HARD, GOOD, EASY = Rating
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
CARD = "tensors/view"
PLAIN = SchedulingSettings(timezone="UTC", fuzz=False)
NEW_YORK = ZoneInfo("America/New_York")


def reviewed(
    scheduler: Scheduler, ratings: list[Rating], start: datetime = START, card: str = CARD
) -> tuple[Memory, list[int]]:
    """The memory after each rating was given exactly when the card was due, and the intervals in days."""
    memory: Memory | None = None
    intervals = []
    now = start
    for rating in ratings:
        memory = scheduler.next_memories(card, memory, now)[rating]
        intervals.append((memory.due_day - memory.last_day).days)
        now = memory.due
    assert memory is not None
    return memory, intervals


def in_review(
    stability: float, *, days_ago: int = 10, reps: int = 5, lapses: int = 0, difficulty: float = 5.0
) -> Memory:
    last = START - timedelta(days=days_ago)
    return Memory(State.REVIEW, None, stability, difficulty, START, START.date(), last, last.date(), reps, lapses)


# The three conformance vectors; default parameters, no fuzz.


def test_vector_intervals_when_reviewed_on_time() -> None:
    ratings = [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5
    assert reviewed(Scheduler(PLAIN), ratings)[1] == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_vector_memory_after_six_reviews() -> None:
    memory = None
    now = START
    for rating, elapsed in zip([AGAIN, GOOD, GOOD, GOOD, GOOD, GOOD], [0, 0, 1, 3, 8, 21], strict=True):
        now += timedelta(days=elapsed)
        memory = Scheduler(PLAIN).next_memories(CARD, memory, now)[rating]
    assert memory is not None
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_vector_intervals_by_desired_retention() -> None:
    curve = fsrs_rs_python.FSRS(fsrs_rs_python.DEFAULT_PARAMETERS)
    days = [fuzzed(curve.next_interval(1.0, tenths / 10, GOOD), None, 1, 10**7) for tenths in range(1, 11)]
    assert days == [3116766, 34793, 2508, 387, 90, 27, 9, 3, 1, 1]


# Steps.


def test_a_new_card_goes_through_its_learning_steps_and_graduates() -> None:
    scheduler = Scheduler(PLAIN)
    first = scheduler.next_memories(CARD, None, START)
    assert {rating: (m.state, m.step, m.due - START) for rating, m in first.items() if rating is not EASY} == {
        AGAIN: (State.LEARNING, 0, timedelta(seconds=60)),
        HARD: (State.LEARNING, 0, timedelta(seconds=330)),
        GOOD: (State.LEARNING, 1, timedelta(seconds=600)),
    }
    assert (first[EASY].state, first[EASY].step, first[EASY].due_day) == (State.REVIEW, None, date(2026, 1, 13))
    second = scheduler.next_memories(CARD, first[GOOD], first[GOOD].due)
    assert (second[AGAIN].state, second[AGAIN].step) == (State.LEARNING, 0)
    assert second[HARD].due - first[GOOD].due == timedelta(seconds=600)
    assert (second[GOOD].state, second[GOOD].due_day) == (State.REVIEW, date(2026, 1, 7))
    assert second[EASY].due_day > second[GOOD].due_day
    assert [m.lapses for m in second.values()] == [0, 0, 0, 0]
    assert [m.reps for m in second.values()] == [2, 2, 2, 2]


def test_a_single_learning_step_has_hard_half_as_long_again() -> None:
    memories = Scheduler(SchedulingSettings(timezone="UTC", learning_steps=(600,))).next_memories(CARD, None, START)
    assert memories[AGAIN].due - START == timedelta(seconds=600)
    assert memories[HARD].due - START == timedelta(seconds=900)
    assert memories[GOOD].state is State.REVIEW


def test_without_learning_steps_every_rating_of_a_new_card_gives_days() -> None:
    memories = Scheduler(SchedulingSettings(timezone="UTC", learning_steps=())).next_memories(CARD, None, START)
    assert all(m.state is State.REVIEW and m.step is None for m in memories.values())
    days = [(m.due_day - m.last_day).days for m in memories.values()]
    assert 1 <= days[0] <= days[1] < days[2] < days[3]


def test_a_forgotten_card_relearns_and_counts_a_lapse() -> None:
    scheduler = Scheduler(PLAIN)
    memories = scheduler.next_memories(CARD, in_review(20.0), START)
    again = memories[AGAIN]
    assert (again.state, again.step, again.lapses) == (State.RELEARNING, 0, 1)
    assert again.due - START == timedelta(seconds=600)
    assert [memories[rating].lapses for rating in (HARD, GOOD, EASY)] == [0, 0, 0]
    second = scheduler.next_memories(CARD, again, again.due)
    assert (second[AGAIN].state, second[AGAIN].lapses) == (State.RELEARNING, 1)
    assert second[HARD].due - again.due == timedelta(seconds=900)
    assert (second[GOOD].state, second[GOOD].lapses) == (State.REVIEW, 1)


def test_without_relearning_steps_a_forgotten_card_comes_back_in_days() -> None:
    again = Scheduler(SchedulingSettings(timezone="UTC", relearning_steps=())).next_memories(
        CARD, in_review(20.0), START
    )[AGAIN]
    assert (again.state, again.step, again.lapses) == (State.REVIEW, None, 1)
    assert again.due_day > again.last_day


def test_steps_taken_out_of_the_settings_meanwhile_do_not_strand_a_card() -> None:
    learning = Scheduler(SchedulingSettings(timezone="UTC", learning_steps=(60, 600, 3600)))
    memory = reviewed(learning, [GOOD, GOOD])[0]
    assert memory.step == 2
    assert Scheduler(PLAIN).next_memories(CARD, memory, START)[GOOD].state is State.REVIEW
    none = Scheduler(SchedulingSettings(timezone="UTC", learning_steps=()))
    assert none.next_memories(CARD, memory, START)[AGAIN].state is State.REVIEW


def test_a_step_past_the_end_of_the_day_is_over_when_the_next_day_starts() -> None:
    late = datetime(2026, 1, 6, 3, 55, tzinfo=UTC)
    good = Scheduler(PLAIN).next_memories(CARD, None, late)[GOOD]
    assert (good.last_day, good.due_day) == (date(2026, 1, 5), date(2026, 1, 6))
    assert good.due == datetime(2026, 1, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize("hour", [5, 12, 23])
def test_a_step_of_a_day_is_a_study_day_at_any_hour(hour: int) -> None:
    scheduler = Scheduler(SchedulingSettings(timezone="UTC", learning_steps=(60, 86_400)))
    good = scheduler.next_memories(CARD, None, START.replace(hour=hour))[GOOD]
    assert (good.state, good.due) == (State.LEARNING, datetime(2026, 1, 6, 4, tzinfo=UTC))


# Intervals.


@given(
    stability=st.floats(0.01, 40_000),
    difficulty=st.floats(1, 10),
    days_ago=st.integers(0, 4_000),
    reps=st.integers(0, 500),
    fuzz=st.booleans(),
    maximum=st.integers(1, 36_500),
    retention=st.floats(0.7, 0.99),
)
def test_intervals_of_a_review_are_strictly_ordered_below_the_maximum(
    stability: float, difficulty: float, days_ago: int, reps: int, fuzz: bool, maximum: int, retention: float
) -> None:
    settings = SchedulingSettings(
        timezone="UTC", fuzz=fuzz, maximum_interval=maximum, desired_retention=retention, relearning_steps=()
    )
    memory = in_review(stability, days_ago=days_ago, reps=reps, difficulty=difficulty)
    days = [(m.due_day - m.last_day).days for m in Scheduler(settings).next_memories(CARD, memory, START).values()]
    again, hard, good, easy = days
    assert 1 <= again <= hard
    assert good == min(maximum, max(good, hard + 1))
    assert easy == min(maximum, max(easy, good + 1))
    assert max(days) <= maximum


@given(st.floats(0.5, 3_000), st.integers(1, 400), st.text(max_size=20))
def test_fuzzed_intervals_stay_in_the_range_of_the_unfuzzed_one(stability: float, days_ago: int, card: str) -> None:
    memory = in_review(stability, days_ago=days_ago)
    fuzzy = Scheduler(SchedulingSettings(timezone="UTC")).next_memories(card, memory, START)
    memory_state = fsrs_rs_python.MemoryState(memory.stability, memory.difficulty)
    states = fsrs_rs_python.FSRS(fsrs_rs_python.DEFAULT_PARAMETERS).next_states(memory_state, 0.9, days_ago)
    least = 1
    for rating, state in ((HARD, states.hard), (GOOD, states.good), (EASY, states.easy)):
        days = (fuzzy[rating].due_day - fuzzy[rating].last_day).days
        low, high = fuzz_range(state.interval)
        assert min(max(low, least), 36_500) <= days <= min(max(high, least), 36_500)
        least = days + 1


def test_fuzz_is_the_same_when_the_same_repetition_is_rated_again() -> None:
    scheduler = Scheduler(SchedulingSettings(timezone="UTC"))
    memory = in_review(300.0)
    assert scheduler.next_memories(CARD, memory, START) == scheduler.next_memories(CARD, memory, START)
    assert Scheduler(scheduler.settings).next_memories(CARD, memory, START) == scheduler.next_memories(
        CARD, memory, START
    )
    intervals = {scheduler.next_memories(f"tensors/{n}", memory, START)[GOOD].due_day for n in range(50)}
    assert len(intervals) > 10


def test_a_higher_desired_retention_gives_shorter_intervals() -> None:
    days = [
        Scheduler(SchedulingSettings(timezone="UTC", fuzz=False, desired_retention=retention))
        .next_memories(CARD, in_review(50.0), START)[GOOD]
        .due_day
        for retention in (0.8, 0.9, 0.95)
    ]
    assert days[0] > days[1] > days[2]


# Study days.


def test_elapsed_days_are_study_days_not_blocks_of_24_hours() -> None:
    scheduler = Scheduler(PLAIN)
    evening = datetime(2026, 1, 5, 23, 50, tzinfo=UTC)
    memory = scheduler.next_memories(CARD, None, evening)[EASY]
    next_morning = scheduler.next_memories(CARD, memory, datetime(2026, 1, 6, 4, 10, tzinfo=UTC))
    next_evening = scheduler.next_memories(CARD, memory, datetime(2026, 1, 6, 23, 55, tzinfo=UTC))
    small_hours = scheduler.next_memories(CARD, memory, datetime(2026, 1, 6, 3, 50, tzinfo=UTC))
    assert next_morning[GOOD].stability == next_evening[GOOD].stability
    assert small_hours[GOOD].stability == scheduler.next_memories(CARD, memory, evening)[GOOD].stability
    assert small_hours[GOOD].stability != next_morning[GOOD].stability


@pytest.mark.parametrize("before", [date(2026, 3, 7), date(2026, 10, 31)])
def test_clock_changes_neither_lose_nor_double_an_elapsed_day(before: date) -> None:
    scheduler = Scheduler(SchedulingSettings(timezone="America/New_York", fuzz=False))
    usual = date(2026, 6, 1)
    stabilities = set()
    for day in (before, usual):
        last = datetime(day.year, day.month, day.day, 23, 30, tzinfo=NEW_YORK)
        memory = scheduler.next_memories(CARD, None, last)[EASY]
        tomorrow = day + timedelta(days=1)
        for hour in (4, 22):
            now = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, 30, tzinfo=NEW_YORK)
            after = scheduler.next_memories(CARD, memory, now)[GOOD]
            stabilities.add(after.stability)
            assert after.due_day - after.last_day == timedelta(days=round(after.stability))
    assert len(stabilities) == 1


def test_moving_west_over_a_rollover_gives_no_negative_days() -> None:
    seoul = Scheduler(SchedulingSettings(timezone="Asia/Seoul", fuzz=False))
    west = Scheduler(SchedulingSettings(timezone="America/Los_Angeles", fuzz=False))
    now = datetime(2026, 1, 9, 20, tzinfo=UTC)  # the 10th in Seoul, the 9th in Los Angeles
    memory = seoul.next_memories(CARD, None, now)[EASY]
    later = now + timedelta(hours=1)
    after = west.next_memories(CARD, memory, later)[GOOD]
    assert memory.last_day == date(2026, 1, 10)
    assert after.last_day == date(2026, 1, 9)
    assert after.stability == seoul.next_memories(CARD, memory, later)[GOOD].stability


def test_a_review_counts_for_the_same_number_of_days_in_whatever_zone_it_falls_due() -> None:
    seoul = Scheduler(SchedulingSettings(timezone="Asia/Seoul", fuzz=False))
    west = Scheduler(SchedulingSettings(timezone="America/Los_Angeles", fuzz=False))
    memory = seoul.next_memories(CARD, None, datetime(2026, 1, 5, 3, tzinfo=UTC))[EASY]
    home = seoul.next_memories(CARD, memory, seoul.day_starts(memory.due_day))
    away = west.next_memories(CARD, memory, west.day_starts(memory.due_day))
    assert {r: (m.stability, m.due_day) for r, m in home.items()} == {
        r: (m.stability, m.due_day) for r, m in away.items()
    }


def test_a_clock_set_back_counts_as_no_time_at_all() -> None:
    scheduler = Scheduler(PLAIN)
    memory = in_review(20.0, days_ago=-3)
    assert scheduler.retrievability(memory, START) == 1.0
    assert scheduler.next_memories(CARD, memory, START)[GOOD].stability > 0


def test_times_are_kept_in_utc_whatever_zone_now_was_in() -> None:
    memory = Scheduler(PLAIN).next_memories(CARD, None, datetime(2026, 1, 5, 12, tzinfo=NEW_YORK))[GOOD]
    assert memory.last_review.tzinfo is UTC
    assert memory.due.tzinfo is UTC
    assert memory.last_review == datetime(2026, 1, 5, 17, tzinfo=UTC)


# Retrievability, leeches, replay, parameters.


def test_retrievability_is_one_on_the_day_and_nine_tenths_after_stability_days() -> None:
    scheduler = Scheduler(PLAIN)
    assert scheduler.retrievability(in_review(10.0, days_ago=0), START) == 1.0
    assert scheduler.retrievability(in_review(10.0, days_ago=10), START) == pytest.approx(0.9, abs=1e-6)
    assert scheduler.retrievability(in_review(10.0, days_ago=40), START) < 0.9


def test_the_learner_hears_of_a_leech_at_the_threshold_and_each_half_of_it_on() -> None:
    scheduler = Scheduler(PLAIN)
    heard = []
    memory = in_review(20.0)
    for lapses in range(1, 17):
        forgotten = scheduler.next_memories(CARD, in_review(20.0, lapses=lapses - 1), START)[AGAIN]
        if scheduler.becomes_leech(in_review(20.0, lapses=lapses - 1), forgotten):
            heard.append(lapses)
        assert scheduler.is_leech(forgotten) == (lapses >= 8)
        memory = forgotten
    assert heard == [8, 12, 16]
    assert not scheduler.becomes_leech(memory, scheduler.next_memories(CARD, memory, memory.due)[GOOD])


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    reviews=st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 40 * 86_400)), max_size=20),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Seoul", "Australia/Lord_Howe"]),
)
def test_replaying_the_log_gives_the_memory_that_was_stored(reviews: list[tuple[Rating, int]], zone: str) -> None:
    scheduler = Scheduler(SchedulingSettings(timezone=zone))
    memory: Memory | None = None
    now = START
    log: list[tuple[Rating, datetime]] = []
    for rating, seconds in reviews:
        now += timedelta(seconds=seconds)
        memory = scheduler.next_memories(CARD, memory, now)[rating]
        log.append((rating, now))
    assert Scheduler(scheduler.settings).replay(CARD, log) == memory


def test_a_replay_in_another_time_zone_keeps_the_logged_days() -> None:
    seoul = Scheduler(SchedulingSettings(timezone="Asia/Seoul"))
    memory: Memory | None = None
    log: list[tuple[Rating, datetime, date]] = []
    for hours, rating in ((0, EASY), (20, GOOD), (24 * 9, HARD), (24 * 9 + 3, AGAIN), (24 * 30, GOOD)):
        now = START + timedelta(hours=hours)
        memory = seoul.next_memories(CARD, memory, now)[rating]
        log.append((rating, now, memory.last_day))
    assert memory is not None
    moved = Scheduler(SchedulingSettings(timezone="Pacific/Honolulu")).replay(CARD, log)
    assert moved is not None
    assert (moved.stability, moved.difficulty, moved.due_day) == (memory.stability, memory.difficulty, memory.due_day)


def test_an_empty_log_is_a_new_card() -> None:
    assert Scheduler(PLAIN).replay(CARD, []) is None


def test_older_parameter_sets_are_understood_and_useless_ones_named() -> None:
    fsrs5 = tuple(fsrs_rs_python.DEFAULT_PARAMETERS[:19])
    assert Scheduler(SchedulingSettings(parameters=fsrs5)).retrievability(in_review(10.0), START) == pytest.approx(0.9)
    with pytest.raises(SettingsError, match=r"scheduling\.parameters"):
        Scheduler(SchedulingSettings(parameters=(float("nan"),) * 21))
