"""Published versions of publication rules, those that come with the product, and the one that a campaign goes by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import models, versions
from surveys.disclosure.parsing import parse_rule, read_rule
from surveys.disclosure.rule import PublicationRule, rule_from
from surveys.errors import SurveyError, shorten
from surveys.versions import PUBLICATION_RULES, Version

LIBRARY = Path(__file__).parent / "library"
DEFAULT = "renke-default"
REFERENCE = re.compile(r"([a-z][a-z0-9-]{1,63})(?:@([1-9][0-9]{0,5}))?")


@dataclass(frozen=True)
class PublishedRule:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    version_id: int
    digest: str
    rule: PublicationRule


def library_names() -> tuple[str, ...]:
    """The names of the library's rules, in alphabetical order."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


@cache  # what comes with the product does not change while it runs
def library_rule(name: str) -> PublicationRule:
    """A rule of the library. Raises SurveyError(`publication.unknown`)."""
    if name not in library_names():  # also keeps a name such as ../x from becoming a path
        raise SurveyError("publication.unknown", "missing", name=shorten(name), expected=", ".join(library_names()))
    return parse_rule((LIBRARY / f"{name}.yaml").read_text("utf-8"))


def publish_rule(session: Session, *, content: str | bytes, now: datetime) -> PublishedRule:
    """Publish `content`; content that was published before gives back the version it has.

    Raises SurveyError as `parse_rule` does, and then nothing is written.
    """
    document = read_rule(content)
    return _published(versions.publish(session, PUBLICATION_RULES, name=document["rule"], document=document, now=now))


def publish_meant(session: Session, *, reference: str, now: datetime) -> PublishedRule:
    """The version that `reference` (`name` or `name@number`) means.

    One of the library is published the first time it is asked for. Raises SurveyError(`publication.unknown`).
    """
    found = _find(session, reference)
    if found is not None:
        return found
    content = (LIBRARY / f"{_in_library(session, reference)}.yaml").read_text("utf-8")
    return publish_rule(session, content=content, now=now)


def get_rule(session: Session, *, reference: str) -> PublicationRule:
    """The rule that `reference` means. Writes nothing. Raises SurveyError(`publication.unknown`)."""
    found = _find(session, reference)
    return library_rule(_in_library(session, reference)) if found is None else found.rule


def rule_of(session: Session, *, campaign_id: int) -> PublicationRule:
    """The rule that a campaign goes by: the version it names, or the library's default as it is now."""
    query = select(models.Campaign.publication_version_id).where(models.Campaign.id == campaign_id)
    version_id = session.scalars(query).one()
    found = None if version_id is None else versions.find_version(session, PUBLICATION_RULES, version_id=version_id)
    return library_rule(DEFAULT) if found is None else _published(found).rule


def list_rules(session: Session) -> tuple[PublicationRule, ...]:
    """The rules that a campaign may name, each in its newest version: the library's and those published here."""
    return tuple(get_rule(session, reference=name) for name in rule_names(session))


def rule_names(session: Session) -> list[str]:
    """What a campaign may name."""
    return sorted({*library_names(), *session.scalars(select(models.PublicationRule.name))})


def _find(session: Session, reference: str) -> PublishedRule | None:
    name, number = _split(reference)
    found = versions.find_latest(session, PUBLICATION_RULES, name=name, number=number)
    return None if found is None else _published(found)


def _in_library(session: Session, reference: str) -> str:
    """The name of the library's rule that is meant; of others nothing is known."""
    name, number = _split(reference)
    if number not in (None, 1) or name not in library_names():
        known = ", ".join(rule_names(session))
        raise SurveyError("publication.unknown", "missing", name=shorten(reference), expected=known)
    return name


def _split(reference: str) -> tuple[str, int | None]:
    """Name and number; what is no reference is the name of nothing."""
    match = REFERENCE.fullmatch(reference)
    return (match[1], int(match[2]) if match[2] else None) if match else ("", None)


def _published(version: Version) -> PublishedRule:
    return PublishedRule(version.id, version.digest, rule_from(version.document, number=version.number))
