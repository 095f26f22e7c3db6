"""The code as these tests read it: modules, what they import, what they define."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STOREYS = ("app", "surveys", "analysis")
HANDED_OUT = ROOT / "surveys" / "exports" / "replication" / "scripts"  # one file each, for others: no part of this


@dataclass(frozen=True)
class Module:
    """A Python file: its dotted name, text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Dotted names of all that is imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the three storeys."""
    paths = (path for storey in STOREYS for path in sorted((ROOT / storey).rglob("*.py")))
    return tuple(_read(path) for path in paths if path.parent != HANDED_OUT)


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text("utf-8")
    return Module(name, path, text, ast.parse(text))


def inside(name: str, package: str) -> bool:
    """Whether the dotted `name` is `package` or lies in it."""
    return name == package or name.startswith(f"{package}.")
