from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from session_world import TENSORS, Clock, World, make_world, plain_deck, write_decks

from studytui.errors import DeckError, GradeCancelledError, GraderError, StoreError
from studytui.grader.verdict import Outcome
from studytui.grader.verdict_json import from_text
from studytui.scheduling.types import Counts, Rating, State
from studytui.session import QUICK_SECONDS, Phase, Session
from studytui.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AGAIN, HARD, GOOD, EASY = Rating


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[World]:
    """Four predict cards without topics or order."""
    made = make_world(tmp_path, plain=plain_deck("a", "b", "c", "d"))
    yield made
    made.store.close()


def pass_card(session: Session, rating: Rating = GOOD) -> str:
    """Answer the card at hand rightly, rate it, and say which it was."""
    card = session.card_id
    assert card is not None
    session.grade("right")
    session.rate(rating)
    return card


def study(session: Session, rating: Rating = EASY) -> list[str]:
    """Study until nothing is left; the cards in the order they came."""
    cards = []
    while session.phase is not Phase.FINISHED:
        cards.append(pass_card(session, rating))
        assert len(cards) < 100
    return cards


# Prompt, draft, hints


def test_a_session_begins_with_the_first_new_card_at_its_prompt(world: World) -> None:
    session = world.session()
    assert (session.phase, session.card_id, session.verdict) == (Phase.ANSWERING, "optim/sgd", None)
    assert session.card is not None
    assert session.card.id == "sgd"
    assert session.counts == Counts(new=4)
    assert (session.reviewed, session.hints_shown, session.solution_shown) == (0, 0, False)


def test_an_empty_library_finishes_at_once(tmp_path: Path) -> None:
    session = make_world(tmp_path, plain="deck: broken").session()
    assert (session.phase, session.card_id, session.card, session.draft()) == (Phase.FINISHED, None, None, "")
    assert session.choices() == {}
    assert session.summary().reviewed == 0


def test_an_implement_card_starts_from_its_stub_and_others_from_nothing(world: World) -> None:
    assert world.session(only="tensors/view").draft() == (
        'import torch\n\n\ndef view(x, *shape):\n    """Return `x` with the sizes in `shape`."""\n    ...\n'
    )
    assert world.session(only="tensors/view-what").draft() == ""


def test_what_was_typed_is_there_after_the_app_was_killed(world: World) -> None:
    world.session().save_draft("w' = w -")
    assert world.session().draft() == "w' = w -"


def test_an_untouched_stub_is_no_draft_and_an_emptied_answer_is_one(world: World) -> None:
    session = world.session(only="tensors/view")
    session.save_draft(session.draft())
    assert world.store.draft("tensors/view") is None
    session.save_draft("")
    assert session.draft() == ""


def test_a_draft_that_is_saved_too_late_does_not_land_on_the_next_card(world: World) -> None:
    session = world.session()
    card = pass_card(session)
    session.save_draft("late", card)
    assert world.store.draft(card) is None
    assert session.draft() == ""
    session.save_draft("in time", session.card_id)
    assert session.draft() == "in time"


def test_hints_come_one_at_a_time_in_the_learners_language(world: World) -> None:
    world.set(language="ko")
    session = world.session(only="tensors/view")
    assert session.hints() == ()
    assert session.hint() == "-1은 몇이어야 할까요?"
    assert session.hint() == "행 우선 순서로 세어 보세요."
    assert session.hint() is None
    assert session.hints_shown == 2
    assert len(session.hints()) == 2


def test_hints_seen_before_the_app_was_killed_still_count(world: World) -> None:
    write_decks(world.decks, optim="deck: optim\ntitle: O\ncards: []\n", tensors=TENSORS)
    session = world.session()
    assert session.card_id == "tensors/view"
    session.hint()
    again = world.session()
    assert again.hints() == ("Which size must -1 be?",)
    again.grade("right")
    assert again.suggested() is HARD


# Grading


