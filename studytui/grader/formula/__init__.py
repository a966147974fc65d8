"""Formulas as learners type them: read, evaluated against torch, judged line by line, and worded.

`syntax`, `reading`, `task`, `domains`, `result` and `wording` import no torch, so that the referee may use them;
`evaluate`, `points`, `truth`, `slips` and `derive` do, and run in the sandboxed child only.
"""
