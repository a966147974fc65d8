"""Bindings: ids, texts, Korean aliases, names."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import studytui.ui
from studytui.app import StudyApp
from studytui.ui.keys import JAMO, Keys, key_name, with_jamo
from studytui.ui.texts import TABLE, Texts

if TYPE_CHECKING:
    from collections.abc import Iterator


def our_nodes() -> list[type[DOMNode]]:
    """Every screen and widget of ours, and the app."""
    modules = [
        importlib.import_module(module.name) for module in pkgutil.walk_packages(studytui.ui.__path__, "studytui.ui.")
    ]
    found: dict[type[DOMNode], None] = {StudyApp: None}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__ == module.__name__:
                found[value] = None
    return list(found)


def bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    for node in our_nodes():
        for bound in vars(node).get("BINDINGS", ()):
            assert isinstance(bound, Binding), (node, bound)
            yield node, bound


def test_every_binding_has_an_id_and_a_text_in_both_languages() -> None:
    seen = list(bindings())
    assert len(seen) > 60
    for node, bound in seen:
        assert bound.id, (node, bound)
        assert f"key.{bound.id}" in TABLE, (node, bound)


def test_an_id_means_one_thing_in_one_place() -> None:
    meanings: dict[str, tuple[type[DOMNode], str]] = {}
    for node, bound in bindings():
        assert bound.id
        if bound.id != "screen.back":
            assert meanings.setdefault(bound.id, (node, bound.action)) == (node, bound.action)


def test_no_node_binds_one_key_twice() -> None:
    for node in our_nodes():
        keys = [key for bound in vars(node).get("BINDINGS", ()) for key in bound.key.split(",")]
        assert len(keys) == len(set(keys)), (node, keys)


def test_every_letter_works_on_a_korean_layout_too() -> None:
    for node, bound in bindings():
        keys = bound.key.split(",")
        for key in keys:
            if key in JAMO:
                assert JAMO[key] in keys, (node, bound)


def test_every_text_of_a_key_belongs_to_a_binding() -> None:
    ids = {bound.id for _node, bound in bindings()}
    assert {id_.removeprefix("key.") for id_ in TABLE if id_.startswith("key.")} == ids


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("f5", "F5"),
        ("ctrl+j", "Ctrl+J"),
        ("escape", "Esc"),
        ("question_mark", "?"),
        ("h", "h"),
        ("G", "G"),
        ("ctrl+down", "Ctrl+↓"),
        ("shift+tab", "Shift+Tab"),
        ("exclamation_mark", "!"),
    ],
)
def test_keys_are_named_as_they_are_printed(key: str, name: str) -> None:
    assert key_name(key) == name


def test_rebinding_to_a_letter_brings_its_jamo() -> None:
    assert with_jamo("g, ctrl+g") == "g,ctrl+g,ㅎ"
    keys = Keys({"study.grade": "g"})
    assert keys.keymap == {"study.grade": "g,ㅎ"}
    assert keys.name("study.grade") == "g"
    assert keys.name("app.help") == "F1"
    assert "study.grad" in str(Keys({"study.grad": "g"}).unknown(Texts("en")))
    assert keys.unknown(Texts("en")) is None


def test_no_default_keys_clash_and_a_clash_by_the_settings_is_found() -> None:
    our_nodes()  # imports them all
    assert Keys({}).clash(Texts("en")) is None
    clash = str(Keys({"study.skip": "b"}).clash(Texts("en")))
    assert "study.skip" in clash
    assert "study.bury" in clash
