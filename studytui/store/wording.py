"""What the store says where it cannot do its work, in English and Korean, in one table keyed by id.

Standard library only. SQLite's own words and the system's are quoted as they are.
"""

from __future__ import annotations

from typing import Final

from studytui.errors import StoreError, StudyError

_SAFE: Final = ("Nothing that was saved is lost.", "저장된 것은 그대로 있어요.")
_ASIDE: Final = (
    "Move {name} and the -wal and -shm files beside it out of {folder}",
    "{folder}에서 {name} 파일과 그 옆의 -wal, -shm 파일을 다른 곳으로 옮기",
)

SAID: Final[dict[str, tuple[str, str]]] = {
    "locked": (
        "{path} is locked: another program held it for the {wait:g} s that we waited.",
        "{path} 파일이 잠겨 있어요. {wait:g}초를 기다렸지만 다른 프로그램이 놓지 않았어요.",
    ),
    "locked.hint": (
        f"Close the other studytui, or the database tool that has it open, and try again. {_SAFE[0]}",
        f"열려 있는 다른 studytui나 데이터베이스 도구를 닫고 다시 해 보세요. {_SAFE[1]}",
    ),
    "damaged": ("{path} is damaged: {detail}.", "{path} 파일이 손상되었어요: {detail}."),
    "damaged.strange": (
        "{path} is damaged: it holds a value that studytui never writes ({detail}).",
        "{path} 파일이 손상되었어요. studytui가 쓰지 않는 값이 들어 있어요({detail}).",
    ),
    "not_sqlite": ("{path} is not an SQLite database.", "{path} 파일은 SQLite 데이터베이스가 아니에요."),
    "restore.backup": (
        f"{_ASIDE[0]}, then copy {{backup}} to {{path}}.",
        f"{_ASIDE[1]}고 {{backup}} 파일을 {{path}} 자리에 복사하세요.",
    ),
    "restore.none": (
        f"{_ASIDE[0]}; a new database is then made. There is no backup in {{backups}} yet.",
        f"{_ASIDE[1]}면 새 데이터베이스를 만들어요. {{backups}}에는 아직 백업이 없어요.",
    ),
    "full": (
        "{path} cannot grow: the disk is full.",
        "디스크가 가득 차서 {path} 파일에 더 쓸 수 없어요.",
    ),
    "full.hint": (
        f"Free some space and do the last step again. {_SAFE[0]}",
        f"공간을 비우고 마지막에 한 일을 다시 해 보세요. {_SAFE[1]}",
    ),
    "read_only": ("{path} cannot be written: it is read-only.", "{path} 파일은 읽기 전용이라 쓸 수 없어요."),
    "read_only.folder": (
        "{path} cannot be written: the folder {folder} is read-only.",
        "{folder} 폴더가 읽기 전용이라 {path} 파일에 쓸 수 없어요.",
    ),
    "read_only.hint": (
        f"Allow writing there, or point STUDYTUI_HOME at a folder of your own. {_SAFE[0]}",
        f"쓰기를 허용하거나 STUDYTUI_HOME으로 쓸 수 있는 폴더를 정하세요. {_SAFE[1]}",
    ),
    "io": ("{path} cannot be read or written: {detail}.", "{path} 파일을 읽거나 쓸 수 없어요: {detail}."),
    "io.hint": (
        f"See whether the disk is full, over its quota or gone, and try again. {_SAFE[0]}",
        f"디스크가 가득 찼는지, 할당량을 넘었는지, 빠졌는지 보고 다시 해 보세요. {_SAFE[1]}",
    ),
    "unusable": ("{path} cannot be used: {detail}.", "{path} 파일을 쓸 수 없어요: {detail}."),
    "parent_is_file": (
        "{path} cannot be a database: {parent} is a file, not a folder.",
        "{parent} 자리에 폴더가 아니라 파일이 있어서 {path} 데이터베이스를 둘 수 없어요.",
    ),
    "is_folder": ("{path} is a folder, not a database.", "{path} 자리에 데이터베이스가 아니라 폴더가 있어요."),
    "move.hint": (
        "Move what is there, or point STUDYTUI_HOME at a folder of your own.",
        "거기 있는 것을 옮기거나 STUDYTUI_HOME으로 다른 폴더를 정하세요.",
    ),
    "cannot_make": ("{path} cannot be made: {detail}.", "{path} 파일을 만들 수 없어요: {detail}."),
    "cannot_make.folder": (
        "{path} cannot be made: no permission to write in {folder}.",
        "{folder}에 쓸 권한이 없어서 {path} 파일을 만들 수 없어요.",
    ),
    "cannot_read": ("{path} cannot be read: no permission.", "{path} 파일을 읽을 권한이 없어요."),
    "cannot_open": ("{path} cannot be opened: {detail}.", "{path} 파일을 열 수 없어요: {detail}."),
    "cannot_open.folder": (
        "{path} cannot be opened: its folder {folder} is read-only, and SQLite must write beside it.",
        "SQLite는 데이터베이스 옆에도 써야 하는데 {folder} 폴더가 읽기 전용이라 {path} 파일을 열 수 없어요.",
    ),
    "cannot_open.folder.hint": (
        f"Allow writing there, or copy the folder to one of your own and point STUDYTUI_HOME at it. {_SAFE[0]}",
        f"쓰기를 허용하거나, 폴더를 복사해 STUDYTUI_HOME으로 그 사본을 정하세요. {_SAFE[1]}",
    ),
    "allow.hint": (
        f"Allow it for this user, or point STUDYTUI_HOME at a folder of your own. {_SAFE[0]}",
        f"이 사용자에게 허용하거나 STUDYTUI_HOME으로 다른 폴더를 정하세요. {_SAFE[1]}",
    ),
    "not_ours": (
        "{path} is a database, but not one of studytui's.",
        "{path} 파일은 데이터베이스이지만 studytui의 것이 아니에요.",
    ),
    "not_ours.hint": (
        "Move it away, or point STUDYTUI_HOME at a folder of your own.",
        "다른 곳으로 옮기거나 STUDYTUI_HOME으로 다른 폴더를 정하세요.",
    ),
    "newer": (
        "{path} was written by a newer studytui: its schema is {version}, this one knows up to {known}.",
        "{path} 파일은 더 새로운 studytui가 썼어요. 스키마가 {version}인데 이 버전은 {known}까지만 알아요.",
    ),
    "newer.hint": (
        "Upgrade with `pip install --upgrade studytui`. The file was left as it is.",
        "`pip install --upgrade studytui`로 올리세요. 파일은 그대로 두었어요.",
    ),
    "older": (
        "{path} is from an older studytui and not up to date yet.",
        "{path} 파일은 이전 버전의 studytui가 쓴 것이라 아직 최신이 아니에요.",
    ),
    "older.hint": (
        "It is brought up to date when you begin to study; a backup is made first.",
        "공부를 시작하면 백업한 다음 최신으로 바꿔요.",
    ),
    "missing": ("There is no database at {path}.", "{path}에 데이터베이스가 없어요."),
    "missing.hint": ("It is made when you begin to study.", "공부를 시작하면 만들어져요."),
    "only_reading.empty": (
        "{path} is empty, and was to be opened for reading only.",
        "{path} 파일이 비어 있어서 읽기 전용으로 열 수 없어요.",
    ),
    "only_reading.older": (
        "{path} has the older schema {version}, and was to be opened for reading only.",
        "{path} 파일의 스키마가 예전 것({version})이라 읽기 전용으로 열 수 없어요.",
    ),
    "only_reading.hint": (
        "Begin to study once: that makes the tables or brings them up to date, after a backup.",
        "공부를 한 번 시작하면, 백업한 다음 표를 만들거나 최신으로 바꿔요.",
    ),
    "migration": (
        "{path} could not be brought up to schema {target}: {detail}.",
        "{path} 파일을 스키마 {target}(으)로 바꾸지 못했어요: {detail}.",
    ),
    "migration.hint": (
        (
            "The file is as it was, and {saved} is a copy of it. "
            "Go back to the studytui you had before, and report this."
        ),
        "파일은 그대로이고 {saved}에 사본이 있어요. 쓰던 버전의 studytui로 돌아가고, 이 일을 알려 주세요.",
    ),
    "elsewhere": (
        "{card} was reviewed elsewhere in the meantime; this rating was not saved.",
        "그 사이 다른 곳에서 {card} 카드를 복습해서 이 평가는 저장하지 않았어요.",
    ),
    "elsewhere.hint": (
        "Close the other studytui, then begin the session anew.",
        "다른 studytui를 닫고 세션을 새로 시작하세요.",
    ),
    "closed": ("{path} is closed already.", "{path} 파일은 이미 닫혔어요."),
    "closed.hint": (
        "Begin again; what was saved before is safe.",
        "다시 시작하세요. 전에 저장한 것은 그대로 있어요.",
    ),
    "moved": (
        "{path} was deleted or replaced while it was open; this was not saved.",
        "{path} 파일이 열려 있는 동안 지워졌거나 바뀌어서 저장하지 못했어요.",
    ),
    "moved.hint": (
        "All that was saved before is in {rescued}. Close studytui, copy that to {path}, begin again.",
        "전에 저장한 것은 모두 {rescued}에 있어요. studytui를 닫고 그것을 {path} 자리에 복사한 뒤 다시 시작하세요.",
    ),
    "moved.lost.hint": (
        "Nor could what was saved before be copied: {error}",
        "전에 저장한 것도 복사하지 못했어요: {error}",
    ),
}
"""id → (English, Korean)."""


def complaint(message: str, hint: str, **values: object) -> StoreError:
    """The error whose sentences have the ids `message` and `hint`, filled in with `values`.

    Another error among the values is filled in by its message, in the language of the sentence.
    """
    english, korean = (
        (_filled(message, language, values), _filled(hint, language, values)) for language in ("en", "ko")
    )
    return StoreError(*english, korean=korean)


def _filled(id_: str, language: str, values: dict[str, object]) -> str:
    told = {name: value.said(language)[0] if isinstance(value, StudyError) else value for name, value in values.items()}
    return SAID[id_][language == "ko"].format(**told)
