from __future__ import annotations

from typing import Any

import pytest

from studytui.cards.signature import Parameter, case_signature, parse_signature


def test_names_defaults_and_kinds_are_read_in_order() -> None:
    signature = parse_signature("conv2d(input, weight, bias=None, *sizes, stride=1, mode: str = 'same')")
    assert signature.name == "conv2d"
    assert signature.parameters == (
        Parameter("input"),
        Parameter("weight"),
        Parameter("bias", "None"),
        Parameter("sizes", spread=True),
        Parameter("stride", "1", keyword_only=True),
        Parameter("mode", "'same'", keyword_only=True),
    )


def test_what_a_call_may_leave_out() -> None:
    signature = parse_signature("f(a, b=2, *c, d, e=5)")
    assert [parameter.optional for parameter in signature.parameters] == [False, True, True, False, True]


def test_positional_only_parameters_are_parameters() -> None:
    assert [parameter.name for parameter in parse_signature("f(a, /, b)").parameters] == ["a", "b"]


def test_a_signature_without_parameters_is_one() -> None:
    assert parse_signature(" f() ").parameters == ()


def test_defaults_are_text_that_nobody_runs() -> None:
    (parameter,) = parse_signature("f(x=__import__('os').abort())").parameters
    assert parameter.default == "__import__('os').abort()"


CLAMP, VIEW, SUM = "clamp(x, min=None, max=None)", "view(x, *shape)", "sum(x, dim=None, *, keepdim=False)"


@pytest.mark.parametrize(
    ("signature", "arguments", "call"),
    [
        (CLAMP, {"x": 1, "min": 2, "max": 3}, ([1, 2, 3], {})),
        (CLAMP, {"x": 1, "max": 3}, ([1], {"max": 3})),
        (CLAMP, {"x": 1}, ([1], {})),
        (CLAMP, {"min": 2}, ([], {"min": 2})),
        (VIEW, {"x": 1, "shape": [2, 3]}, ([1, 2, 3], {})),
        (VIEW, {"x": 1, "shape": ()}, ([1], {})),
        (VIEW, {"x": 1}, ([1], {})),
        (SUM, {"x": 1, "dim": 0, "keepdim": True}, ([1, 0], {"keepdim": True})),
        (SUM, {"x": 1, "keepdim": True}, ([1], {"keepdim": True})),
        ("f(a, b=1, *c)", {"a": 1, "c": [2]}, ([1, 2], {})),
    ],
)
def test_arguments_are_bound_as_a_call_passes_them(
    signature: str, arguments: dict[str, Any], call: tuple[list[Any], dict[str, Any]]
) -> None:
    assert parse_signature(signature).bind(arguments) == call


@pytest.mark.parametrize(
    "text",
    [
        "",
        "view",
        "view(",
        "view(x",
        "view(x) return x",
        "view(x): pass\ndef other()",
        "view(x): pass\n    x = 1\n    #",
        "view(1)",
        "(x)",
        "view(x y)",
        "lambda x: x",
        "view(x=)",
        "view(x, *)",
        "view(\x00)",
        "view(" + "(" * 500 + ")",
        "class View(x)",
    ],
    ids=repr,
)
def test_what_is_no_signature_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is no signature; write it as"):
        parse_signature(text)


def test_keywords_of_any_name_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match=r"`\*\*options` cannot be declared"):
        parse_signature("f(x, **options)")


def test_a_case_of_a_stateful_card_binds_every_input_by_position() -> None:
    signature = case_signature("Linear(n, m)", ["x", "y"], "return Linear(2, 3)(x)")
    assert signature.bind({"y": 2, "x": 1}) == ([1, 2], {})
    assert signature.name == "Linear"
    assert case_signature("f(a, b=1)", ["b"], None) == parse_signature("f(a, b=1)")
