"""A long answer written in the learner's own editor: a file out, the file back."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from studytui.ui.texts import Texts


def editor_command(configured: str | None, environ: Mapping[str, str], texts: Texts) -> list[str]:
    """The editor: the setting, else `$VISUAL`, else `$EDITOR`.

    Raises:
        StudyError: none of them is set, or what is set cannot be split into words.
    """
    command = configured or environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise StudyError(texts("editor.missing", command=command, why=error), texts("editor.none.hint")) from None
    if not words:
        raise StudyError(texts("editor.none"), texts("editor.none.hint"))
    return words


def edit(command: list[str], path: Path, text: str, texts: Texts) -> str | None:
    """Write `text` to `path`, wait for the editor, and give back what was saved; None where nothing was.

    The file stays, so that neither a crash of the editor nor one of ours loses it.

    Raises:
        StudyError: the file cannot be written or read, or the editor cannot be started or fails.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(0, 0))  # so that a save is seen however coarse the file system's clock is
        status = subprocess.run([*command, str(path)], check=False).returncode
        saved = path.stat().st_mtime_ns != 0
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StudyError(texts("editor.missing", command=command[0], why=why), texts("editor.none.hint")) from None
    if status != 0:
        raise StudyError(texts("editor.failed", command=command[0], status=status), texts("editor.failed.hint"))
    return written if saved else None
