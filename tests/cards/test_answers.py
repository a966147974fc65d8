from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studytui.cards.answers import right_answer, starter
from studytui.cards.models import ChoiceCard, DeriveCard, ImplementCard, PredictCard, RecallCard


def implement(**fields: Any) -> ImplementCard:
    card = {
        "id": "view",
        "kind": "implement",
        "prompt": {"en": "Return `x` with the sizes in `shape`.", "ko": "`x`를 돌려주세요."},
        "function": "view(x, *shape)",
        "inputs": {"x": "float64[N]", "shape": "[-1]"},
        "reference": "x.view(*shape)",
        "solution": "def view(x, *shape):\n    return x\n",
    }
    return ImplementCard.model_validate({**card, **fields})


def test_the_stub_is_the_signature_with_the_prompt_in_the_learners_language() -> None:
    assert starter(implement(), "ko") == (
        'import torch\n\n\ndef view(x, *shape):\n    """`x`를 돌려주세요."""\n    ...\n'
    )


def test_the_docstring_is_what_a_long_prompt_begins_with_and_fits_a_small_terminal() -> None:
    stub = starter(implement(prompt="word\nword " * 30 + "\n\n- `-1` is inferred"), "en")
    assert max(map(len, stub.splitlines())) <= 75
    assert "inferred" not in stub
    assert stub.endswith('word\n    """\n    ...\n')


def test_a_decks_own_starter_is_taken_as_it_is() -> None:
    assert starter(implement(starter="def view(x, *shape):\n    pass"), "en") == "def view(x, *shape):\n    pass\n"


@given(st.text(alphabet="ab \n\"'\\`가", min_size=1).filter(str.strip))
def test_whatever_the_prompt_says_the_stub_is_a_function_that_returns_nothing(prompt: str) -> None:
    module = ast.parse(starter(implement(prompt=prompt), "en"))
    function = module.body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert (function.name, len(function.body)) == ("view", 2)
    assert ast.get_docstring(function) is not None


RECALL = {
    "kind": "recall",
    "answer": {"en": "It limits.", "ko": "제한합니다."},
    "points": [{"says": {"en": "a lower bound", "ko": "아래 끝"}}, {"says": "an upper bound"}],
}
CHOICE = {
    "kind": "choice",
    "options": [{"text": "one"}, {"text": "two", "right": True, "why": "so it is"}, {"text": "three", "right": True}],
}


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        (implement(), "def view(x, *shape):\n    return x\n"),
        (RecallCard.model_validate({"id": "c", "prompt": "?", **RECALL}), "제한합니다.\n\n- 아래 끝\n- an upper bound"),
        (ChoiceCard.model_validate({"id": "c", "prompt": "?", **CHOICE}), "2. two\n   so it is\n3. three"),
        (
            DeriveCard.model_validate(
                {
                    "id": "c",
                    "kind": "derive",
                    "prompt": "?",
                    "symbols": {"w": "real"},
                    "asks": "y",
                    "truth": "return w",
                    "solution": "y = w",
                }
            ),
            "y = w",
        ),
        (PredictCard(id="c", kind="predict", prompt="?", code="1", asks="value"), None),
    ],
    ids=["implement", "recall", "choice", "derive", "predict"],
)
def test_every_kind_shows_its_right_answer_but_predict_which_must_be_run(card: Any, answer: str | None) -> None:
    assert right_answer(card, "ko") == answer
