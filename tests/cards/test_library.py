from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from deck_building import EVERY_KIND, deck, recall, write_decks

from studytui.cards.library import Library
from studytui.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, **decks: str) -> None:
    """Decks by file name, each the text of its cards."""
    for name, cards in decks.items():
        (folder / f"{name}.yaml").write_text(deck(cards, name), encoding="utf-8")


def opened(*paths: Path, cache: Path | None = None) -> Library:
    return Library.open(paths, cache)


def test_an_entry_holds_what_lists_and_queues_need(tmp_path: Path) -> None:
    write(tmp_path, tensors=EVERY_KIND)

    library = opened(tmp_path)
    entry = library.entry("tensors/view")

    assert library.problems == ()
    assert (entry.id, entry.deck, entry.kind, entry.depth, entry.function) == (
        "tensors/view",
        "tensors",
        "implement",
        None,
        "view",
    )
    assert entry.after == ("tensors/clamp-what",)
    assert entry.prompt == {"en": "Write view.", "ko": "view를 구현해요."}
    assert (tmp_path / "tensors.yaml").read_text(encoding="utf-8").splitlines()[entry.line - 1] == "  - id: view"
    clamp = library.entry("tensors/clamp-what")
    assert (clamp.topics, clamp.depth, clamp.function) == (("clamp",), "what", None)
    (info,) = library.decks
    assert (info.id, info.title, info.path) == ("tensors", {"en": "Tensors", "ko": "텐서"}, tmp_path / "tensors.yaml")


def test_a_prompt_of_one_wording_is_under_english_and_of_many_lines_by_its_first(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a").replace("prompt: p", "prompt: |\n    first line\n\n    second line"))

    assert opened(tmp_path).entry("a/a").prompt == {"en": "first line"}


def test_a_number_that_is_drawn_goes_by_its_name_in_a_list(tmp_path: Path) -> None:
    drawn = recall("a").replace("prompt: p", 'prompt: "Of `zeros({n}, {= n * 2})` and {{}}?"\n  parameters: {n: 2..4}')
    plain = recall("b").replace("prompt: p", 'prompt: "What is `{n}`?"')
    write(tmp_path, a=drawn + plain)

    for _ in range(2):  # read anew, then from the kept index
        library = opened(tmp_path, cache=tmp_path / "index")
        assert library.entry("a/a").prompt == {"en": "Of `zeros(n, n * 2)` and {}?"}
        assert library.entry("a/b").prompt == {"en": "What is `{n}`?"}


def test_cards_come_in_the_order_of_decks_with_prerequisites_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=recall("one", "after: [b/two]\n") + recall("two", "after: [three]\n") + recall("three"),
        b=recall("one") + recall("two"),
    )

    assert [entry.id for entry in opened(tmp_path).entries] == ["a/three", "a/two", "b/one", "b/two", "a/one"]


