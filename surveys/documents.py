"""Reading the YAML documents that people write: closed shape first, every problem with its line and path."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from surveys.errors import Problem, SurveyError, shorten

LARGEST = 1_000_000  # characters
DEEPEST = 50  # levels

NO_TEXT = re.compile("[\x00\ud800-\udfff]")
Step = str | int


@dataclass(frozen=True)
class Document:
    """Plain data, and where in the text each part stands."""

    data: Any
    marked: Any

    def line(self, path: Sequence[Step]) -> int | None:
        """The line, from 1, of the part at `path`, or of the nearest part around it."""
        node, found = self.marked, _first_line(self.marked)
        for step in path:
            found = _line_of(node, step) or found
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return found

    def problem(self, path: Sequence[Step], code: str, value: object = None, **params: object) -> Problem:
        """A problem at `path`, with its line."""
        text = None if value is None else as_text(shorten(value))
        return Problem(code, line=self.line(path), path=as_text(spell(path)), value=text, params=params)


def read_document(content: str | bytes, schema: Path, *, kind: str) -> Document:
    """Parse YAML and check its shape. Raises SurveyError(`{kind}.malformed` or `{kind}.shape`) with all problems."""
    document = _parse(_decode(content, kind), kind)
    problems: list[Problem] = []
    for error in _validator(schema).iter_errors(document.data):
        problems += (each for each in _shape_problems(document, error) if each not in problems)
    if problems:
        problems.sort(key=lambda each: each.line or 0)
        raise SurveyError(f"{kind}.shape", "invalid", problems)
    return document


def refuse_no_texts(document: Document, *, kind: str) -> None:
    """Raise SurveyError(`{kind}.shape`) for texts with NUL or half a pair, which YAML writes and no database keeps."""
    problems = [document.problem(path, "not_text") for path in _no_texts(document.data)]
    if problems:
        raise SurveyError(f"{kind}.shape", "invalid", problems)


def find_no_numbers(document: Document, *, code: str) -> Iterator[Problem]:
    """A problem with this code for each .nan and .inf, which YAML can write: .nan passes every limit of a schema."""
    for path, value in _no_numbers(document.data):
        yield document.problem(path, code, value)


def as_text(text: str) -> str:
    """`text` as a page can show it."""
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON: the same content has the same digest, however it was written."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def spell(path: Sequence[Step]) -> str:
    """`items[2].text` for ("items", 2, "text")."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _decode(content: str | bytes, kind: str) -> str:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1 if isinstance(content, bytes) else None
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("not_utf8", line=line)]) from None
    if not text.strip():
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("empty_document")])
    if len(text) > LARGEST:
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("too_large", params={"limit": LARGEST})])
    return text


def _parse(text: str, kind: str) -> Document:
    try:
        reader = YAML(typ="rt")
        reader.composer.warn_double_anchors = False
        marked = reader.load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = None if mark is None else mark.line + 1
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("not_yaml", line=line)]) from None
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
        # The reader's own failures, on tags that contradict what they mark and on impossible characters.
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("not_yaml")]) from None
    try:
        return Document(_plain(marked, set(), 0), marked)
    except ValueError as error:
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("yaml_alias", line=error.args[0])]) from None
    except TypeError:  # a map as the key of a map
        raise SurveyError(f"{kind}.malformed", "invalid", [Problem("not_yaml")]) from None


def _plain(node: Any, seen: set[int], depth: int) -> Any:
    """Plain Python data; ValueError (its line) for an alias, which can make a small text a huge tree."""
    if isinstance(node, CommentedMap | CommentedSeq):
        if id(node) in seen or depth > DEEPEST:
            raise ValueError(node.lc.line + 1)
        seen.add(id(node))
    if isinstance(node, Mapping):
        return {_plain(key, seen, depth + 1): _plain(value, seen, depth + 1) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value, seen, depth + 1) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


@cache
def _validator(schema: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.read_text("utf-8")))


def _shape_problems(document: Document, error: ValidationError) -> list[Problem]:
    """One problem, or for unknown keys one for each, at the line of the key."""
    path, code = list(error.absolute_path), f"shape.{error.validator}"
    if error.validator == "additionalProperties" and error.validator_value is False:
        schema: Any = error.schema
        found: Any = error.instance
        known = schema.get("properties", {})
        unknown = [key for key in found if key not in known]
        named = {"known": ", ".join(known)}
        return [document.problem([*path, key], code, expected=as_text(shorten(key)), **named) for key in unknown]
    value = None if isinstance(error.instance, dict | list) else error.instance
    return [document.problem(path, code, value, expected=_expected(error))]


def _no_texts(node: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Where a text is none: keys at their map, values at their place."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from () if _is_text(key) else (path,)
            yield from _no_texts(value, (*path, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _no_texts(value, (*path, position))
    elif not _is_text(node):
        yield path


def _no_numbers(node: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], float]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _no_numbers(value, (*path, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _no_numbers(value, (*path, position))
    elif isinstance(node, float) and not math.isfinite(node):
        yield path, node


def _is_text(value: object) -> bool:
    return not isinstance(value, str) or NO_TEXT.search(value) is None


def _expected(error: ValidationError) -> str:
    """What the schema asks for at this place, in the schema's own words and symbols."""
    wanted: Any = error.validator_value
    found: Any = error.instance
    if error.validator == "required":
        return ", ".join(sorted(set(wanted) - set(found)))
    if isinstance(wanted, list):
        return ", ".join(str(each) for each in wanted)
    return shorten(wanted)


def _first_line(node: Any) -> int | None:
    marked = isinstance(node, CommentedMap | CommentedSeq) and node.lc.line is not None  # not every tag is marked
    return node.lc.line + 1 if marked else 1


def _line_of(node: Any, step: Step) -> int | None:
    try:
        if isinstance(node, CommentedMap):
            return int(node.lc.key(step)[0]) + 1
        if isinstance(node, CommentedSeq):
            return int(node.lc.item(step)[0]) + 1
    except (LookupError, AttributeError, TypeError):
        return None
    return None