def test_an_attempt_is_in_the_store_with_its_verdict_before_the_verdict_is_shown(world: World) -> None:
    session = world.session(only="tensors/view")
    session.hint()
    world.clock.advance(seconds=30)
    verdict = session.grade("def view(x): ...")
    (attempt,) = world.store.attempts("tensors/view")
    assert session.phase is Phase.GRADED
    assert session.verdict == verdict == from_text(attempt.verdict)
    assert '"function":"view"' in attempt.verdict
    assert (attempt.answer, attempt.outcome, attempt.seconds) == ("def view(x): ...", "wrong", 30.0)
    assert (attempt.hints, attempt.solution_shown) == (1, False)
    assert session.draft() == "def view(x): ..."


def test_the_answer_is_safe_while_the_grader_works(world: World) -> None:
    session = world.session()
    seen: list[str | None] = []
    world.grader.during = lambda: seen.append(world.store.draft("optim/sgd"))
    session.grade("w' = w")
    assert seen == ["w' = w"]


@pytest.mark.parametrize("error", [GraderError("torch is missing"), GradeCancelledError()])
def test_a_grade_that_fails_or_is_cancelled_leaves_the_learner_at_the_prompt(world: World, error: Exception) -> None:
    def fail() -> None:
        raise error

    session = world.session()
    world.grader.during = fail
    with pytest.raises(type(error)):
        session.grade("w' = w")
    assert (session.phase, session.verdict, session.draft()) == (Phase.ANSWERING, None, "w' = w")
    assert world.store.attempts("optim/sgd") == []
    world.grader.during = None
    assert session.grade("right").passed
    assert session.suggested() is EASY


def test_a_verdict_that_comes_after_the_card_was_left_is_kept_and_changes_nothing(world: World) -> None:
    session = world.session()
    world.grader.during = session.skip
    session.grade("right")
    assert (session.phase, session.card_id, session.verdict) == (Phase.ANSWERING, "optim/momentum", None)
    assert [attempt.outcome for attempt in world.store.attempts("optim/sgd")] == ["passed"]


def test_korean_typed_in_parts_is_put_together_but_code_is_left_alone(world: World) -> None:
    parts = unicodedata.normalize("NFD", "같은 데이터, 다른 모양")
    session = world.session(only="tensors/view-what")
    assert session.grade(parts).passed
    world.session(only="tensors/view").grade(parts)
    assert [answer for _, answer in world.grader.asked] == ["같은 데이터, 다른 모양", parts]


def test_the_points_of_a_recall_answer_are_ticked_first_by_machine_then_by_the_learner(world: World) -> None:
    session = world.session(only="tensors/view-what")
    verdict = session.grade("The same data.")
    assert [step.holds for step in verdict.steps] == [True, False]
    assert session.suggested() is AGAIN
    session.tick((True, True))
    assert session.verdict is not None
    assert session.verdict.passed
    assert session.verdict.message == "Every point is made."
    assert session.suggested() is EASY
    session.tick((False, True))
    assert session.verdict.outcome is Outcome.WRONG
    assert session.verdict.message == "1 of 2 points are made."
    with pytest.raises(ValueError, match="zip"):
        session.tick((True,))
    session.tick((True, True))
    session.rate(GOOD)
    assert world.store.reviews()[-1].verdict == "passed"


def test_only_a_recall_answer_is_ticked(world: World) -> None:
    session = world.session(only="tensors/clamp")
    session.grade("right")
    with pytest.raises(RuntimeError):
        session.tick(())


def test_after_retry_the_answer_is_still_there(world: World) -> None:
    session = world.session()
    session.grade("w' = w")
    session.retry()
    assert (session.phase, session.verdict, session.draft()) == (Phase.ANSWERING, None, "w' = w")


@pytest.mark.parametrize(
    ("card", "language", "solution"),
    [
        ("tensors/view", "en", "def view(x, *shape):\n    return x\n"),
        ("tensors/view-what", "ko", "같은 데이터를 다른 모양으로 봅니다.\n\n- 같은 데이터\n- 다른 모양"),
        ("tensors/clamp", "en", "3"),
        ("optim/sgd", "en", "w' = w - eta*g"),
        ("optim/momentum", "ko", "2. 그래디언트의 평균\n   It decays."),
    ],
)
def test_the_solution_of_every_kind_is_shown_on_request(world: World, card: str, language: str, solution: str) -> None:
    world.set(language=language)
    session = world.session(only=card)
    assert session.reveal() == session.solution() == solution
    assert (session.phase, session.verdict, session.solution_shown) == (Phase.GRADED, None, True)
    assert session.suggested() is AGAIN
    assert world.store.attempts(card) == []
    session.rate(AGAIN)
    assert (world.store.reviews()[-1].verdict, world.store.reviews()[-1].attempt_id) == (None, None)


