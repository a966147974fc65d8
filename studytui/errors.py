"""The one family of errors a user may see.

Every error that a user can cause is raised as a `StudyError`: what happened and where in `message`, what to do about it
in `hint`. Fronts print the two and exit with `exit_code`; anything else that reaches a front is a bug of ours.
"""

from __future__ import annotations

EXIT_PASSED = 0
EXIT_NOT_PASSED = 1
EXIT_UNUSABLE = 2
EXIT_GRADER_FAILED = 3


def described(error: BaseException, message: object = None) -> str:
    """An exception's name and what it says, or its name alone: some say nothing."""
    said = str(error if message is None else message)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


class StudyError(Exception):
    """Something the user can mend.

    Args:
        message: one sentence that says what is wrong and where.
        hint: one sentence that says what to do; empty where the message already does.
        korean: the same two in Korean, for what a learner may meet in the app.
    """

    exit_code = EXIT_UNUSABLE

    def __init__(self, message: str, hint: str = "", *, korean: tuple[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.korean = korean

    def said(self, language: str) -> tuple[str, str]:
        """Message and hint in `language`; in English where they are not known in it."""
        return self.korean if language == "ko" and self.korean is not None else (self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class DeckError(StudyError):
    """A deck, or a card asked for by name, that cannot be used."""


class StoreError(StudyError):
    """The database cannot be read or written: locked, corrupt, full, read-only, from a newer version."""


class SettingsError(StudyError):
    """The settings file cannot be read or holds a value we do not know."""


class GraderError(StudyError):
    """The grader itself failed: torch is missing, the warm process died, a child broke the protocol."""

    exit_code = EXIT_GRADER_FAILED


class GradeCancelledError(StudyError):
    """The learner cancelled a grade; nothing was recorded, and the answer is where it was."""

    def __init__(self) -> None:
        super().__init__(
            "The grade was cancelled.",
            "Your answer is kept; grade it again when you like.",
            korean=("채점을 취소했어요.", "답은 그대로 있어요. 언제든 다시 채점할 수 있어요."),
        )


class DeviceError(StudyError):
    """The device asked for is not there, or cannot be used."""

    def __init__(self, device: str) -> None:
        super().__init__(
            f"torch cannot use the device {device} here.",
            'Use --device cpu, or `device = "auto"` in the settings; `studytui doctor` lists devices.',
            korean=(
                f"여기서는 torch가 {device} 장치를 쓸 수 없어요.",
                '--device cpu를 쓰거나 설정에 `device = "auto"`라고 쓰세요. 장치는 `studytui doctor`가 알려줘요.',
            ),
        )
