"""What an evaluation says leaves by no door but as a publication."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Module, inside, modules

EVIDENCE = "run"  # what was seen of an evidence run is called so, and hides what it must by itself


def reads_of_results(module: Module) -> Iterator[str]:
    """Where `.result` of something is read, though not called."""
    called = {id(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute) or node.attr != "result" or id(node) in called:
            continue
        if not (isinstance(node.value, ast.Name) and node.value.id == EVIDENCE):
            yield f"{module.name}:{node.lineno}"


def test_no_door_reads_the_result_of_an_evaluation() -> None:
    assert [each for module in modules() if inside(module.name, "app") for each in reads_of_results(module)] == []


def test_no_template_does() -> None:
    found = [
        path.name
        for path in sorted((modules()[0].path.parents[0] / "templates").rglob("*.html"))
        if re.search(r"\b(evaluation|made|publication\.evaluation)\.result\b", path.read_text("utf-8"))
    ]
    assert found == []


def test_hiding_is_decided_in_one_place() -> None:
    """Whoever else hides counts along a line asks `surveys.hiding`."""
    knowing = {module.name for module in modules() if re.search(r"analysis\.disclosure", module.text)}
    allowed = ("analysis.disclosure", "surveys.publication", "surveys.hiding", "surveys.bench")
    assert {name for name in knowing if not any(inside(name, each) for each in allowed)} == set()
