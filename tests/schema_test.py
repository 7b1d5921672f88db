#!/usr/bin/env python3
"""Holds thumbs.schema.json to the accept/reject list that the parser is held to, and to the example.

The list is tests/unit/manifest/cases.jsonl; the parser's half is tests/unit/manifest/cases_test.cpp.
Exit 1 where the schema differs. Needs python3-jsonschema.
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEAST = {"sets": [{"source": "in", "output": "out", "variants": [{"name": "a", "width": 1}]}]}
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)


def strip_comments(text):
    """Comments become blanks; what looks like one in a string stays."""
    return STRING_OR_COMMENT.sub(lambda m: m[0] if m[0].startswith('"') else " ", text)


def parse(text):
    return json.loads(strip_comments(text.removeprefix("\ufeff")))


def manifest_of(case):
    """The case's manifest; ValueError where its text is no JSON."""
    if "text" in case:
        return parse(case["text"])
    manifest = copy.deepcopy(LEAST)
    manifest["sets"][0]["variants"][0].update(case.get("variant", {}))
    manifest["sets"][0].update(case.get("set", {}))
    manifest.update(case.get("top", {}))
    return manifest


def accepts(validator, case):
    try:
        return validator.is_valid(manifest_of(case))
    except ValueError:
        return False


def read_cases():
    lines = (ROOT / "tests/unit/manifest/cases.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line and not line.startswith("//")]


def main():
    schema = json.loads((ROOT / "src/manifest/thumbs.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    cases = read_cases()
    checked = [case for case in cases if "parserOnly" not in case]
    wrong = [case for case in checked if accepts(validator, case) != case["accept"]]
    for case in wrong:
        print(f"{case['name']}: the schema should {'accept' if case['accept'] else 'reject'} it")
    example = list(validator.iter_errors(parse((ROOT / "thumbs.json.example").read_text(encoding="utf-8"))))
    for error in example:
        print(f"thumbs.json.example: {error.json_path}: {error.message}")
    print(f"schema: {len(checked)} cases, {len(wrong)} wrong; {len(cases) - len(checked)} for the parser alone")
    return 1 if wrong or example else 0


if __name__ == "__main__":
    sys.exit(main())
