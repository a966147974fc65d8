"""The app with the real grader: torch in its own processes, progress, verdict and counterexample on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_driving import driven

from studytui.ui.widgets.text_box import CodeEditor

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WRONG = """import torch


def double(x):
    out = torch.zeros(x.shape[0], dtype=x.dtype)
    for i in range(x.shape[0]):
        print(i)
        out[i] = x[i] * 3
    return out
"""


async def test_an_implementation_is_judged_by_torch_and_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app_driving.TIMES", 3000)
    async with driven(tmp_path, "implement", "derive", real_grader=True, size=(140, 45)) as run:
        screen = await run.study()
        screen.query_one(CodeEditor).load_text(WRONG)
        await run.grade("f5")
        assert "✗ Wrong" in run.text
        assert "Inputs" in run.text
        assert "‹" in run.text.partition("Yours")[2]
        screen.query_one(CodeEditor).load_text(WRONG.replace("* 3", "* 2"))
        await run.grade("f5")
        assert "✓ Passed" in run.text
        await run.press("4")
        await run.until(lambda: screen.session.card_id == "tiny/slope")
        await run.paste("dL/dw = x")
        await run.grade("f5")
        assert "✓ dL/dw = x" in run.text
