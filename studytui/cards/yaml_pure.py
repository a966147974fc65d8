"""PyYAML's parser in Python, made to read what libyaml reads: used only where PyYAML came without libyaml."""

from __future__ import annotations

from typing import Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken


class PureParser(Reader, Scanner, Parser):
    """Gives the events of libyaml 0.2.5, some thirty times slower.

    PyYAML ends a plain text in `{...}` or `[...]` at every `?`, so that `{en: Why?, ko: ...}` is refused; libyaml does
    so no longer. In exchange libyaml refuses a `:` just before one of `,?[]{}` there.
    """

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_plain(self) -> Any:
        """A plain scalar; libyaml's rules apply between brackets and PyYAML's, which are the same, elsewhere."""
        if not self.flow_level:
            return super().scan_plain()
        chunks: list[str] = []
        spaces: list[str] = []
        start = end = self.get_mark()
        while self.peek() != "#":
            length = self._plain_length(start)
            if not length:
                break
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(self.indent + 1, start) or []
            if not spaces:
                break
        return ScalarToken("".join(chunks), plain=True, start_mark=start, end_mark=end)

    def _plain_length(self, start: Any) -> int:
        length = 0
        while (character := self.peek(length)) not in "\0 \r\n,[]{}":
            if character == ":":
                following = self.peek(length + 1)
                if following in ",?[]{}":
                    raise ScannerError("while scanning a plain scalar", start, "found unexpected ':'", self.get_mark())
                if following in "\0 \r\n":
                    break
            length += 1
        return length
