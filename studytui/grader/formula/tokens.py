"""A line of formula text to tokens: what people type, in ASCII or Unicode, made one.

Look-alikes are folded (`−` is `-`, `′` is `'`, full-width signs of Korean keyboards are ASCII), Greek letters become
their names, superscripts become powers. Columns are those of the line in NFC, which folding keeps.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding

LONGEST_LINE = 2_000
"""Characters; a long step on a page is about 200."""


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    OPERATOR = "operator"
    POWER = "power"
    TRANSPOSE = "transpose"
    ROOT = "root"
    PARTIAL = "partial"
    OPEN = "open"
    CLOSE = "close"
    OPEN_INDEX = "open index"
    CLOSE_INDEX = "close index"
    COLON = "colon"
    COMMA = "comma"
    EQUALS = "equals"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` in canonical spelling (ASCII), columns [start, end) as typed."""

    kind: TokenKind
    text: str
    start: int
    end: int


_GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ], strict=True)),
    "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ς": "sigma", "µ": "mu", "ℓ": "l",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "Σ": "sum", "∑": "sum", "∏": "prod", "∇": "grad",
}  # fmt: skip
_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde"}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_PRIMES = {"'": "'", "’": "'", "′": "'", "ʹ": "'", "‵": "'", "″": "''"}
_OPERATORS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "*": "*", "×": "*", "∗": "*", "⊙": "*", "∘": "*", "/": "/",
    "÷": "/", "∕": "/", "⁄": "/", "@": "@", "·": "·", "⋅": "·", "∙": "·", "•": "·", "^": "^", "<": "<", ">": ">",
    "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip
_SINGLES = {
    "(": TokenKind.OPEN, ")": TokenKind.CLOSE, "⌊": TokenKind.OPEN, "⌋": TokenKind.CLOSE, "⌈": TokenKind.OPEN,
    "⌉": TokenKind.CLOSE, ",": TokenKind.COMMA, "=": TokenKind.EQUALS, "√": TokenKind.ROOT,
    "[": TokenKind.OPEN_INDEX, "]": TokenKind.CLOSE_INDEX, ":": TokenKind.COLON,
    "∂": TokenKind.PARTIAL, "ᵀ": TokenKind.TRANSPOSE, "⊤": TokenKind.TRANSPOSE,
}  # fmt: skip
_DOUBLES = {"**": (TokenKind.OPERATOR, "^"), "<=": (TokenKind.OPERATOR, "<="), ">=": (TokenKind.OPERATOR, ">="),
            "!=": (TokenKind.OPERATOR, "!="), "//": (TokenKind.OPERATOR, "//"),
            "==": (TokenKind.EQUALS, "==")}  # fmt: skip
_ASSIGNMENTS = (":=", "<-", "->", "+=", "-=", "*=", "/=", "←", "→", "⇒", "⟵", "⟶", "≔")
_THEREFORE = ("∴", "⇒", "⟹", "=>", "→", "->")
_BLANKS = dict.fromkeys((0x09, 0xA0, 0x2009, 0x200A, 0x200B, 0x202F, 0x3000, 0xFEFF), 0x20)
_FOLDED = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | _BLANKS
_DIGITS = frozenset("0123456789")


def normalised(line: str) -> str:
    """The line as columns count it: NFC, with full-width signs and odd blanks folded one to one."""
    return unicodedata.normalize("NFC", line).translate(_FOLDED)


def is_words(line: str) -> bool:
    """Whether a line holds no formula: blank, or words behind a `#`."""
    return normalised(line).strip()[:1] in {"", "#"}


def tokens_of(line: str, number: int = 1) -> list[Token]:
    """The tokens of one line, the last of kind END; a `∴` or `⇒` in front and words behind a `#` are left out.

    Args:
        line: one line, normalised or not.
        number: its 1-based number, for errors.

    Raises:
        FormulaError: at a character or an assignment sign that no formula has, or for a line over the limit.
    """
    if len(line) > LONGEST_LINE:
        raise FormulaError(Finding.of("line_too_long", limit=LONGEST_LINE), number, LONGEST_LINE, "")
    text = normalised(line)
    return _Scanner(text, number).scan()


def _is_latin(character: str) -> bool:
    return unicodedata.normalize("NFD", character)[:1].isascii() and character.isalpha()


