"""What there is to look at in a campaign: items of its papers, kinds of school, ways in, scores of dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from surveys.bench.model import Label, Variable, Wording
from surveys.datasets import NO_SCHOOL
from surveys.datasets.reading import CHANNELS
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument, Item, Option
from surveys.models import LOCALITIES, STAGES
from surveys.studies.basis import Basis

GROUP, STAGE, LOCALITY, CHANNEL = "group", "stage", "locality", "channel"
SIDES = {LOCALITY: 0, STAGE: 1}  # of a stratum such as `urban.primary`
KINDS: Mapping[str, Sequence[str]] = {STAGE: STAGES, LOCALITY: LOCALITIES}
DIMENSION = "dimension."  # before the name of a dimension


def list_variables(basis: Basis) -> tuple[Variable, ...]:
    """Everything that can be asked about: what tells people apart first, then items as on paper, then dimensions."""
    asked = _askers(basis)
    items = list(_items(basis, asked))
    return (*_design(basis), *items, *_dimensions(items))


def _askers(basis: Basis) -> list[tuple[Instrument, tuple[str, ...]]]:
    """Each paper with the groups that answered it."""
    groups = basis.sample.groups
    return [
        (stack.version.instrument, tuple(groups[place] for place in np.unique(stack.group).tolist()))
        for stack in basis.dataset.stacks
        if stack.group.size
    ]


def _design(basis: Basis) -> Iterator[Variable]:
    sample = basis.sample
    there = tuple(sample.groups[place] for place in np.unique(sample.group).tolist())
    at_school = tuple(sample.groups[place] for place in np.unique(sample.group[sample.school != NO_SCHOOL]).tolist())
    yield _made(GROUP, "groups", sample.groups, there)
    for name, words in KINDS.items():
        yield _made(name, f"{name}s" if name == STAGE else "localities", words, at_school)
    yield _made(CHANNEL, "channels", CHANNELS, there)


def _made(name: str, words: str, keys: Sequence[str], groups: tuple[str, ...]) -> Variable:
    """A variable that no paper asks; its codes count from 1."""
    return Variable(
        id=name,
        role="design",
        label=Label(words="variables", key=name),
        groups=groups,
        codes=tuple(range(1, len(keys) + 1)),
        labels=tuple(Label(words=words, key=key) for key in keys),
    )


def _items(basis: Basis, asked: Sequence[tuple[Instrument, tuple[str, ...]]]) -> Iterator[Variable]:
    positive = {each.item: each.positive for each in basis.rule.items}
    first: dict[str, Item] = {}
    options: dict[str, dict[int, Option]] = {}
    groups: dict[str, set[str]] = {}
    wordings: dict[str, list[Wording]] = {}
    for paper, who in asked:
        for item in paper.items:
            first.setdefault(item.id, item)
            groups.setdefault(item.id, set()).update(who)
            wordings.setdefault(item.id, []).append((who, Label(text=item.text)))
            known = options.setdefault(item.id, {})
            for option in item.scale.options:
                known.setdefault(option.code, option)
    for name, item in first.items():
        told = [each for each in options[name].values() if each.code not in item.scale.dont_know]
        yield Variable(
            id=name,
            role=item.role,
            label=Label(text=item.text),
            groups=tuple(each for each in basis.sample.groups if each in groups[name]),
            codes=tuple(each.code for each in told),
            labels=tuple(Label(text=each.text) for each in told),
            dont_know=item.scale.dont_know,
            scored=item.scored,
            positive=positive.get(name, frozenset()) if item.scored else frozenset(),
            dimension=item.dimension,
            wordings=tuple(wordings[name]),
            without=_without(asked, name, groups[name]),
        )


def _without(asked: Sequence[tuple[Instrument, tuple[str, ...]]], name: str, groups: set[str]) -> tuple[Wording, ...]:
    """Papers that do not have an item though another one of the same people has."""
    return tuple(
        (tuple(each for each in who if each in groups), Label(text=paper.title))
        for paper, who in asked
        if groups & set(who) and all(item.id != name for item in paper.items)
    )


def _dimensions(items: Sequence[Variable]) -> Iterator[Variable]:
    names = dict.fromkeys(each.dimension for each in items if each.role == "item" and each.dimension)
    for name in names:
        own = [each for each in items if each.role == "item" and each.dimension == name]
        groups = {group for each in own for group in each.groups}
        order = (*GROUPS, *sorted(groups - set(GROUPS)))
        yield Variable(
            id=f"{DIMENSION}{name}",
            role="dimension",
            label=Label(words="dimensions", key=str(name)),
            groups=tuple(each for each in order if each in groups),
            scored=True,
            dimension=name,
        )


def items_of(variables: Sequence[Variable], dimension: Variable) -> list[Variable]:
    """The items that a dimension is made of."""
    return [each for each in variables if each.role == "item" and each.dimension == dimension.dimension]
