"""What is found wrong (or worth saying) about a formula, free of language: `wording` makes the sentence of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind that `wording` knows, and the words to put into its sentence.

    Findings are made in the child and worded in the referee, which knows the learner's language; they are plain text so
    that they pass a process border as JSON.
    """

    kind: str
    data: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kind: str, **data: str | int) -> Finding:
        """A finding from keyword words; numbers become their decimal text."""
        return cls(kind, tuple((key, str(value)) for key, value in data.items()))

    def get(self, key: str) -> str:
        """The word called `key`, empty where the finding has none."""
        return dict(self.data).get(key, "")