def test_a_bad_deck_stops_no_other_and_is_told(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a"), c=recall("c"))
    (tmp_path / "b.yaml").write_text("deck: b\ntitle: 'x\n", encoding="utf-8")
    (tmp_path / "d.yaml").write_bytes(b"\0")
    (tmp_path / "e.yml").mkdir()

    library = opened(tmp_path)

    assert [info.id for info in library.decks] == ["a", "c"]
    assert [problem.path.name for problem in library.problems] == ["b.yaml", "d.yaml", "e.yml"]


def test_folders_are_searched_below_by_name_and_hidden_ones_passed_over(tmp_path: Path) -> None:
    for folder in ("z", "b/c", ".git"):
        (tmp_path / folder).mkdir(parents=True)
    write(tmp_path / "z", inz=recall("a"))
    write(tmp_path / "b" / "c", inc=recall("a"))
    write(tmp_path / ".git", hidden=recall("a"))
    write(tmp_path, top=recall("a"))
    (tmp_path / "notes.md").write_text("no deck")
    (tmp_path / "short.yml").write_text(deck(recall("a"), "short"), encoding="utf-8")

    assert [info.id for info in opened(tmp_path).decks] == ["short", "top", "inc", "inz"]


def test_a_file_is_opened_once_however_many_paths_lead_to_it(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a"))
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")

    library = opened(tmp_path / "a.yaml", tmp_path, tmp_path / "loop")

    assert [info.path for info in library.decks] == [tmp_path / "a.yaml"]
    assert library.problems == ()


def test_a_file_that_is_named_is_a_deck_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(deck(recall("a"), "mine"), encoding="utf-8")

    assert opened(tmp_path / "mine.txt").entry("mine/a")


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = opened(tmp_path / "none").problems

    assert problem.message == "there is no such file"


def test_numbered_decks_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10-why.yaml", "2-numpy.yaml", "1-tensors.yaml", "a.yaml", "2-numpy-b.yaml"):
        (tmp_path / name).write_text(deck(recall("one"), name=f"d-{name.split('.')[0]}"), encoding="utf-8")

    found = [found.path.name for found in Library.open([tmp_path], None).decks]

    assert found == ["1-tensors.yaml", "2-numpy.yaml", "2-numpy-b.yaml", "10-why.yaml", "a.yaml"]


def test_searching_ends_where_no_decks_folder_would_be_that_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studytui.cards.library.MAX_FOLDERS", 5)
    write(tmp_path, a=recall("a"))
    for number in range(9):
        (tmp_path / f"folder-{number}").mkdir()

    library = opened(tmp_path)

    assert ["too many folders" in problem.message for problem in library.problems] == [True]


def test_of_two_decks_with_one_id_the_first_is_used_and_the_other_told(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a"))
    (tmp_path / "b.yaml").write_text("# b\n" + deck(recall("b"), "a"), encoding="utf-8")

    library = opened(tmp_path)

    assert [entry.id for entry in library.entries] == ["a/a"]
    (problem,) = library.problems
    assert (problem.path, problem.line, problem.column, problem.source) == (tmp_path / "b.yaml", 2, 7, "deck: a")
    assert str(tmp_path / "a.yaml") in problem.message


def test_after_a_card_that_no_open_deck_has_is_a_warning_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a", "after: [b/vew]\n"), b=recall("view"))

    library = opened(tmp_path)

    (problem,) = library.problems
    assert (problem.severity, problem.hint) == ("warning", "Did you mean `b/view`?")
    assert problem.source[problem.column - 1 :] == "b/vew]"
    assert [entry.id for entry in library.entries] == ["a/a", "b/view"]


def test_after_a_card_of_a_deck_that_is_left_out_is_told_by_that_deck_alone(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a", "after: [b/view]\n"), b=recall("view", "nothing: 1\n"))

    assert [problem.path.name for problem in opened(tmp_path).problems] == ["b.yaml"]


def test_decks_that_come_after_each_other_are_warned_of_and_still_studied(tmp_path: Path) -> None:
    write(tmp_path, a=recall("x", "after: [b/y]\n"), b=recall("y", "after: [a/x]\n"))

    library = opened(tmp_path)

    assert [entry.id for entry in library.entries] == ["a/x", "b/y"]
    (problem,) = library.problems
    assert problem.severity == "warning"
    assert "`a/x` → `b/y` → `a/x`" in problem.message


def test_a_card_is_found_by_its_id_alone_where_only_one_deck_has_it(tmp_path: Path) -> None:
    write(tmp_path, a=recall("x") + recall("y"), b=recall("x"))
    library = opened(tmp_path)

    assert library.find("y").id == "a/y"
    assert library.find(" b/x ").id == "b/x"
    with pytest.raises(DeckError, match="2 decks have a card `x`") as caught:
        library.find("x")
    assert caught.value.hint == "Name one of a/x, b/x."


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tensors/viw", "Did you mean `tensors/view`?"),
        ("viw", "Did you mean `tensors/view`?"),
        ("tensor/view", "Did you mean `tensors/view`?"),
        ("zzz", "`studytui list` shows every card."),
    ],
)
def test_an_unknown_card_is_told_with_the_nearest(name: str, hint: str, tmp_path: Path) -> None:
    write(tmp_path, tensors=EVERY_KIND)

    with pytest.raises(DeckError, match="no card") as caught:
        opened(tmp_path).find(name)

    assert caught.value.hint == hint


def test_an_unknown_card_among_none_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="no cards at all"):
        opened(tmp_path).card("a/b")


def test_implement_cards_are_found_by_function(tmp_path: Path) -> None:
    implement = EVERY_KIND[EVERY_KIND.index("- id: view") : EVERY_KIND.index("- id: sgd")].replace("clamp-what", "a")
    write(tmp_path, a=recall("a") + implement, b=recall("a") + implement.replace("id: view", "id: view-again"))
    library = opened(tmp_path)

    assert [entry.id for entry in library.functions("view")] == ["a/view", "b/view-again"]
    assert library.functions("transpose") == ()


def test_a_card_is_read_with_its_texts_and_its_deck_but_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, tensors=EVERY_KIND)
    library = opened(tmp_path)

    card = library.card("tensors/view")
    (tmp_path / "tensors.yaml").unlink()

    assert card.kind == "implement"
    assert card.function == "view(x, *shape)"
    assert library.card("tensors/view") is card
    assert library.card("tensors/clamp-what").kind == "recall"


