"""What a learner may set, and what they are told when they set it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from studytui.errors import SettingsError
from studytui.settings import Settings, find_paths, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml", {}) == Settings()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_locale(environ: dict[str, str], language: str, tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml", environ).language == language


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        language = "ko"
        device = "cpu"
        theme = "nord"
        animation = true
        editor = "vim"
        keys = {"study.grade" = "f6"}
        [scheduling]
        desired_retention = 0.85
        learning_steps = [30, 300]
        relearning_steps = []
        learn_ahead = 0
        new_per_day = 5
        reviews_per_day = 50
        maximum_interval = 365
        rollover_hour = 3
        leech_lapses = 4
        bury_siblings = false
        fuzz = false
        timezone = "Asia/Seoul"
        """,
    )
    settings = load_settings(path, {})
    assert (settings.language, settings.device, settings.theme, settings.editor) == ("ko", "cpu", "nord", "vim")
    assert settings.keys == {"study.grade": "f6"}
    rules = settings.scheduling
    assert (rules.learning_steps, rules.relearning_steps) == ((30, 300), ())
    assert (rules.desired_retention, rules.new_per_day, rules.timezone) == (0.85, 5, "Asia/Seoul")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('langauge = "ko"', "`langauge` is not a setting", "Did you mean `language`?"),
        ("[scheduling]\nnew_perday = 3", "`scheduling.new_perday` is not a setting", "new_per_day"),
        ('language = "fr"', "`language` is 'fr'", "en, ko"),
        ("language = 3", "`language` is 3", "a string"),
        ("[scheduling]\nnew_per_day = true", "`scheduling.new_per_day` is True", "a whole number"),
        ("[scheduling]\nnew_per_day = -1", "`new_per_day` is -1", "between 0"),
        ("[scheduling]\ndesired_retention = 1.5", "`desired_retention` is 1.5", "between 0.7 and 0.99"),
        ("[scheduling]\nlearning_steps = [0]", "`learning_steps` is 0", "between 1"),
        ("[scheduling]\nparameters = [1.0]", "`parameters` has 1 numbers", "21 (FSRS-6)"),
        ('[scheduling]\ntimezone = "Mars/Olympus"', "no known time zone", "Asia/Seoul"),
        ("scheduling = 3", "`scheduling` must be a table", "[scheduling]"),
        ("language = ", "not valid TOML", "Mend the line"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(text: str, message: str, hint: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert str(path) in caught.value.message


def test_a_settings_file_that_is_no_text_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(path, {})
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(folder, {})


def test_xdg_variables_and_one_home_are_honoured(tmp_path: Path) -> None:
    plain = find_paths({"HOME": "/home/me"})
    assert plain.settings == Path("/home/me/.config/studytui/settings.toml")
    assert plain.database == Path("/home/me/.local/share/studytui/studytui.db")
    moved = find_paths({"HOME": "/home/me", "XDG_DATA_HOME": "/data", "XDG_CACHE_HOME": "/cache"})
    assert moved.decks == Path("/data/studytui/decks")
    assert moved.deck_index == Path("/cache/studytui/decks.json")
    together = find_paths({"STUDYTUI_HOME": str(tmp_path)})
    assert all(path.is_relative_to(tmp_path) for path in (together.settings, together.data, together.state))