class _Scanner:
    def __init__(self, text: str, number: int) -> None:
        self._text = text
        self._number = number
        self._at = 0

    def scan(self) -> list[Token]:
        found: list[Token] = []
        before = len(self._text) - len(self._text.lstrip(" "))
        self._at = before + next((len(sign) for sign in _THEREFORE if self._text.startswith(sign, before)), 0)
        while True:
            while self._peek() == " ":
                self._at += 1
            if self._peek() in {"", "#"}:
                return [*found, Token(TokenKind.END, "", self._at, self._at)]
            start = self._at
            kind, text = self._next()
            found.append(Token(kind, text, start, self._at))

    def _peek(self, ahead: int = 0) -> str:
        return self._text[self._at + ahead : self._at + ahead + 1]

    def _fail(self, kind: str, **data: str) -> FormulaError:
        return FormulaError(Finding.of(kind, **data), self._number, self._at + 1, self._text)

    def _next(self) -> tuple[TokenKind, str]:
        character, pair = self._peek(), self._text[self._at : self._at + 2]
        for sign in _ASSIGNMENTS:
            # `w<-1` compares: an arrow has a blank or a name behind it, never a digit.
            if self._text.startswith(sign, self._at) and not (sign == "<-" and self._peek(2) in _DIGITS):
                raise self._fail("assignment", sign=sign)
        if pair in _DOUBLES:
            self._at += 2
            return _DOUBLES[pair]
        if character in _DIGITS or (character == "." and self._peek(1) in _DIGITS):
            return TokenKind.NUMBER, self._number_text()
        if character == ".":
            return self._attribute()
        if character in _SINGLES:
            self._at += 1
            return _SINGLES[character], character
        if character in _OPERATORS:
            self._at += 1
            return TokenKind.OPERATOR, _OPERATORS[character]
        if character in _SUPERSCRIPTS:
            return TokenKind.POWER, self._superscript()
        if unicodedata.decomposition(character).startswith("<fraction>"):
            self._at += 1
            return TokenKind.NUMBER, repr(unicodedata.numeric(character))
        if character in _GREEK or _is_latin(character):
            return TokenKind.NAME, self._name()
        raise self._unknown_character(character)

    def _unknown_character(self, character: str) -> FormulaError:
        name = unicodedata.name(character, "")
        if name.startswith("HANGUL"):
            return self._fail("hangul", character=character)
        if character in "|‖∥":
            return self._fail("bars")
        if character in "{}":
            return self._fail("round_brackets")
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        return self._fail("bad_character", character=shown)

    def _digits(self) -> str:
        start = self._at
        while self._peek() in _DIGITS:
            self._at += 1
        return self._text[start : self._at]

    def _number_text(self) -> str:
        start = self._at
        self._digits()
        if self._peek() == "." and not self._peek(1).isalpha():
            self._at += 1
            self._digits()
        sign = 1 if self._peek(1) in {"+", "-"} else 0
        # `2e - y` is twice a name e; only a digit behind makes an exponent of it.
        if self._peek() in {"e", "E"} and self._peek(1 + sign) in _DIGITS:
            self._at += 1 + sign
            self._digits()
        return self._text[start : self._at]

    def _attribute(self) -> tuple[TokenKind, str]:
        end = self._at + 1
        while end < len(self._text) and (self._text[end].isalnum() or self._text[end] == "_"):
            end += 1
        attribute = self._text[self._at : end]
        if attribute == ".T":
            self._at = end
            return TokenKind.TRANSPOSE, attribute
        raise self._fail("attribute", attribute=attribute)

    def _superscript(self) -> str:
        signs = ""
        while self._peek() in _SUPERSCRIPTS:
            signs += _SUPERSCRIPTS[self._peek()]
            self._at += 1
        unsigned = signs.removeprefix("-").removeprefix("+")
        if unsigned == "n" or (unsigned and set(unsigned) <= _DIGITS):
            return signs
        raise self._fail("bad_superscript")

    def _name(self) -> str:
        character = self._peek()
        if character in _GREEK:
            self._at += 1
            name = _GREEK[character] + self._digits()
        else:
            name = self._letters()
        while True:
            if self._peek() in _SUBSCRIPTS:
                name += "_" + self._run(_SUBSCRIPTS)
            elif self._peek() == "_" and (self._peek(1).isalnum() and self._peek(1) not in _SUBSCRIPTS):
                self._at += 1
                behind = self._peek()
                if behind in _GREEK:
                    self._at += 1
                    name += "_" + _GREEK[behind]
                else:
                    name += "_" + self._letters()
            elif self._peek() == "_" and self._peek(1) == "{":
                name += "_" + self._braced(name)
            else:
                break
        return name + self._run(_PRIMES)

    def _braced(self, name: str) -> str:
        """The letters of `x_{ij}` or `x_{i,j}`; a range, as in `sum_{i=1}^n`, is that of the index anyway."""
        end = self._text.find("}", self._at)
        letters = "".join(letter for letter in self._text[self._at + 2 : end] if letter not in ", ")
        if end < 0 or not (letters.isascii() and letters.isalnum()):
            raise (
                self._fail("index_range_typed", name=name) if name in {"sum", "prod"} else self._fail("round_brackets")
            )
        self._at = end + 1
        return letters

    def _run(self, table: dict[str, str]) -> str:
        found = ""
        while self._peek() in table:
            found += table[self._peek()]
            self._at += 1
        return found

    def _letters(self) -> str:
        """Latin letters and digits; a hat, bar or tilde over a letter is spelled behind it: `ŷ` is `yhat`."""
        found = ""
        while True:
            character = self._peek()
            if character in _DIGITS or (character.isascii() and character.isalpha()):
                found += character
            elif character in _ACCENTS and found:
                found += _ACCENTS[character]
            elif character and _is_latin(character) and character not in _GREEK:
                letter, *marks = list(unicodedata.normalize("NFD", character))
                if len(marks) != 1 or marks[0] not in _ACCENTS:
                    raise self._fail("bad_character", character=character)
                found += letter + _ACCENTS[marks[0]]
            else:
                break
            self._at += 1
        if not found:
            raise self._unknown_character(self._peek())
        return found