def test_a_deck_broken_since_it_was_opened_is_an_error_that_says_where(tmp_path: Path) -> None:
    write(tmp_path, a=recall("a"), b=recall("b") + recall("c"))
    library = opened(tmp_path)
    (tmp_path / "a.yaml").write_text("deck: a\ntitel: a\n", encoding="utf-8")
    write(tmp_path, b=recall("c"))

    with pytest.raises(DeckError, match=r"a\.yaml:1: the deck has no `cards`"):
        library.card("a/a")
    with pytest.raises(DeckError, match="has no card `b/b` any more"):
        library.card("b/b")
    assert library.card("b/c")


def test_a_deck_is_read_from_the_cache_and_again_when_it_has_changed(tmp_path: Path) -> None:
    decks, cache = tmp_path / "decks", tmp_path / "c" / "decks.json"
    decks.mkdir()
    write(decks, a=recall("a"), b=recall("b", "nothing: 1\n"))
    first = opened(decks, cache=cache)

    again = opened(decks, cache=cache)
    assert (again.decks, again.entries, again.problems) == (first.decks, first.entries, first.problems)

    write(decks, b=recall("b") + recall("bb"))
    changed = opened(decks, cache=cache)
    assert [entry.id for entry in changed.entries] == ["a/a", "b/b", "b/bb"]
    assert changed.problems == ()


WARM = """
import sys, time
from pathlib import Path
from studytui.cards.library import Library

best = 1.0
for _ in range(5):
    began = time.process_time()
    library = Library.open([Path(sys.argv[1])], Path(sys.argv[2]))
    best = min(best, time.process_time() - began)
print(len(library.entries), library.find("deck-3/view-7").function, best)
heavy = ("yaml", "pydantic", "pydantic_core", "torch", "sqlalchemy", "textual")
print(*(name for name in heavy if name in sys.modules))
"""


def test_four_hundred_cards_open_from_the_cache_in_15_ms_without_yaml_and_pydantic(tmp_path: Path) -> None:
    write_decks(tmp_path / "decks", decks=10, cards=40)
    cache = tmp_path / "cache.json"
    assert opened(tmp_path / "decks", cache=cache).problems == ()

    run = subprocess.run(
        [sys.executable, "-c", WARM, tmp_path / "decks", cache], capture_output=True, text=True, check=True
    )

    counted, modules, *_ = run.stdout.split("\n")
    cards, function, seconds = counted.split()
    assert (cards, function) == ("400", "view")
    assert modules == ""
    assert float(seconds) < 0.015


def test_libraries_opened_at_once_share_one_cache(tmp_path: Path) -> None:
    write_decks(tmp_path / "decks", decks=3, cards=4)
    cache = tmp_path / "cache.json"

    with ThreadPoolExecutor(4) as pool:
        libraries = list(pool.map(lambda _: opened(tmp_path / "decks", cache=cache), range(8)))

    assert {len(library.entries) for library in libraries} == {12}
    assert len(opened(tmp_path / "decks", cache=cache).entries) == 12
    assert sorted(os.listdir(tmp_path)) == ["cache.json", "decks"]  # noqa: PTH208 - texts are compared
