"""Formulas as one writes them on paper, in characters: drawn from the parser's own tree, and never judged by."""
