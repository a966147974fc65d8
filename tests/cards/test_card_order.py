from __future__ import annotations

import random

from studytui.cards.order import in_order


def test_cards_stay_as_written_where_nothing_asks_otherwise() -> None:
    assert in_order(["c", "a", "b"], {"a": ["c"], "b": ["elsewhere"]}) == (["c", "a", "b"], [])


def test_a_card_waits_for_its_prerequisites_and_then_comes_as_early_as_it_was_written() -> None:
    ordered, cycles = in_order(["a", "b", "c", "d"], {"a": ["c"]})

    assert ordered == ["b", "c", "a", "d"]
    assert not cycles


def test_a_cycle_is_told_and_entered_at_its_first_card() -> None:
    ordered, cycles = in_order(["x", "a", "b", "c"], {"a": ["c"], "b": ["a"], "c": ["b"], "x": ["b"]})

    assert ordered == ["a", "b", "x", "c"]
    assert [sorted(cycle) for cycle in cycles] == [["a", "b", "c"]]


def test_every_card_comes_once_and_after_its_prerequisites_whatever_they_are() -> None:
    draw = random.Random(3)
    for _ in range(200):
        names = [f"c{index}" for index in range(draw.randrange(1, 12))]
        after = {name: draw.sample(names, draw.randrange(min(3, len(names)))) for name in names}

        ordered, cycles = in_order(names, after)

        assert sorted(ordered) == sorted(names)
        late = [
            (name, before) for name in names for before in after[name] if ordered.index(before) > ordered.index(name)
        ]
        on_cycles = {name for cycle in cycles for name in cycle}
        assert all(name in on_cycles and before in on_cycles for name, before in late)
        assert cycles or not late


def test_two_thousand_cards_in_a_row_are_no_trouble() -> None:
    names = [f"c{index}" for index in range(2_000)]

    ordered, cycles = in_order(names, {name: [f"c{index + 1}"] for index, name in enumerate(names)})

    assert ordered == names[::-1]
    assert not cycles
