from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studytui.scheduling.queue import Candidate, Counts, Queue, Today, counts_by_deck, next_due, plan
from studytui.scheduling.scheduler import Scheduler
from studytui.scheduling.types import Memory, State
from studytui.settings import SchedulingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = date(2026, 3, 10)
SETTINGS = SchedulingSettings(timezone="UTC")


def new(card: str, *topics: str, after: tuple[str, ...] = (), deck: str = "tensors") -> Candidate:
    return Candidate(card, deck, topics, after=after)


def due(card: str, *topics: str, ago: int = 5, stability: float = 5.0, in_days: int = 0) -> Candidate:
    due_day = DAY + timedelta(days=in_days)
    start = datetime(due_day.year, due_day.month, due_day.day, 4, tzinfo=UTC)
    last = DAY - timedelta(days=ago)
    memory = Memory(State.REVIEW, None, stability, 5.0, start, due_day, NOW - timedelta(days=ago), last, 3, 0)
    return Candidate(card, "tensors", topics, memory)


def learning(card: str, *topics: str, minutes: float, state: State = State.LEARNING) -> Candidate:
    at = NOW + timedelta(minutes=minutes)
    memory = Memory(state, 0, 1.0, 5.0, at, at.date(), NOW - timedelta(minutes=10), DAY, 1, 0)
    return Candidate(card, "tensors", topics, memory)


def queue(*cards: Candidate, today: Today = Today(), settings: SchedulingSettings = SETTINGS) -> Queue:  # noqa: B008 - both are frozen
    return plan(cards, today, settings, NOW, DAY)


def shown(*cards: Candidate, today: Today = Today(), settings: SchedulingSettings = SETTINGS) -> list[str]:  # noqa: B008 - both are frozen
    """The cards in the order they come when each is done for the day once it was shown."""
    left = list(cards)
    order = []
    while (card := plan(left, today, settings, NOW, DAY).next(NOW)) is not None:
        order.append(card)
        done = next(candidate for candidate in left if candidate.id == card)
        left.remove(done)
        today = Today(
            today.new + (done.memory is None),
            today.reviews + (done.memory is not None and done.memory.state is State.REVIEW),
        )
    return order


def test_an_empty_library_leaves_nothing_to_do() -> None:
    assert queue().next(NOW) is None
    assert queue().counts == Counts(0, 0, 0)


def test_learning_cards_that_are_due_go_first_and_those_within_learn_ahead_last() -> None:
    cards = [new("n"), due("r"), learning("soon", minutes=10), learning("now", minutes=0), learning("late", minutes=21)]
    assert shown(*cards)[0] == "now"
    assert shown(*cards)[-1] == "soon"
    assert "late" not in shown(*cards)
    assert queue(*cards).counts == Counts(new=1, learning=2, due=1)


def test_of_learning_cards_the_earliest_goes_first() -> None:
    cards = [learning("b", minutes=-1), learning("a", minutes=-2, state=State.RELEARNING), learning("c", minutes=5)]
    assert queue(*cards).learning == ("a", "b", "c")


def test_a_learning_card_becomes_first_when_its_step_is_over() -> None:
    planned = queue(due("r"), learning("l", minutes=10))
    assert planned.next(NOW) == "r"
    assert planned.next(NOW + timedelta(minutes=10)) == "l"


def test_without_learn_ahead_a_step_is_waited_for() -> None:
    assert queue(learning("l", minutes=1), settings=replace(SETTINGS, learn_ahead=0)).next(NOW) is None


def test_reviews_come_by_lowest_retrievability() -> None:
    cards = [
        due("a", ago=10, stability=10),
        due("b", ago=30, stability=3),
        due("c", ago=90, stability=100),
        due("d", ago=3, stability=0.1),
    ]
    scheduler = Scheduler(SETTINGS)
    memories = {card.id: card.memory for card in cards if card.memory}
    assert list(queue(*cards).reviews) == sorted(memories, key=lambda c: scheduler.retrievability(memories[c], NOW))


