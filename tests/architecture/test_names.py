"""Small functions, small modules, names from the field."""

from __future__ import annotations

import ast
import statistics

from tests.architecture.source import ROOT, Module, modules

NOBODY_KNOWS_WHAT = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_utils"}
LONGEST_FUNCTION = 60
LONGEST_MODULE = 330
TOP_LEVEL = {"app", "surveys", "analysis", "migrations", "tests", "docs", "deploy"}


def functions(module: Module) -> list[tuple[str, int]]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (f"{module.name}.{node.name}", _body_lines(node)) for node in ast.walk(module.tree) if isinstance(node, kinds)
    ]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring not counted."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_functions_are_short() -> None:
    sizes = dict(pair for module in modules() for pair in functions(module))
    assert [name for name, lines in sizes.items() if lines > LONGEST_FUNCTION] == []
    assert statistics.median(sizes.values()) <= 10


def test_modules_are_short() -> None:
    assert [module.name for module in modules() if module.text.count("\n") > LONGEST_MODULE] == []


def test_modules_say_what_they_are_for() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [module.name for module in modules() if NOBODY_KNOWS_WHAT & set(module.name.split("."))] == []


def test_the_top_level_is_what_was_agreed() -> None:
    seen = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    assert seen - {"var"} <= TOP_LEVEL
