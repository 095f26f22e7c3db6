"""Imports point down; each storey knows only what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, Module, inside, modules

WEB = (
    "flask",
    "flask_wtf",
    "flask_babel",
    "flask_security",
    "flask_login",
    "flask_limiter",
    "werkzeug",
    "wtforms",
    "jinja2",
)
MAY_NOT = {
    "analysis": (*WEB, "app", "surveys", "sqlalchemy", "alembic", "pathlib", "io", "os", "time", "datetime", "random"),
    "surveys": (*WEB, "app", "os", "time", "random"),
    "app": ("sqlalchemy", "alembic", "analysis", "surveys.models", "numpy.linalg", "scipy", "statsmodels"),
}
DOORS = ("app.respond", "app.console", "app.api", "app.cli")


def breaches(module: Module, forbidden: tuple[str, ...]) -> list[str]:
    return [f"{module.name} imports {each}" for each in module.imports() if any(inside(each, bad) for bad in forbidden)]


@pytest.mark.parametrize("storey", MAY_NOT)
def test_a_storey_knows_only_what_lies_below(storey: str) -> None:
    found = [each for module in modules() if inside(module.name, storey) for each in breaches(module, MAY_NOT[storey])]
    assert found == []


@pytest.mark.parametrize("door", DOORS)
def test_doors_do_not_import_one_another(door: str) -> None:
    others = tuple(other for other in DOORS if other != door)
    assert [each for module in modules() if inside(module.name, door) for each in breaches(module, others)] == []


def calls(module: Module, *names: str) -> list[str]:
    """Where a method of one of these names is called."""
    return [
        f"{module.name}:{node.lineno} {node.func.attr}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def test_nothing_below_the_edge_commits() -> None:
    found = [
        each for module in modules() if inside(module.name, "surveys") for each in calls(module, "commit", "rollback")
    ]
    assert found == []


def test_nothing_below_the_edge_asks_the_clock() -> None:
    below = [module for module in modules() if not inside(module.name, "app")]
    assert [
        each for module in below for each in calls(module, "now", "utcnow", "today", "urandom", "token_bytes")
    ] == []


def test_one_module_reads_the_environment() -> None:
    the_process_s = re.compile(r"\bos\.environ|\bgetenv\b|\bimport environ\b")  # not that of a request
    reading = {module.name for module in modules() if the_process_s.search(module.text)}
    assert reading == {"app.config"}


def test_one_module_knows_the_database_address() -> None:
    assert {module.name for module in modules() if "create_engine" in module.text} == {"surveys.db"}


def test_one_module_writes_responses() -> None:
    """Besides it only `surveys.sealing` holds the tables: it writes the same rows anew, in another order."""
    writes = re.compile(
        r"\b(Response|Comment)(\.__table__(?!\.c\b)|\()|(insert|update|delete)\((models\.)?(Response|Comment)\b"
    )
    writing = {
        module.name for module in modules() if not inside(module.name, "surveys.models") and writes.search(module.text)
    }
    assert writing - {"surveys.sealing"} == {"surveys.responses.storing"}


def test_one_module_turns_rows_into_arrays() -> None:
    making = {module.name for module in modules() if re.search(r"\bSample\($", module.text, re.MULTILINE)}
    assert {name for name in making if inside(name, "surveys")} == {"surveys.datasets"}


def test_what_is_heavy_is_read_when_it_is_needed() -> None:
    """Every process of a server keeps what `app` imports: see decision 0011."""
    ask = "import app, sys; print(*{each.partition('.')[0] for each in sys.modules})"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    read = set(done.stdout.split())
    assert {"app", "scipy"} <= read
    assert read & {"statsmodels", "pandas", "rjieba", "zxcvbn", "pyarrow", "pyreadstat"} == set()
