"""The grader's front: a card and an answer in, a verdict out.

Nothing here imports torch, or runs a deck's or a learner's code. What one kind of card alone needs is imported when
such a card is graded: a command that grades loops has no use for a parser of formulas.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from studytui.cards.instance import instance_of, is_drawn
from studytui.cards.needs import is_missing, need_of
from studytui.errors import GraderError
from studytui.grader import wording
from studytui.grader.cleaning import printable
from studytui.grader.exchange import CARD_SECONDS, End, Exchange, Report
from studytui.grader.failures import failure
from studytui.grader.process import Child, Ending, GoneError, Warm, WarmProcess
from studytui.grader.recall import grade_choice, grade_recall
from studytui.grader.report_verdict import MEMORY, verdict_of
from studytui.grader.single import computed_texts, tried
from studytui.grader.tracing import draw_expression, trace_snippet
from studytui.grader.verdict import Outcome, Verdict
from studytui.grader.wire import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from studytui.cards.models import Card, ImplementCard, PredictCard
    from studytui.cards.parameters import Value
    from studytui.grader.picture import Picture, TracedLine
    from studytui.grader.wire import Header

LONGEST_TEXT = 20_000
CHILDREN = 2
WATCHED_SMALLEST, WATCHED_DRAWN = 3, 4
"""Cases on which what torch sees is judged too: the first few, and some the answer cannot foresee."""


class Grader:
    """Grades answers on a warm process of its own, started at the first need or by `start`.

    Usable from any thread, and from several at once; a grade blocks its caller, so the app calls it in a worker.

    Args:
        seconds: time any answer may take, instead of its card's own.
        make_warm: gives the warm process; by default one of this grader's own.
        card_seconds: time a card's own code may take: its reference, its snippet, its truth.
        seed: has every grade draw the same cases.
    """

    def __init__(
        self,
        seconds: float | None = None,
        make_warm: Callable[[], Warm] = WarmProcess,
        *,
        card_seconds: float = CARD_SECONDS,
        seed: int | None = None,
    ) -> None:
        self._seconds = seconds
        self._seed = seed
        self._card_seconds = card_seconds
        self._make_warm = make_warm
        self._warm: Warm | None = None
        self._starting = threading.Lock()
        self._preparing = threading.Lock()
        self._prepared: _Prepared | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Begin to warm up, and return at once: torch is imported while the learner reads."""
        self._process()

    def close(self) -> None:
        """End the warm process; the next grade starts another."""
        with self._preparing:
            self._give_up_prepared()
        with self._starting:
            warm, self._warm = self._warm, None
        if warm is not None:
            warm.close()

    def grade(
        self,
        card: Card,
        answer: str,
        *,
        language: str = "en",
        device: str = "auto",
        seconds: float | None = None,
        seed: int | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Verdict:
        """What the grader says of an answer.

        Args:
            card: of any kind; one with parameters is graded as `instance_of` makes it from the seed.
            answer: text: code, a prediction, a derivation, words, or option numbers ("1,3").
            language: of the message, `en` or `ko`.
            device: `auto`, `cpu`, `cuda` or `mps`; `auto` grades loops on the CPU, since each element would cost a
                round trip to the device.
            seconds: wall time the answer may take; the grader's or the card's own where None.
            seed: replays the same cases; the grader's own, or drawn afresh, where None.
            on_progress: called with (cases run, cases planned), in the calling thread.
            cancelled: asked about 20 times a second.

        Raises:
            GraderError: the grader itself failed, or the card cannot be graded.
            GradeCancelledError: `cancelled` said so.
        """
        seed = self._seed if seed is None else seed
        if is_drawn(card):
            seed = _drawn_seed() if seed is None else seed
            card = instance_of(card, seed, self.compute)
        if card.kind == "implement" and not answer.strip():
            return Verdict(Outcome.WRONG, wording.sentence("empty", language, function=card.function))
        seconds = self._seconds if seconds is None else seconds
        device = _device(card, device) if card.kind == "implement" else device
        prepared = self._take(card, device) if seed is None and card.kind == "implement" else None
        seed = prepared.seed if prepared is not None else _drawn_seed() if seed is None else seed
        if card.kind not in {"recall", "choice"}:
            self._process().wait_ready(cancelled)  # torch's import is no part of the grade's time
        started = time.perf_counter()

        def graded() -> Verdict:
            match card.kind:
                case "recall":
                    return grade_recall(card, answer, language)
                case "choice":
                    return grade_choice(card, answer, language)
                case "predict":
                    from studytui.grader.predicting import grade_predict

                    limit = self._card_seconds
                    return grade_predict(self._process(), card, answer, language, seed, limit, cancelled)
                case "derive":
                    from studytui.grader.deriving import grade_derive

                    limit = max(seconds or 0.0, self._card_seconds)
                    return grade_derive(self._process(), card, answer, language, seed, limit, cancelled)
                case "implement":
                    return self._implement(
                        card, answer, language, device, seconds, seed, prepared, on_progress, cancelled
                    )

        try:
            verdict = graded()
        except GoneError:
            prepared = None
            verdict = graded()  # on another warm process: nothing had run on the one that was gone
        return replace(_fit_to_print(verdict), seconds=time.perf_counter() - started, seed=seed)

    def try_all(
        self,
        card: ImplementCard,
        answers: Sequence[str],
        *,
        seed: int,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[bool]:
        """Which of many wrong answers a card's cases catch: for its author, and much faster than a grade of each.

        An answer that is not caught is still to be graded: nobody watches here how it does what it does. One that takes
        ten times as long as the solution counts as caught.

        Args:
            seed: of the cases.

        Raises:
            GraderError: the grader itself failed, the card cannot be graded, or an answer brought the process down.
            GradeCancelledError: `cancelled` said so.
        """
        self._process().wait_ready(cancelled)
        limit = self._card_seconds + card.seconds + len(answers)
        job = {**_learner_job(card, "", card.seconds), "seed": seed, "answers": list(answers)}
        try:
            return tried(self._process(), card, job, limit, cancelled)
        except GoneError:
            return tried(self._process(), card, job, limit, cancelled)

    def compute(self, values: Mapping[str, Value], expressions: Sequence[str]) -> list[str]:
        """What expressions in a card's texts come to, as `instance_of` asks it: worked out in the sandbox; blocks.

        Raises:
            GraderError: the grader itself failed, or an expression did.
        """
        self._process().wait_ready(None)
        try:
            return computed_texts(self._process(), values, expressions, self._card_seconds)
        except GoneError:
            return computed_texts(self._process(), values, expressions, self._card_seconds)

    def trace(
        self, card: PredictCard, *, seed: int, cancelled: Callable[[], bool] | None = None
    ) -> tuple[TracedLine, ...]:
        """What each line of a predict card's snippet makes, and pictures of where cells go; `seed` is its verdict's.

        Raises:
            GraderError: the grader itself failed, or the snippet cannot be traced.
            GradeCancelledError: `cancelled` said so.
        """
        code = instance_of(card, seed, self.compute).code
        self._process().wait_ready(cancelled)
        try:
            return trace_snippet(self._process(), code, seed, self._card_seconds, cancelled)
        except GoneError:
            return trace_snippet(self._process(), code, seed, self._card_seconds, cancelled)

    def picture(self, expression: str, inputs: Sequence[tuple[str, str]]) -> Picture:
        """Which cell of which input each cell of an expression comes from; inputs are expressions by name, in order.

        Raises:
            StudyError: an expression cannot be used.
            GraderError: the grader itself failed.
        """
        self._process().wait_ready(None)
        seconds = self._card_seconds if self._seconds is None else self._seconds
        try:
            return draw_expression(self._process(), expression, inputs, seconds)
        except GoneError:
            return draw_expression(self._process(), expression, inputs, seconds)

    def prepare(self, card: Card, *, device: str = "auto") -> None:
        """Have an oracle make the cases of a card while the learner writes, for the next grade of it; blocks shortly.

        Raises:
            GraderError: the grader itself failed.
        """
        if card.kind != "implement":
            return
        device = _device(card, device)
        with self._preparing:
            if self._prepared is not None and self._prepared.fits(card, device):
                return
            self._give_up_prepared()
            warm, seed = self._process(), _drawn_seed()
            oracle = self._oracle(warm, device)
            oracle.connection.sendall(pack(_oracle_job(card, seed)))
            self._prepared = _Prepared(card, seed, device, warm, oracle)
            warm.expect("learner", seconds=self._seconds or card.seconds, memory=MEMORY, device=device)

    def _take(self, card: Card, device: str) -> _Prepared | None:
        """The oracle that was prepared for this card, now the caller's to end; one for another card is ended here."""
        with self._preparing:
            prepared = self._prepared
            if prepared is None or not (prepared.fits(card, device) and prepared.warm.alive):
                self._give_up_prepared()
                return None
            self._prepared = None
            return prepared

    def _give_up_prepared(self) -> None:
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            prepared.warm.end_all([prepared.oracle], grace=False)

    def _oracle(self, warm: Warm, device: str) -> Child:
        return warm.spawn("oracle", seconds=self._card_seconds, memory=MEMORY, device=device)

    def _process(self) -> Warm:
        with self._starting:
            if self._warm is not None and not self._warm.alive:
                self._warm.close()
                self._warm = None
            if self._warm is None:
                self._warm = self._make_warm()
            return self._warm

    def _implement(
        self,
        card: ImplementCard,
        answer: str,
        language: str,
        device: str,
        seconds: float | None,
        seed: int,
        prepared: _Prepared | None,
        on_progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Verdict:
        seconds = card.seconds if seconds is None else seconds
        warm = self._process() if prepared is None else prepared.warm
        children: list[Child] = []
        report: Report | None = None
        endings: list[Ending] | None = None
        try:
            children.append(warm.spawn("learner", seconds=seconds, memory=MEMORY, device=device))
            children.append(self._oracle(warm, device) if prepared is None else prepared.oracle)
            learner, oracle = children
            exchange = Exchange(oracle, learner, seconds, self._card_seconds, on_progress, cancelled)
            job = None if prepared is not None else _oracle_job(card, seed)
            report = exchange.run(job, _learner_job(card, answer, seconds))
        except GraderError:
            if len(children) < CHILDREN or warm.alive:
                raise
            report = None
        finally:
            died = report is not None and report.end is End.DIED
            if died or report is None:
                endings = warm.end_all(children, grace=died)
            else:
                warm.release(children)  # nobody needs to wait for their end
        if report is None or (died and endings is None):
            raise failure("gone_meanwhile")
        try:
            ending = endings[0] if endings else Ending(None, 0, 0)
            return verdict_of(card, report, ending, language, seconds, device)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise failure("oracle_unreadable", why=f"{type(error).__name__}: {str(error)[:200]}") from None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An oracle at work on the next grade of a card, before there is an answer."""

    card: ImplementCard
    seed: int
    device: str
    warm: Warm
    oracle: Child

    def fits(self, card: Card, device: str) -> bool:
        """Whether it is of use to this card, here."""
        return self.card == card and self.device == device


def _device(card: ImplementCard, device: str) -> str:
    """Where an answer's tensors live: loops would pay a round trip an element, and Triton is interpreted on the CPU.

    Raises:
        GraderError: the card asks for Triton, and it is not installed.
    """
    if card.by_hand == "triton":
        if is_missing(need_of(card)):
            raise failure("no_triton")
        return "cpu"
    return "cpu" if device == "auto" and card.by_hand == "loops" else device


def _drawn_seed() -> int:
    return secrets.randbelow(1 << 31)


def _oracle_job(card: ImplementCard, seed: int) -> Header:
    return {"card": card.model_dump(mode="json"), "seed": seed}


def _learner_job(card: ImplementCard, answer: str, seconds: float) -> dict[str, Any]:
    drawn = {secrets.randbelow(100) for _ in range(WATCHED_DRAWN)}
    return {
        "source": answer,
        "function": card.function_name,
        "by_hand": card.by_hand,
        "allow": list(card.allow),
        "forbid": list(card.forbid),
        "calls": card.calls,
        "inputs": list(card.inputs),
        "seed": secrets.randbelow(1 << 31),
        "seconds": seconds,
        "watched": sorted({*range(WATCHED_SMALLEST), *drawn}),
    }


def _fit_to_print(verdict: Verdict) -> Verdict:
    """The verdict with every text cleaned and cut: decks' words and answers' own lines are in it."""
    return replace(
        verdict,
        message=printable(verdict.message[:LONGEST_TEXT]),
        cause=printable(verdict.cause[:LONGEST_TEXT]),
        expected=printable(verdict.expected[:LONGEST_TEXT]),
        printed=printable(verdict.printed[:LONGEST_TEXT]),
        steps=tuple(replace(step, text=printable(step.text), says=printable(step.says)) for step in verdict.steps),
    )