def test_a_review_is_due_on_its_study_day_and_not_before() -> None:
    assert queue(due("today", in_days=0), due("tomorrow", in_days=1), due("past", in_days=-9)).counts.due == 2


def test_new_cards_come_in_the_order_given() -> None:
    assert queue(new("c"), new("a"), new("b")).new == ("c", "a", "b")


def test_a_card_waits_for_the_cards_it_comes_after() -> None:
    cards = [new("slicing", "slicing"), new("view", "view", after=("slicing",)), new("reshape", after=("view",))]
    buried = [replace(cards[0], buried_until=DAY + timedelta(days=1)), *cards[1:]]
    lost_to_a_sibling = [due("slicing-what", "slicing"), *cards]
    assert queue(*cards).new == ("slicing", "view", "reshape")
    assert queue(*buried).new == ()
    assert queue(*lost_to_a_sibling).new == ()


def test_a_card_does_not_wait_for_one_that_is_known_suspended_or_elsewhere() -> None:
    view = new("view", after=("slicing", "known", "elsewhere"))
    assert queue(replace(new("slicing"), suspended=True), due("known", in_days=9), view).new == ("view",)


def test_a_card_behind_one_that_is_set_aside_waits_for_what_that_comes_after() -> None:
    first, then = new("first", "relu"), new("then", after=("kernel",))
    for kernel in (new("kernel", after=("first",)), new("kernel", "relu", after=("first",))):
        for away in (replace(kernel, gradable=False), replace(kernel, suspended=True)):
            assert queue(first, away, then).new == ("first", "then")
            assert queue(due("sibling", "relu"), first, away, then).new == ()


def test_cards_that_wait_for_each_other_do_not_wait_for_ever() -> None:
    assert queue(new("a", after=("b",)), new("b", after=("a",))).new == ("a", "b")


def test_daily_limits_are_net_of_what_was_done_today() -> None:
    cards = [new(f"n{i}") for i in range(30)] + [due(f"r{i}") for i in range(300)]
    assert queue(*cards).counts == Counts(new=20, due=200)
    assert queue(*cards, today=Today(new=5, reviews=150)).counts == Counts(new=15, due=50)
    assert queue(*cards, today=Today(new=25, reviews=300)).counts == Counts()
    assert len(shown(*cards)) == 220


def test_limits_of_zero_still_show_learning_cards() -> None:
    settings = replace(SETTINGS, new_per_day=0, reviews_per_day=0)
    assert shown(new("n"), due("r"), learning("l", minutes=0), settings=settings) == ["l"]


def test_one_card_a_topic_a_day() -> None:
    planned = queue(new("a", "view"), new("b", "view", "shape"), new("c", "shape"), new("d", "clamp"))
    assert planned.new == ("a", "c", "d")


def test_new_cards_lose_against_due_siblings_and_reviews_against_more_overdue_ones() -> None:
    planned = queue(new("n", "view"), due("r", "view", ago=5), due("s", "view", ago=9))
    assert (planned.reviews, planned.new) == (("s",), ())


def test_learning_cards_are_never_buried_and_bury_their_siblings() -> None:
    planned = queue(
        learning("l", "view", minutes=-1),
        learning("m", "view", minutes=3),
        learning("later", "clamp", minutes=90),
        new("n", "view"),
        due("r", "view"),
        due("s", "clamp"),
    )
    assert (planned.learning, planned.reviews, planned.new) == (("l", "m"), (), ())


def test_cards_without_topics_have_no_siblings() -> None:
    assert queue(new("a"), new("b"), due("c"), due("d")).counts == Counts(new=2, due=2)


def test_burying_siblings_is_a_setting() -> None:
    settings = replace(SETTINGS, bury_siblings=False)
    assert queue(new("a", "view"), new("b", "view"), settings=settings).new == ("a", "b")


