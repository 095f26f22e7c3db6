"""docs/sampling.md: its example is a rule, and it names every rule and every part."""

from __future__ import annotations

import json
import re
from pathlib import Path

from surveys.sampling.library import library_names
from surveys.sampling.parsing import SCHEMA, parse_rule

TEXT = (Path(__file__).parents[2] / "docs" / "sampling.md").read_text("utf-8")


def test_the_example_is_a_rule() -> None:
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    rule = parse_rule(example[1])
    assert (rule.invite, rule.schools.number, [band.id for band in rule.grades.bands]) == (1.5, 20, ["3-6", "7-9"])


def test_every_part_and_every_rule_is_described() -> None:
    parts = set(json.loads(SCHEMA.read_text("utf-8"))["properties"]) - {"rule", "title", "source"}
    assert {part for part in parts if f"| `{part}" not in TEXT} == set()
    short = {name.removeprefix("fixed") if re.search(r"-\d000$", name) else name for name in library_names()}
    assert {name for name in short if f"{name}`" not in TEXT} == set()