def test_a_solution_that_took_long_to_find_does_not_give_up_the_next_card(plain: World) -> None:
    session = plain.session()
    plain.grader.during = session.skip
    assert session.reveal() == "3"
    assert (session.phase, session.card_id, session.solution_shown) == (Phase.ANSWERING, "plain/b", False)


# The suggestion


def hinted(session: Session) -> None:
    session.hint()
    session.grade("right")


def corrected(session: Session) -> None:
    session.grade("wrong")
    session.retry()
    session.grade("right")


def regraded(session: Session) -> None:
    session.grade("wrong")
    session.grade("right")


def looked_up(session: Session) -> None:
    session.reveal()
    session.retry()
    session.grade("right")


def passed_then_compared(session: Session) -> None:
    session.grade("right")
    session.reveal()


def failed_then_looked_up(session: Session) -> None:
    session.grade("wrong")
    session.reveal()


@pytest.mark.parametrize(
    ("act", "seconds", "rating"),
    [
        (lambda session: session.grade("right"), QUICK_SECONDS["implement"] - 1, EASY),
        (lambda session: session.grade("right"), QUICK_SECONDS["implement"], GOOD),
        (hinted, 1, HARD),
        (corrected, 1, HARD),
        (regraded, 1, HARD),
        (lambda session: session.grade("wrong"), 1, AGAIN),
        (lambda session: session.reveal(), 1, AGAIN),
        (looked_up, 1, AGAIN),
        (passed_then_compared, 1, EASY),
        (failed_then_looked_up, 1, AGAIN),
    ],
)
def test_the_suggested_rating_follows_the_way_to_the_verdict(
    world: World, act: Callable[[Session], object], seconds: float, rating: Rating
) -> None:
    session = world.session(only="tensors/view")
    world.clock.advance(seconds=seconds)
    act(session)
    assert session.suggested() is rating


def test_time_spent_on_a_verdict_is_not_time_spent_on_the_answer(world: World) -> None:
    session = world.session(only="tensors/clamp")
    world.clock.advance(seconds=5)
    session.grade("wrong")
    world.clock.advance(hours=1)
    session.retry()
    world.clock.advance(seconds=4)
    session.grade("right")
    world.clock.advance(hours=1)
    session.rate(GOOD)
    assert world.store.reviews()[-1].seconds == 9.0


def test_the_learner_can_overrule_the_suggestion_and_both_are_logged(world: World) -> None:
    session = world.session()
    session.grade("right")
    session.rate(HARD)
    (review,) = world.store.reviews()
    assert (review.rating, review.suggested, review.verdict) == (HARD, EASY, "passed")


# Rating


def test_a_review_is_committed_before_the_next_card_shows(world: World) -> None:
    session = world.session()
    session.grade("right")
    session.rate(GOOD)
    with Store.open(world.folder / "studytui.db", readonly=True) as other:
        (review,) = other.reviews()
        assert other.records()["optim/sgd"].memory == review.memory_after
        assert other.draft("optim/sgd") is None
    assert (review.card, review.rating, review.day) == ("optim/sgd", GOOD, date(2026, 3, 10))
    assert review.attempt_id is not None
    assert (session.phase, session.card_id, session.reviewed) == (Phase.ANSWERING, "optim/momentum", 1)
    assert session.counts == Counts(new=3, learning=1)


def test_each_key_gives_the_interval_it_promised(world: World) -> None:
    for rating in Rating:
        session = world.session(only="tensors/clamp")
        session.grade("right")
        choice = session.choices()[rating]
        session.rate(rating)
        assert world.store.records()["tensors/clamp"].memory == choice.memory
        world.store.undo()
    choices = world.session().choices()
    assert [choices[rating].interval for rating in (AGAIN, HARD, GOOD)] == [
        timedelta(seconds=60),
        timedelta(seconds=330),
        timedelta(seconds=600),
    ]
    assert choices[EASY].interval.total_seconds() % 86_400 == 0
    assert choices[EASY].interval >= timedelta(days=1)


