from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from deck_building import EVERY_KIND, IMPLEMENT, RECALL, deck, recall

from studytui.cards import index_cache
from studytui.cards.index import DeckIndex, index_deck
from studytui.cards.index_cache import IndexCache, file_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "x.yaml"
    written.write_text(deck(EVERY_KIND + recall("last", "after: [other/b, view]\n")), encoding="utf-8")
    return written


def kept(cache: Path, path: Path) -> DeckIndex | None:
    return IndexCache(cache).get(path, file_key(path))


def keep(cache: Path, *paths: Path) -> None:
    one = IndexCache(cache)
    for path in paths:
        one.put(path, file_key(path), index_deck(path))
    one.save()


def test_an_index_comes_back_as_it_was(tmp_path: Path, path: Path) -> None:
    cache = tmp_path / "cache" / "decks.json"
    index = index_deck(path)

    keep(cache, path)

    assert index.info is not None
    assert index.references
    assert kept(cache, path) == index


def test_problems_of_a_bad_deck_come_back_as_they_were(tmp_path: Path, path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("depth: what", "depth: waht"), encoding="utf-8")
    index = index_deck(path)

    keep(tmp_path / "c", path)

    assert index.info is None
    assert [problem.render() for problem in index.problems]
    assert kept(tmp_path / "c", path) == index


def test_a_deck_that_has_changed_is_not_taken_from_the_cache(tmp_path: Path, path: Path) -> None:
    keep(tmp_path / "c", path)
    found = path.stat()

    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1))
    assert kept(tmp_path / "c", path) is None

    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert kept(tmp_path / "c", path) is not None

    with path.open("a", encoding="utf-8") as file:
        file.write("\n")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert kept(tmp_path / "c", path) is None


def test_another_version_or_other_code_does_not_use_it(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path / "c", path)

    with monkeypatch.context() as patch:
        patch.setattr(index_cache, "__version__", "99")
        assert kept(tmp_path / "c", path) is None
    with monkeypatch.context() as patch:
        patch.setattr(index_cache, "_code_stamp", lambda: 0)
        assert kept(tmp_path / "c", path) is None
    assert kept(tmp_path / "c", path) is not None


@pytest.mark.parametrize("damage", ["", "{}", "\x00\xff", "studytui", "[[[[", "cut", "flipped"])
def test_a_damaged_cache_is_ignored_and_written_anew(damage: str, tmp_path: Path, path: Path) -> None:
    cache = tmp_path / "c"
    keep(cache, path)
    whole = cache.read_bytes()
    cache.write_bytes(
        {"cut": whole[:-20], "flipped": whole[:-40] + b"7" + whole[-39:]}.get(damage, damage.encode("latin-1"))
    )

    assert kept(cache, path) is None
    keep(cache, path)
    assert kept(cache, path) is not None


@pytest.mark.parametrize("where", ["folder", "below a file", "link to nowhere"])
def test_a_cache_that_cannot_be_written_is_no_error(where: str, tmp_path: Path, path: Path) -> None:
    cache = tmp_path / "c"
    if where == "folder":
        (cache / "x").mkdir(parents=True)
    elif where == "below a file":
        cache.write_text("x")
        cache /= "decks.json"
    else:
        (tmp_path / "gone").symlink_to(tmp_path / "no" / "where")
        cache = tmp_path / "gone" / "decks.json"

    keep(cache, path)

    assert kept(cache, path) is None
    assert not [name for name in os.listdir(tmp_path) if name.startswith("c.")]  # noqa: PTH208 - texts are compared


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path, path: Path) -> None:
    cache = tmp_path / "c"
    keep(cache, path)
    before = cache.stat()

    one = IndexCache(cache)
    one.get(path, file_key(path))
    one.save()

    assert cache.stat().st_mtime_ns == before.st_mtime_ns
    assert cache.stat().st_ino == before.st_ino


def test_decks_of_other_runs_are_kept_and_those_that_are_gone_are_dropped(tmp_path: Path, path: Path) -> None:
    cache, other, gone = tmp_path / "c", tmp_path / "other.yaml", tmp_path / "gone.yaml"
    for copy in (other, gone):
        copy.write_text(deck(recall("a"), copy.stem), encoding="utf-8")
    keep(cache, other, gone)
    gone.unlink()

    keep(cache, path)

    names = json.loads(cache.read_text().partition("\n")[2])
    assert set(names) == {str(path), str(other)}


def test_the_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path: Path, path: Path) -> None:
    cache = tmp_path / "folder" / "c"
    keep(cache, path)
    with cache.open() as reader:
        keep(cache, path)
        assert reader.read().startswith("studytui deck index")
    assert [entry.name for entry in cache.parent.iterdir()] == ["c"]


def test_a_deck_keeps_the_name_it_is_opened_by(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path / "c", path)
    monkeypatch.chdir(path.parent)

    index = kept(tmp_path / "c", Path("x.yaml"))

    assert index is not None
    assert index.info is not None
    assert index.info.path == Path("x.yaml")


def test_what_a_card_needs_is_kept_beside_it(tmp_path: Path, path: Path) -> None:
    kernel = IMPLEMENT.replace("  function:", "  by_hand: triton\n  function:")
    path.write_text(deck(RECALL + kernel), encoding="utf-8")
    keep(tmp_path / "c", path)
    index = kept(tmp_path / "c", path)
    assert index is not None
    assert index.info is not None
    assert [entry.needs for entry in index.info.entries] == [None, "triton"]
