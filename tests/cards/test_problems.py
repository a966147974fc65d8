from __future__ import annotations

from pathlib import Path

import pytest

from studytui.cards.problems import MAX_CELLS, Problem, Source, did_you_mean, nearest, printable

PATH = Path("decks/x.yaml")


def test_a_problem_is_shown_with_its_place_its_line_a_caret_and_a_hint() -> None:
    source = Source(PATH, "a: 1\ndepth: waht\n")

    problem = source.problem((2, 8), "`depth` is 'waht'; it must be one of what, how, why", "Did you mean `what`?")

    assert problem.render() == (
        "decks/x.yaml:2:8: `depth` is 'waht'; it must be one of what, how, why\n"
        "  2 | depth: waht\n"
        "    |        ^\n"
        "  Did you mean `what`?"
    )


def test_a_problem_of_the_whole_file_has_no_place() -> None:
    assert Problem(PATH, 0, 0, "there is no such file").render() == "decks/x.yaml: there is no such file"


def test_a_warning_says_that_it_is_one() -> None:
    assert Problem(PATH, 3, 1, "m", severity="warning").render() == "decks/x.yaml:3:1: warning: m"


def test_the_caret_counts_wide_characters_as_two_cells() -> None:
    shown = Source(PATH, "한글: x").problem((1, 5), "m").render().splitlines()

    assert shown[1:] == ["  1 | 한글: x", "    |       ^"]


@pytest.mark.parametrize("column", [1, 60, 150, 299, 300])
def test_a_long_line_is_cut_around_the_caret(column: int) -> None:
    line = "".join(chr(0xAC00 + index) if index % 3 == 0 else chr(97 + index % 26) for index in range(300))
    shown, caret = Source(PATH, line).problem((1, column), "m").render().splitlines()[1:3]

    body = shown.removeprefix("  1 | ")
    cells = [2 if "가" <= character <= "힣" else 1 for character in body]
    assert sum(cells) <= MAX_CELLS + 1
    before = len(caret.removeprefix("    | ")) - 1
    under = next(index for index in range(len(body)) if sum(cells[:index]) == before)
    assert body[under] == line[column - 1]


def test_a_line_nobody_can_read_is_not_kept() -> None:
    assert Source(PATH, "x" * 20_000).problem((1, 9), "m").source == ""


def test_no_text_of_a_deck_reaches_the_terminal_as_a_command() -> None:
    problem = Problem(Path("a\x1b[2J.yaml"), 1, 1, "m", source="b\x1b[31m\x9b")

    assert "\x1b" not in problem.render()
    assert "\x9b" not in problem.render()
    assert printable("a\nb\ud800") == "a\\nb\\ud800"


def test_places_count_lines_as_editors_do() -> None:
    source = Source(PATH, "a\r\nb\rc\nd")

    assert [source.line(number) for number in range(6)] == ["", "a", "b", "c", "d", ""]
    assert source.place(7) == (4, 1)
    assert source.place(4) == (2, 2)


def test_the_nearest_word_is_found_whatever_its_case_and_none_is_made_up() -> None:
    assert nearest("Promt", ["prompt", "points"]) == "prompt"
    assert did_you_mean("promt", ["prompt"]) == "Did you mean `prompt`?"
    assert did_you_mean("zzz", ["prompt"]) == ""