def test_a_rating_without_a_verdict_is_no_rating(world: World) -> None:
    session = world.session()
    with pytest.raises(RuntimeError):
        session.rate(GOOD)
    with pytest.raises(RuntimeError):
        session.retry()
    with pytest.raises(RuntimeError):
        session.tick(())
    study(session)
    with pytest.raises(RuntimeError):
        session.rate(GOOD)
    with pytest.raises(RuntimeError):
        session.grade("right")
    assert len(world.store.reviews()) == 4


def test_a_review_that_cannot_be_saved_can_be_rated_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    session = world.session()
    session.grade("right")

    def full(*_: object, **__: object) -> int:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(world.store, "record", full)
        with pytest.raises(StoreError):
            session.rate(GOOD)
    assert (session.phase, session.card_id, session.reviewed) == (Phase.GRADED, "optim/sgd", 0)
    session.rate(GOOD)
    assert len(world.store.reviews()) == 1


def test_a_review_is_never_made_twice_because_the_next_card_could_not_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = world.session()
    session.grade("right")

    def locked(*_: object) -> None:
        raise StoreError("The database is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(world.store, "today", locked)
        with pytest.raises(StoreError):
            session.rate(GOOD)
    assert session.phase is Phase.FINISHED
    assert len(world.store.reviews()) == 1


def test_a_card_rated_again_comes_back_in_the_same_session(plain: World) -> None:
    session = plain.session()
    first = pass_card(session, AGAIN)
    plain.clock.advance(seconds=61)
    pass_card(session, EASY)
    assert session.card_id == first
    assert session.counts == Counts(new=2, learning=1)


def test_learning_cards_come_early_rather_than_never(plain: World) -> None:
    session = plain.session()
    assert study(session, GOOD) == [f"plain/{card}" for card in "abcdabcd"]
    records = plain.store.records()
    assert all(record.memory is not None and record.memory.state is State.REVIEW for record in records.values())


def test_siblings_of_a_reviewed_card_wait_for_the_next_day(world: World) -> None:
    assert study(world.session()) == ["optim/sgd", "optim/momentum", "tensors/view", "tensors/clamp"]
    assert world.store.records()["tensors/view-what"].buried_until == date(2026, 3, 11)
    world.clock.advance(hours=24)
    assert world.session().card_id == "tensors/view-what"


def test_burying_siblings_can_be_turned_off(world: World) -> None:
    world.set(bury_siblings=False)
    assert "tensors/view-what" in study(world.session())


def test_a_sibling_in_its_learning_steps_is_not_buried(world: World) -> None:
    session = world.session(only="tensors/view-what")
    session.grade("The same data in another shape.")
    session.rate(GOOD)
    pass_card(world.session(only="tensors/view"), EASY)
    assert world.store.records()["tensors/view-what"].buried_until is None


def test_the_learner_is_told_of_a_leech(world: World) -> None:
    world.set(leech_lapses=1)
    pass_card(world.session(only="tensors/clamp"), EASY)
    world.clock.advance(days=30)
    session = world.session(only="tensors/clamp")
    session.grade("wrong")
    session.rate(AGAIN)
    assert session.leech == "tensors/clamp"
    session.undo()
    assert session.leech is None


def test_a_session_that_runs_past_the_rollover_goes_on_with_the_next_day(plain: World) -> None:
    plain.set(new_per_day=1)
    plain.clock.now = datetime(2026, 3, 11, 3, 55, tzinfo=UTC)
    session = plain.session()
    session.grade("right")
    plain.clock.advance(minutes=10)
    session.rate(EASY)
    assert (session.phase, session.counts) == (Phase.FINISHED, Counts())
    assert plain.store.reviews()[-1].day == date(2026, 3, 11)
    plain.clock.advance(days=1)
    assert plain.session().card_id == "plain/b"


# Undo


def test_undo_goes_back_review_by_review_with_answers_and_verdicts(world: World) -> None:
    session = world.session()
    session.grade("wrong")
    session.rate(AGAIN)
    session.grade("2")
    session.rate(EASY)
    session.hint()
    session.grade("right")
    session.rate(EASY)
    session.save_draft("half an answer")
    assert (session.card_id, session.reviewed) == ("tensors/clamp", 3)
    assert session.undo() == session.card_id == "tensors/view"
    assert (session.phase, session.draft(), session.suggested()) == (Phase.GRADED, "right", HARD)
    assert session.undo() == session.card_id == "optim/momentum"
    assert (session.phase, session.draft(), session.suggested()) == (Phase.GRADED, "2", EASY)
    assert session.undo() == session.card_id == "optim/sgd"
    assert session.verdict is not None
    assert (session.phase, session.draft(), session.verdict.message) == (Phase.GRADED, "wrong", "Not yet.")
    assert session.undo() is None
    assert (session.reviewed, session.counts) == (0, Counts(new=4))
    assert all(record.memory is None for record in world.store.records().values())
    assert world.store.draft("tensors/clamp") == "half an answer"
    session.rate(AGAIN)
    assert (session.card_id, session.reviewed) == ("optim/momentum", 1)


def test_undo_after_the_end_returns_to_the_last_card(plain: World) -> None:
    session = plain.session()
    last = study(session)[-1]
    before = session.choices()
    assert session.undo() == session.card_id == last
    assert (session.phase, session.draft(), session.reviewed) == (Phase.GRADED, "right", 3)
    assert before == {}
    session.rate(AGAIN)
    assert session.reviewed == 4
    assert plain.store.reviews()[-1].rating is AGAIN


def test_a_rating_after_undo_gives_the_same_day_as_before(plain: World) -> None:
    session = plain.session()
    pass_card(session, EASY)
    before = plain.store.records()["plain/a"].memory
    session.undo()
    session.rate(EASY)
    assert plain.store.records()["plain/a"].memory == before


def test_undo_of_an_earlier_session_brings_back_its_answer_and_verdict(world: World) -> None:
    first = world.session()
    corrected(first)
    first.rate(GOOD)
    world.clock.advance(minutes=1)
    session = world.session()
    assert session.undo() == session.card_id == "optim/sgd"
    assert session.verdict is not None
    assert (session.phase, session.verdict.passed, session.draft()) == (Phase.GRADED, True, "right")
    assert session.suggested() is HARD
    session.rate(HARD)
    assert world.store.reviews()[-1].attempt_id is not None


def test_undo_of_a_card_that_was_given_up_returns_to_its_solution(world: World) -> None:
    session = world.session()
    session.reveal()
    session.rate(AGAIN)
    assert session.undo() == "optim/sgd"
    assert (session.phase, session.solution_shown, session.suggested()) == (Phase.GRADED, True, AGAIN)


def test_undo_gives_buried_siblings_back(world: World) -> None:
    session = world.session(only="tensors/view")
    pass_card(session)
    assert world.store.records()["tensors/view-what"].buried_until is not None
    session.undo()
    records = world.store.records()
    assert "tensors/view-what" not in records or records["tensors/view-what"].buried_until is None
    assert world.session().counts == Counts(new=4)


def test_undo_of_a_card_that_no_deck_has_any_more_leaves_the_session_where_it_is(plain: World) -> None:
    pass_card(plain.session())
    write_decks(plain.decks, plain=plain_deck("b", "c"))
    session = plain.session()
    assert session.undo() == "plain/a"
    assert (session.phase, session.card_id) == (Phase.ANSWERING, "plain/b")
    assert plain.store.reviews() == []


# Skip, bury, suspend


def test_a_skipped_card_comes_back_later_in_the_session_with_its_draft(plain: World) -> None:
    session = plain.session()
    session.save_draft("begun")
    session.skip()
    assert study(session) == ["plain/b", "plain/c", "plain/d", "plain/a"]


def test_skipped_cards_come_back_in_the_order_they_were_skipped_and_before_steps_not_over(plain: World) -> None:
    session = plain.session()
    session.skip()
    session.skip()
    pass_card(session, AGAIN)
    assert pass_card(session, EASY) == "plain/d"
    assert [pass_card(session, EASY) for _ in range(3)] == ["plain/a", "plain/b", "plain/c"]


def test_a_wrong_try_before_a_skip_still_counts_when_the_card_comes_back(plain: World) -> None:
    session = plain.session(decks=frozenset({"plain"}))
    session.grade("wrong")
    session.retry()
    for _ in range(4):
        session.skip()
    assert session.card_id == "plain/a"
    session.grade("right")
    assert session.suggested() is HARD


def test_the_last_card_left_cannot_be_skipped_away(plain: World) -> None:
    session = plain.session()
    for _ in range(3):
        pass_card(session, EASY)
    session.skip()
    assert (session.phase, session.card_id) == (Phase.ANSWERING, "plain/d")


def test_a_buried_card_comes_back_tomorrow_and_a_suspended_one_does_not(plain: World) -> None:
    session = plain.session()
    session.bury()
    session.suspend()
    assert study(session) == ["plain/c", "plain/d"]
    assert plain.store.reviews("plain/a") == []
    plain.clock.advance(days=1)
    assert study(plain.session(), EASY) == ["plain/a"]


# Which cards


def test_a_session_can_be_about_some_decks(world: World) -> None:
    session = world.session(decks=frozenset({"tensors"}))
    assert session.counts == Counts(new=2)
    assert study(session) == ["tensors/view", "tensors/clamp"]


def test_a_review_in_one_deck_buries_siblings_in_another(tmp_path: Path) -> None:
    world = make_world(
        tmp_path,
        one=plain_deck("a", deck="one", topics=", topics: [view]"),
        two=plain_deck("b", deck="two", topics=", topics: [view]"),
    )
    pass_card(world.session(decks=frozenset({"one"})))
    assert world.session(decks=frozenset({"two"})).phase is Phase.FINISHED


def test_a_session_on_one_card_takes_it_due_or_not_and_ends_with_it(world: World) -> None:
    opened = world.session().card_id
    pass_card(world.session(only="tensors/clamp"), EASY)
    world.store.suspend("tensors/clamp", suspended=True)
    session = world.session(only="tensors/clamp")
    assert (session.card_id, session.counts) == ("tensors/clamp", Counts(due=1))
    pass_card(session, GOOD)
    assert (session.phase, session.counts, session.reviewed) == (Phase.FINISHED, Counts(), 1)
    assert session.undo() == session.card_id == "tensors/clamp"
    session.skip()
    assert session.phase is Phase.FINISHED
    assert world.session().card_id == opened


def test_a_card_asked_for_by_name_says_by_how_much_it_is_early(world: World) -> None:
    session = world.session(only="tensors/clamp")
    assert session.is_single
    assert session.days_early == 0  # new
    pass_card(session, EASY)
    due = world.store.records()["tensors/clamp"].memory
    assert due is not None
    days = (due.due_day - world.clock.now.date()).days
    assert world.session(only="tensors/clamp").days_early == days > 1
    world.clock.advance(days=days - 1)
    early = world.session(only="tensors/clamp")
    assert early.days_early == 1
    pass_card(early, GOOD)
    later = world.store.records()["tensors/clamp"].memory
    assert later is not None
    assert later.due_day > due.due_day
    world.clock.advance(days=(later.due_day - world.clock.now.date()).days)
    assert world.session(only="tensors/clamp").days_early == 0
    assert not world.session().is_single


def test_a_card_asked_for_by_name_and_left_keeps_its_draft_and_nothing_else(world: World) -> None:
    opened = world.session().card_id
    before = (world.store.records(), world.session().counts)
    session = world.session(only="tensors/clamp")
    session.save_draft("half")
    assert (world.store.records(), world.session().counts) == before
    assert (world.session().card_id, world.session(only="tensors/clamp").draft()) == (opened, "half")
    assert world.store.reviews() == []


def test_a_session_on_a_card_that_is_not_there_says_so(world: World) -> None:
    with pytest.raises(DeckError, match="tensors/clmp"):
        world.session(only="tensors/clmp")


def test_a_card_removed_from_its_deck_meanwhile_is_skipped(plain: World) -> None:
    session = Session(
        library=plain.library(),
        store=plain.store,
        scheduler=plain.scheduler(),
        grader=plain.grader,
        settings=plain.settings,
        clock=plain.clock,
    )
    write_decks(plain.decks, plain=plain_deck("b", "d"))
    session.start()
    assert study(session) == ["plain/b", "plain/d"]
    assert session.missing == ("plain/a", "plain/c")


def test_a_deck_that_breaks_meanwhile_ends_the_session_in_good_order(plain: World) -> None:
    library = plain.library()
    write_decks(plain.decks, plain="deck: [")
    session = Session(
        library=library,
        store=plain.store,
        scheduler=plain.scheduler(),
        grader=plain.grader,
        settings=plain.settings,
        clock=plain.clock,
    )
    session.start()
    assert session.phase is Phase.FINISHED
    assert len(session.missing) == 4


def test_a_deck_edited_meanwhile_is_read_again_on_the_next_start_and_keeps_its_progress(plain: World) -> None:
    pass_card(plain.session(), EASY)
    edited = plain_deck("z", "a").replace("What?", "What now?")
    write_decks(plain.decks, plain=edited)
    session = plain.session()
    assert session.card_id == "plain/z"
    assert session.card is not None
    assert session.card.prompt == "What now?"
    assert session.counts == Counts(new=1)
    assert plain.store.records()["plain/a"].memory is not None


def test_the_next_session_goes_on_at_the_card_the_learner_was_at(plain: World) -> None:
    session = plain.session()
    session.skip()
    session.save_draft("half")
    again = plain.session()
    assert (again.card_id, again.draft()) == ("plain/b", "half")
    again.bury()
    assert again.card_id == "plain/a"
    plain.store.suspend("plain/a", suspended=True)
    assert plain.session().card_id == "plain/c"


def test_an_app_killed_at_a_verdict_opens_at_that_verdict(plain: World) -> None:
    session = plain.session()
    corrected(session)
    again = plain.session()
    assert (again.phase, again.verdict) == (Phase.GRADED, session.verdict)
    assert (again.draft(), again.suggested()) == ("right", HARD)
    again.rate(GOOD)
    assert plain.store.reviews()[-1].attempt_id == 2


def test_an_app_killed_after_the_answer_was_changed_opens_at_the_prompt(plain: World) -> None:
    session = plain.session()
    session.grade("wrong")
    session.retry()
    session.save_draft("better")
    again = plain.session()
    assert (again.phase, again.draft()) == (Phase.ANSWERING, "better")
    again.grade("right")
    assert again.suggested() is HARD


def test_a_solution_seen_before_the_app_was_killed_still_counts(plain: World) -> None:
    plain.session().reveal()
    again = plain.session()
    again.grade("right")
    assert again.suggested() is AGAIN


def test_yesterdays_wrong_try_does_not_count_today(plain: World) -> None:
    plain.session().grade("wrong")
    plain.clock.advance(days=1)
    session = plain.session()
    assert session.phase is Phase.ANSWERING
    session.grade("right")
    assert session.suggested() is EASY


# Two sessions on one database


def test_what_another_session_reviewed_is_not_asked_again(plain: World) -> None:
    with Store.open(plain.folder / "studytui.db", clock=plain.clock) as other_store:
        here, there = plain.session(), plain.session(store=other_store)
        there.skip()
        assert pass_card(here, EASY) == "plain/a"
        assert pass_card(there, EASY) == "plain/b"
        assert here.card_id == "plain/b"
        here.skip()
        assert study(here) == ["plain/c", "plain/d"]


def test_a_card_rated_in_two_sessions_has_both_reviews_in_the_order_they_came(plain: World) -> None:
    with Store.open(plain.folder / "studytui.db", clock=plain.clock) as other_store:
        here, there = plain.session(), plain.session(store=other_store)
        here.grade("right")
        there.grade("wrong")
        here.rate(GOOD)
        there.rate(AGAIN)
    assert [review.rating for review in plain.store.reviews("plain/a")] == [GOOD, AGAIN]
    memory = plain.store.records()["plain/a"].memory
    assert memory is not None
    assert memory.reps == 2
    assert plain.store.check() == []
    assert plain.store.rebuild(plain.scheduler()) == 0


# Summary


def test_the_summary_is_net_of_undo(plain: World) -> None:
    session = plain.session()
    plain.clock.advance(seconds=10)
    pass_card(session, EASY)
    plain.clock.advance(seconds=20)
    corrected(session)
    session.rate(HARD)
    pass_card(session, GOOD)
    session.undo()
    summary = session.summary()
    assert (summary.reviewed, summary.by_rating, summary.first_try_passed) == (2, {EASY: 1, HARD: 1}, 1)
    assert summary.seconds == 30.0
    assert summary.cards == ("plain/a", "plain/b")
    assert summary.next_due is not None


def test_the_summary_names_the_cards_to_look_at_again(plain: World) -> None:
    session = plain.session()
    pass_card(session, AGAIN)
    pass_card(session, EASY)
    assert session.summary().again == ("plain/a",)


def test_the_summary_says_when_there_will_be_more(plain: World) -> None:
    plain.set(learn_ahead=0)
    session = plain.session()
    study(session, GOOD)
    assert session.phase is Phase.FINISHED
    assert session.summary().next_due == plain.clock() + timedelta(seconds=600)


# Whatever the learner does


ACTIONS = ["right", "wrong", "again", "hard", "good", "easy", "undo", "skip", "bury", "hint", "reveal", "kill", "wait"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTIONS), min_size=5, max_size=30))
def test_whatever_is_done_the_log_leads_to_the_memory(
    tmp_path_factory: pytest.TempPathFactory, actions: list[str]
) -> None:
    world = make_world(tmp_path_factory.mktemp("world"))
    session = world.session()
    for action in actions:
        act(world, session, action)
        if action == "kill":
            session = world.session()
        world.clock.advance(seconds=7)
    logged = {review.card: review.memory_after for review in world.store.reviews()}
    known = {card: record.memory for card, record in world.store.records().items() if record.memory}
    assert known == logged
    assert world.store.check() == []
    assert world.store.rebuild(world.scheduler()) == 0
    world.store.close()


