"""Markdown as this app shows it, and its inline marks for lines that are no Markdown of their own."""

from __future__ import annotations

import re
from typing import Final

from textual.content import Content
from textual.widgets import Markdown

from studytui.ui.format import printable

_MARKS: Final = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
_CODE: Final = "$text-primary on $primary 15%"


class Words(Markdown):
    """A deck's text. Nothing in it is opened by a click, and none of it drives the terminal."""

    DEFAULT_CSS = """
    Words {
        height: auto;
        padding: 0;
        margin: 0;
        background: transparent;
        MarkdownParagraph { margin: 0 0 1 0; }
        MarkdownListItem MarkdownParagraph { margin: 0; }
        MarkdownBulletList, MarkdownOrderedList { margin: 0 0 1 0; }
        MarkdownFence { margin: 0 0 1 0; padding: 0; }
        MarkdownFence > Label { padding: 0 1; }
        MarkdownBlock:dark > .code_inline, MarkdownBlock:light > .code_inline {
            color: $text-primary;
            background: $primary 15%;
        }
    }
    """

    def __init__(self, markdown: str, *, classes: str | None = None) -> None:
        super().__init__(printable(markdown), open_links=False, classes=classes)


def fenced(code: str, language: str = "python") -> str:
    """`code` as a Markdown block that its own backticks cannot end."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def inline(text: str, style: str = "") -> Content:
    """One line or several with `code` and **strong** marked as Markdown would, all of it in `style`."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    text = printable(text)
    for match in _MARKS.finditer(text):
        parts.append(text[end : match.start()])
        code, strong = match.groups()
        parts.append((code, _CODE) if code else (strong, "bold"))
        end = match.end()
    content = Content.assemble(*parts, text[end:])
    return content.stylize_before(style) if style else content


def unmarked(text: str) -> str:
    """One line as it reads, without the marks of `code` and **strong**."""
    return _MARKS.sub(lambda match: match[1] or match[2], printable(text))
