"""Published versions of sampling rules, and the version that a reference means: `name`, or `name@number`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import models, versions
from surveys.errors import SurveyError, shorten
from surveys.sampling.library import library_document, library_names
from surveys.sampling.model import SamplingRule
from surveys.sampling.parsing import parse_rule, read_rule, rule_from
from surveys.versions import SAMPLING_RULES, Version

REFERENCE = re.compile(r"([a-z][a-z0-9-]{1,63})(?:@([1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class PublishedRule:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    version_id: int
    name: str
    number: int
    digest: str
    rule: SamplingRule


def publish_rule(session: Session, *, content: str | bytes, now: datetime) -> PublishedRule:
    """Publish `content`; content that was published before gives back the version it has.

    Raises SurveyError as `parse_rule` does, and then nothing is written.
    """
    document = read_rule(content)
    return _published(versions.publish(session, SAMPLING_RULES, name=document["rule"], document=document, now=now))


def get_version(session: Session, *, version_id: int) -> PublishedRule:
    """The version of this id. Raises SurveyError(`sampling.missing`)."""
    found = versions.find_version(session, SAMPLING_RULES, version_id=version_id)
    if found is None:
        raise SurveyError("sampling.missing", "missing", version=version_id)
    return _published(found)


def publish_meant(session: Session, *, reference: str, now: datetime) -> PublishedRule:
    """The version that `reference` means; one of the library is published the first time it is asked for.

    Raises SurveyError(`sampling.unknown`).
    """
    found = _find(session, reference)
    if found is not None:
        return found
    name, number = _split(reference)
    if number not in (None, 1) or name not in library_names():
        raise _unknown(session, reference)
    return publish_rule(session, content=library_document(name), now=now)


def get_rule(session: Session, *, reference: str) -> tuple[SamplingRule, int]:
    """The rule that `reference` means and its number, which for one of the library is the first. Writes nothing.

    Raises SurveyError(`sampling.unknown`).
    """
    found = _find(session, reference)
    if found is not None:
        return found.rule, found.number
    name, number = _split(reference)
    if number not in (None, 1) or name not in library_names():
        raise _unknown(session, reference)
    return _of_library(name), 1


def list_rules(session: Session) -> tuple[SamplingRule, ...]:
    """The rules that a plan may name, each in its newest version: the library's and those published here."""
    own = session.scalars(select(models.SamplingRule.name))
    return tuple(get_rule(session, reference=name)[0] for name in sorted({*library_names(), *own}))


@cache  # a page lists them all, and what comes with the product does not change while it runs
def _of_library(name: str) -> SamplingRule:
    return parse_rule(library_document(name))


def _find(session: Session, reference: str) -> PublishedRule | None:
    name, number = _split(reference)
    found = versions.find_latest(session, SAMPLING_RULES, name=name, number=number)
    return None if found is None else _published(found)


def _split(reference: str) -> tuple[str, int | None]:
    """Name and number; what is no reference is the name of nothing."""
    match = REFERENCE.fullmatch(reference)
    return (match[1], int(match[2]) if match[2] else None) if match else ("", None)


def _unknown(session: Session, reference: str) -> SurveyError:
    known = ", ".join(rule.name for rule in list_rules(session))
    return SurveyError("sampling.unknown", "missing", name=shorten(reference), expected=known)


def _published(version: Version) -> PublishedRule:
    return PublishedRule(version.id, version.name, version.number, version.digest, rule_from(version.document))