def test_a_sibling_left_out_by_the_limit_keeps_no_other_from_its_turn() -> None:
    settings = replace(SETTINGS, reviews_per_day=1)
    planned = queue(due("r", "clamp", ago=9), due("s", "view"), new("n", "view"), settings=settings)
    assert (planned.reviews, planned.new) == (("r",), ("n",))


@pytest.mark.parametrize("make", [new, due, lambda card: learning(card, minutes=0)], ids=["new", "due", "learning"])
def test_suspended_and_buried_cards_are_left_out(make: Callable[[str], Candidate]) -> None:
    card = make("a")
    tomorrow = DAY + timedelta(days=1)
    assert queue(replace(card, suspended=True)).next(NOW) is None
    assert queue(replace(card, buried_until=tomorrow)).next(NOW) is None
    assert queue(replace(card, buried_until=DAY)).next(NOW) == "a"


def test_a_suspended_or_buried_card_takes_no_turn_from_its_siblings() -> None:
    planned = queue(
        replace(due("r", "view"), suspended=True),
        replace(learning("l", "view", minutes=0), buried_until=DAY + timedelta(days=1)),
        new("n", "view"),
    )
    assert planned.new == ("n",)


def test_new_cards_are_spread_evenly_among_the_reviews() -> None:
    cards = [new(f"n{i}") for i in range(3)] + [due(f"r{i}") for i in range(9)]
    places = [place for place, card in enumerate(queue(*cards).main) if card.startswith("n")]
    assert places == [1, 5, 9]


@given(st.integers(0, 20), st.integers(0, 40))
def test_the_spread_goes_on_as_the_queue_is_planned_anew_after_every_card(news: int, reviews: int) -> None:
    cards = [new(f"n{i:02}") for i in range(news)] + [due(f"r{i:02}") for i in range(reviews)]
    assert shown(*cards) == list(queue(*cards).main)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["new", "due", "later", "learning"]),
            st.lists(st.sampled_from("abcde"), max_size=2),
            st.sampled_from(["x", "y", "z"]),
        ),
        max_size=25,
    ),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_counts_are_what_a_session_shows(
    kinds: list[tuple[str, list[str], str]], new_per_day: int, reviews_per_day: int
) -> None:
    makers: dict[str, Callable[..., Candidate]] = {
        "new": new,
        "due": due,
        "later": lambda card, *topics: due(card, *topics, in_days=2),
        "learning": lambda card, *topics: learning(card, *topics, minutes=1),
    }
    cards = [replace(makers[kind](str(i), *topics), deck=deck) for i, (kind, topics, deck) in enumerate(kinds)]
    settings = replace(SETTINGS, new_per_day=new_per_day, reviews_per_day=reviews_per_day)
    by_deck = counts_by_deck(cards, Today(), settings, NOW, DAY)
    assert set(by_deck) == {card.deck for card in cards}
    for deck, counts in by_deck.items():
        alone = plan([card for card in cards if card.deck == deck], Today(), settings, NOW, DAY)
        everything = (*alone.learning, *alone.reviews, *alone.new)
        assert counts.total == len(everything) == len(set(everything))
        assert sorted(alone.main) == sorted((*alone.reviews, *alone.new))


def test_planning_changes_nothing_and_gives_the_same_again() -> None:
    cards = [new("n", "view"), due("r"), learning("l", minutes=0)]
    assert queue(*cards) == queue(*cards)


def test_a_card_that_cannot_be_graded_here_is_asked_on_no_day_and_stands_in_nobodys_way() -> None:
    here = [new("first", "relu"), new("then", after=("kernel",)), due("old")]
    away = [
        replace(card, gradable=False) for card in (new("kernel", "relu"), due("was-due", "x"), learning("l", minutes=0))
    ]

    assert queue(*away, *here) == queue(*here)
    assert next_due(away, queue(*away), SETTINGS, DAY) is None