def act(world: World, session: Session, action: str) -> None:
    at_prompt, at_verdict = session.phase is Phase.ANSWERING, session.phase is Phase.GRADED
    if action in ("right", "wrong") and at_prompt:
        session.grade(action)
    elif action in ("again", "hard", "good", "easy") and at_verdict:
        session.rate(Rating[action.upper()])
    elif action == "wait":
        world.clock.advance(hours=9)
    elif action in ("undo", "skip", "bury", "hint", "reveal"):
        getattr(session, action)()


def test_the_clock_may_be_set_back_without_harm(plain: World) -> None:
    session = plain.session()
    plain.clock = Clock(plain.clock.now)
    session.grade("right")
    session.rate(EASY)
    plain.clock.advance(days=-3)
    later = plain.session()
    pass_card(later, GOOD)
    assert plain.store.check() == []


RIVAL = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from session_world import Clock, FakeGrader, World
from studytui.errors import StoreError
from studytui.scheduling.types import Rating
from studytui.session import Phase
from studytui.settings import SchedulingSettings, Settings
from studytui.store.store import Store

folder = Path(sys.argv[1])
clock = Clock()
settings = Settings(scheduling=SchedulingSettings(timezone="UTC", new_per_day=100))
world = World(folder, clock, settings, Store.open(folder / "studytui.db", clock=clock), FakeGrader())
session = world.session()
print("ready", flush=True)
sys.stdin.readline()
def rate(rating):
    while session.phase is Phase.GRADED:
        try:
            return session.rate(rating)
        except StoreError as error:
            assert "reviewed elsewhere" in error.message, error

while session.phase is not Phase.FINISHED and session.reviewed < 40:
    if session.phase is Phase.ANSWERING:
        session.grade("right")
    rate(Rating.GOOD if session.reviewed % 3 else Rating.AGAIN)
    if session.reviewed % 7 == 6:
        session.undo()
        rate(Rating.EASY)
    clock.advance(seconds=5)
"""


def test_two_processes_that_study_the_same_cards_at_once_corrupt_nothing(tmp_path: Path) -> None:
    world = make_world(tmp_path, plain=plain_deck(*(f"c{n}" for n in range(12))))
    command = [sys.executable, "-c", RIVAL, str(tmp_path), str(Path(__file__).parent)]
    rivals = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        errors = [rival.communicate(timeout=60)[1] for rival in rivals]
    finally:
        for rival in rivals:
            rival.kill()
    assert errors == ["", ""]
    assert world.store.check() == []
    assert world.store.rebuild(world.scheduler()) == 0
    assert len(world.store.reviews()) >= 12
    assert world.session().phase in (Phase.ANSWERING, Phase.GRADED, Phase.FINISHED)
