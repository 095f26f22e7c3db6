"""The sampling rules that come with the product: every rule known from practice, each with its source."""

from __future__ import annotations

from pathlib import Path

from surveys.errors import SurveyError

LIBRARY = Path(__file__).parent / "library"


def library_names() -> tuple[str, ...]:
    """The names of the library's rules, in alphabetical order."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def library_document(name: str) -> str:
    """The YAML of one rule of the library. Raises SurveyError(`sampling.not_in_library`)."""
    if name not in library_names():  # also keeps a name such as ../x from becoming a path
        raise SurveyError("sampling.not_in_library", "missing", name=name, expected=", ".join(library_names()))
    return (LIBRARY / f"{name}.yaml").read_text("utf-8")
