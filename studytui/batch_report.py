"""The rows of a batch as a table, JSON, JSON Lines, JUnit XML or Gradescope's results.json."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studytui.batch import Row

FORMATS = ("text", "json", "jsonl", "junit", "gradescope")


def report(rows: Sequence[Row], how: str) -> str:
    """All rows in one of `FORMATS`, in the order of their files."""
    ordered = sorted(rows, key=lambda row: (row.file, (row.result or {}).get("card", "")))
    match how:
        case "json":
            return json.dumps(
                {"schema": 1, "results": [row.as_json() for row in ordered]}, ensure_ascii=False, indent=2
            )
        case "jsonl":
            return "\n".join(json.dumps(row.as_json(), ensure_ascii=False) for row in ordered)
        case "junit":
            return _junit(ordered)
        case "gradescope":
            return json.dumps({"tests": [_gradescope(row) for row in ordered]}, ensure_ascii=False, indent=2)
    return _table(ordered)


def _table(rows: Sequence[Row]) -> str:
    named = [(row.file, (row.result or {}).get("card", ""), *_said(row)) for row in rows]
    widths = [max(len(line[column]) for line in named) for column in range(3)]
    lines = []
    for row, cells in zip(rows, named, strict=True):
        padded = "  ".join(cell.ljust(width) for cell, width in zip(cells, [*widths, 0], strict=True))
        lines.append(f"{'✓' if row.passed else '✗'} {padded}".rstrip())
    passed = sum(row.passed for row in rows)
    return "\n".join([*lines, "", f"{passed} of {len(rows)} passed"])


def _said(row: Row) -> tuple[str, str]:
    if row.result is None:
        return "unusable", row.error.partition("\n")[0]
    said = "" if row.passed else f"{row.result['message']} {row.result['cause']}".strip().partition("\n")[0]
    return str(row.result["verdict"]), said


def _gradescope(row: Row) -> dict[str, Any]:
    """A test as Gradescope's autograder documentation describes it ("results.json")."""
    verdict, said = _said(row)
    result = row.result or {}
    return {
        "name": f"{row.file}: {result.get('card', verdict)}",
        "score": 1.0 if row.passed else 0.0,
        "max_score": 1.0,
        "status": "passed" if row.passed else "failed",
        "output": "\n".join(filter(None, [str(result.get("message", said)), str(result.get("cause", ""))])),
    }


def _junit(rows: Sequence[Row]) -> str:
    by_file: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_file[row.file].append(row)
    root = ET.Element("testsuites")
    for file, its_rows in by_file.items():
        failures = sum(row.result is not None and not row.passed for row in its_rows)
        errors = sum(row.result is None for row in its_rows)
        counts = {"tests": str(len(its_rows)), "failures": str(failures), "errors": str(errors)}
        suite = ET.SubElement(root, "testsuite", {"name": _xml(file), **counts})
        for row in its_rows:
            result = row.result or {}
            seconds = f"{result.get('seconds', 0.0):.3f}"
            named = {"classname": _xml(file), "name": _xml(str(result.get("card", file))), "time": seconds}
            case = ET.SubElement(suite, "testcase", named)
            if not row.passed:
                verdict, said = _said(row)
                kind = "error" if row.result is None else "failure"
                failed = ET.SubElement(case, kind, {"type": verdict, "message": _xml(said)})
                failed.text = _xml(str(result.get("message", row.error)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _xml(text: str) -> str:
    """`text` without what XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) > 0xFFFF
    )
