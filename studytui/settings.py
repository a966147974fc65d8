"""Where studytui keeps things, and what a learner may set.

`$XDG_CONFIG_HOME`, `$XDG_DATA_HOME`, `$XDG_STATE_HOME` and `$XDG_CACHE_HOME` are honoured on every system, macOS too;
`STUDYTUI_HOME` puts all of it below one folder. Settings are TOML in `config/settings.toml`; a key that is not known is
an error with a "did you mean", so that a misspelt one is never silently ignored.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from studytui.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "ko")
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place studytui reads or writes."""

    settings: Path
    data: Path
    state: Path
    cache: Path

    @property
    def database(self) -> Path:
        """Reviews, memory, attempts and drafts."""
        return self.data / "studytui.db"

    @property
    def decks(self) -> Path:
        """The learner's own decks."""
        return self.data / "decks"

    @property
    def backups(self) -> Path:
        """Copies of the database, the newest kept."""
        return self.data / "backups"

    @property
    def deck_index(self) -> Path:
        """The index of decks already read; safe to delete."""
        return self.cache / "decks.json"

    @property
    def graders(self) -> Path:
        """Sockets of warm processes that wait for the next command."""
        return self.state / "graders"

    @property
    def shipped_decks(self) -> Path:
        """The decks that come with studytui: inside the installed package, or beside it in a checkout."""
        package = Path(__file__).resolve().parent
        installed = package / "decks"
        return installed if installed.is_dir() else package.parent / "decks"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The places for this user; nothing is created."""
    home = environ.get("STUDYTUI_HOME")
    if home:
        root = Path(home).expanduser()
        return Paths(root / "settings.toml", root / "data", root / "state", root / "cache")
    user = Path(environ.get("HOME") or Path.home())

    def folder(variable: str, fallback: str) -> Path:
        return Path(environ.get(variable) or user / fallback) / "studytui"

    return Paths(
        settings=folder("XDG_CONFIG_HOME", ".config") / "settings.toml",
        data=folder("XDG_DATA_HOME", ".local/share"),
        state=folder("XDG_STATE_HOME", ".local/state"),
        cache=folder("XDG_CACHE_HOME", ".cache"),
    )


@dataclass(frozen=True, slots=True)
class SchedulingSettings:
    """How reviews are scheduled. Steps and learn_ahead are in seconds, intervals in days.

    The defaults are Anki's, with FSRS on (docs.ankiweb.net, "Deck Options"); 0.9 is FSRS's own default retention.
    """

    desired_retention: float = 0.9
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    learn_ahead: int = 1200
    new_per_day: int = 20
    reviews_per_day: int = 200
    maximum_interval: int = 36_500
    rollover_hour: int = 4
    leech_lapses: int = 8
    bury_siblings: bool = True
    fuzz: bool = True
    parameters: tuple[float, ...] | None = None
    timezone: str | None = None

    def __post_init__(self) -> None:
        _within("desired_retention", self.desired_retention, 0.7, 0.99)
        _within("rollover_hour", self.rollover_hour, 0, 23)
        _within("maximum_interval", self.maximum_interval, 1, 36_500)
        for name in ("new_per_day", "reviews_per_day", "learn_ahead"):
            _within(name, getattr(self, name), 0, 1_000_000)
        _within("leech_lapses", self.leech_lapses, 1, 1_000)
        for name in ("learning_steps", "relearning_steps"):
            for step in getattr(self, name):
                _within(name, step, 1, 86_400)
        if self.parameters is not None and len(self.parameters) not in (17, 19, 21):
            raise SettingsError(
                f"`parameters` has {len(self.parameters)} numbers.",
                "FSRS has 17 (FSRS-4.5), 19 (FSRS-5) or 21 (FSRS-6) of them; leave the key out for the defaults.",
            )
        if self.timezone is not None:
            try:
                ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise SettingsError(
                    f"`timezone` is {self.timezone!r}, which is no known time zone.",
                    "Write it as in Asia/Seoul, or leave the key out to follow the system.",
                ) from None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a learner may set. `keep_warm` is how many minutes `studytui grade` leaves a warm process behind.

    `keys` maps a binding's id (F1 lists them) to the keys it should have, comma-separated.
    """

    language: str = "en"
    device: str = "auto"
    theme: str = "textual-dark"
    animation: bool = False
    editor: str | None = None
    keep_warm: int = 10
    keys: Mapping[str, str] = field(default_factory=dict)
    scheduling: SchedulingSettings = field(default_factory=SchedulingSettings)

    def __post_init__(self) -> None:
        _one_of("language", self.language, LANGUAGES)
        _one_of("device", self.device, DEVICES)
        _within("keep_warm", self.keep_warm, 0, 1_440)


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in `path`, or the defaults where there is no such file.

    The language defaults to Korean where the locale is Korean (`LC_ALL`, `LC_MESSAGES`, `LANG`), else to English.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has a key or value that is not known.
    """
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    defaults = Settings(language="ko" if locale.startswith("ko") else "en")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return defaults
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}.", "Mend or move the file; without it defaults apply."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} is not valid TOML: {error}.", "Mend the line, or move the file to use defaults."
        ) from None
    try:
        scheduling = raw.pop("scheduling", {})
        if not isinstance(scheduling, dict):
            raise SettingsError("`scheduling` must be a table.", "Write it as [scheduling] with its keys below.")
        known = _typed(Settings, raw, "")
        return replace(
            defaults, **known, scheduling=SchedulingSettings(**_typed(SchedulingSettings, scheduling, "scheduling."))
        )
    except SettingsError as error:
        raise SettingsError(f"{path}: {error.message}", error.hint) from None


_KINDS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "str | None": (str,),
    "tuple[int, ...]": (list,),
    "tuple[float, ...] | None": (list,),
    "Mapping[str, str]": (dict,),
}


def _typed(model: type[Any], table: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """`table` with its keys and value types checked against the dataclass `model`; lists become tuples."""
    annotations = {f.name: str(f.type) for f in fields(model) if str(f.type) in _KINDS}
    known: dict[str, Any] = {}
    for key, value in table.items():
        if key not in annotations:
            near = difflib.get_close_matches(key, annotations, n=1)
            hint = f"Did you mean `{prefix}{near[0]}`?" if near else f"Known keys: {', '.join(annotations)}."
            raise SettingsError(f"`{prefix}{key}` is not a setting.", hint)
        kinds = _KINDS[annotations[key]]
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        items = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        item_kinds = (int, float) if "float" in annotations[key] else (int,) if "int" in annotations[key] else (str,)
        if not right or not all(isinstance(item, item_kinds) and not isinstance(item, bool) for item in items):
            raise SettingsError(f"`{prefix}{key}` is {value!r}.", f"It must be {_PLAIN[annotations[key]]}.")
        known[key] = tuple(value) if isinstance(value, list) else value
    return known


_PLAIN = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "a string",
    "str | None": "a string",
    "tuple[int, ...]": "a list of whole numbers, as [60, 600]",
    "tuple[float, ...] | None": "a list of numbers",
    "Mapping[str, str]": 'a table of strings, as {"study.grade" = "f5,ctrl+j"}',
}


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"`{name}` is {value}.", f"It must lie between {low} and {high}.")


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise SettingsError(f"`{name}` is {value!r}.", f"It must be one of {', '.join(known)}.")
