"""What public functions are given is looked at by their own annotations, before any arithmetic is done with it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Literal, ParamSpec, TypeVar, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.errors import AnalysisError

P = ParamSpec("P")
R = TypeVar("R")
KINDS = {
    "Floats": "numbers",
    "Integers": "whole numbers",
    "Flags": "true or false",
    "Marks": "true or false",
    "Truths": "true or false",
    "NDArray[np.float64]": "numbers",
    "NDArray[np.int64]": "whole numbers",
    "NDArray[np.bool_]": "true or false",
    "ArrayLike": "real numbers",
    "Labels": "text",
}
TYPES = {"numbers": np.float64, "whole numbers": np.int64, "true or false": np.bool_}
WIDE = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}  # sums and differences of narrow types overflow
MOST = 1_000_000_000  # nothing that is counted one by one is more
LARGEST = 2.0**62  # whole numbers beyond are not exact


class _UnfitError(Exception):
    """What was expected, and what came."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Look at every argument by its annotation, and name all that do not fit in one AnalysisError.

    Arrays of whole numbers, of numbers or of true and false are converted; strings, objects, dates, complex numbers and
    masked arrays are refused, as are unknown choices and objects of another class. Where arithmetic breaks down all the
    same (overflow, division by 0, a matrix without an inverse), that is an AnalysisError too, never a warning.
    """
    signature = inspect.signature(function)
    notes = {name: str(each.annotation) for name, each in signature.parameters.items()}
    scope: Mapping[str, object] = getattr(function, "__globals__", {})

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = signature.bind(*args, **kwargs)
        given = {name: value for name, value in bound.arguments.items() if name in notes}
        bound.arguments.update(_settled(function.__name__, given, notes, scope))
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                return function(*bound.args, **bound.kwargs)
        except (ArithmeticError, np.linalg.LinAlgError) as error:
            hint = "they are too large, too small or too much alike: change the unit, or leave out what repeats others"
            raise AnalysisError(function.__name__, "numbers that arithmetic can deal with", str(error), hint) from error

    return call


def settle(made: Any, scope: Mapping[str, object]) -> None:
    """The same for the fields of a dataclass, from its `__post_init__`; `scope` is `globals()` of its module."""
    notes = {each.name: str(each.type) for each in fields(made)}
    for name, value in _settled(
        type(made).__name__, {name: getattr(made, name) for name in notes}, notes, scope
    ).items():
        object.__setattr__(made, name, value)


def _settled(
    where: str, given: Mapping[str, object], notes: Mapping[str, str], scope: Mapping[str, object]
) -> dict[str, object]:
    found, expected, got = {}, [], []
    for name, value in given.items():
        try:
            found[name] = _settle(value, notes[name], scope)
        except _UnfitError as wrong:
            expected.append(f"{name}: {wrong.args[0]}")
            got.append(f"{name}: {wrong.args[1]}")
    if got:
        raise AnalysisError(where, "; ".join(expected), "; ".join(got), "see the docstring for shapes and units")
    return found


def _settle(value: object, note: str, scope: Mapping[str, object]) -> object:
    words = note.split(" | ")
    if value is None:
        if "None" in words or words[0] in ("object", "Any"):
            return None
        raise _UnfitError(_words(words[0], scope), "None")
    if sparse.issparse(value) and "sparse.csr_array" in words:
        return value
    word = words[0]
    if word in KINDS:
        return _array(value, KINDS[word])
    if word in ("float", "int"):
        return _number(value, word)
    if word == "bool":
        return _flag(value)
    return _member(value, word, scope)


def _array(value: object, kind: str) -> object:
    if isinstance(value, np.ma.MaskedArray):
        raise _UnfitError(f"an array of {kind}", "a masked array: put NaN where nothing is known")
    try:
        array = np.asarray(value)
    except ValueError:
        raise _UnfitError(f"an array of {kind}", "rows of different lengths") from None
    if kind == "text" and array.dtype.kind in "UO":
        return array
    if array.size == 0 and array.dtype.kind in "biuf":
        return array.astype(TYPES.get(kind, array.dtype.type))
    if array.dtype.kind not in ("b" if kind == "true or false" else "biuf"):
        raise _UnfitError(f"an array of {kind}", f"values of type {array.dtype}")
    if kind == "whole numbers" and array.dtype.kind == "f" and not np.all(np.abs(array) < LARGEST):
        raise _UnfitError(f"an array of {kind}", "numbers that are not finite, or too large")
    wanted: NDArray[Any] = array.astype(TYPES.get(kind, WIDE[array.dtype.kind]), copy=False)
    if kind == "whole numbers" and wanted is not array and np.any(wanted != array):
        raise _UnfitError(f"an array of {kind}", f"others, such as {array[wanted != array].flat[0]}")
    return wanted


def _number(value: object, word: str) -> object:
    expected = "a number" if word == "float" else "a whole number"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
        raise _UnfitError(expected, _shown(value))
    if word == "int" and not (-MOST <= value <= MOST and value == int(value)):
        raise _UnfitError(f"{expected}, {MOST:,} at most", str(value))
    return int(value) if word == "int" else value


def _flag(value: object) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _UnfitError("True or False", _shown(value))
    return bool(value)


def _member(value: object, word: str, scope: Mapping[str, object]) -> object:
    known = scope.get(word)
    if word.startswith("Sequence[") or word.endswith(", ...]"):
        return _sequence(value, word, scope)
    if get_origin(known) is Literal:
        fits = isinstance(value, str) and value in get_args(known)
    elif isinstance(known, type) or word == "str":
        fits = isinstance(value, known if isinstance(known, type) else str)
    elif word == "np.random.Generator":
        fits = isinstance(value, np.random.Generator)
    else:
        fits = callable(value) or not word.startswith("Callable")
    if not fits:
        raise _UnfitError(_words(word, scope), _shown(value))
    return value


def _sequence(value: Any, word: str, scope: Mapping[str, object]) -> object:
    inner = word.removeprefix("Sequence[").removeprefix("tuple[").removesuffix("]").removesuffix(", ...")
    if isinstance(value, str) or not np.iterable(value):
        raise _UnfitError(_words(word, scope), _shown(value))
    for place, each in enumerate(value):
        try:
            _settle(each, inner, scope)
        except _UnfitError as wrong:
            raise _UnfitError(f"a sequence, each {wrong.args[0]}", f"{wrong.args[1]} at place {place}") from None
    return value


def _words(word: str, scope: Mapping[str, object]) -> str:
    known = scope.get(word)
    if get_origin(known) is Literal:
        return "one of " + ", ".join(str(each) for each in get_args(known))
    plain = {
        "float": "a number",
        "int": "a whole number",
        "str": "a string",
        "np.random.Generator": "a numpy Generator",
    }
    if word.startswith("Sequence[") or word.endswith(", ...]"):
        return "a sequence"
    if word in KINDS:
        return f"an array of {KINDS[word]}"
    return plain.get(word, "a function" if word.startswith("Callable") else f"a {word}")


def _shown(value: object) -> str:
    return f"{value!r:.60}" if isinstance(value, str | int | float | list | tuple) else type(value).__name__


def together(where: str, **given: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Numbers and arrays that belong together element by element, in one shape."""
    arrays = {name: np.asarray(value, float) for name, value in given.items()}
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise AnalysisError(where, "arrays of one shape, or single numbers", f"shapes {shapes}") from None
