"""From a settled evaluation to its replication package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from analysis.rule import ScoringRule
from surveys import versions
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView
from surveys.evaluations.making import count_issued
from surveys.exports.dictionary import plain_dictionary
from surveys.exports.extract import Extract
from surveys.exports.files.comma import write_csv
from surveys.exports.microdata import Forms, load_forms, make_microdata, number_schools
from surveys.exports.replication.expected import HEAD, expected_lines, plain_expected
from surveys.exports.replication.packing import digest_of, pack
from surveys.exports.replication.readme import Report, Standpoint, write_readme
from surveys.exports.replication.tables import (
    GROUPS,
    VALUES,
    WEIGHTS,
    as_csv,
    group_rows,
    setting_rows,
    value_rows,
    weight_rows,
)
from surveys.publication import get_publication
from surveys.reports.registry import list_issued, spaced
from surveys.review import standing
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.parsing import scorecard_from
from surveys.versions import SCORECARDS, Version

MADE = "package.made"  # of the trail
DATA = "data.csv"
SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Package:
    """A package that was written. `digest` is the SHA-256 of the ZIP; `signed` says whether its score is."""

    campaign_id: int
    evaluation: int
    signed: bool
    forms: int
    digest: str

    @property
    def facts(self) -> dict[str, Any]:
        """What the trail is told of it, as `package.made`."""
        return {"evaluation": self.evaluation, "signed": self.signed, "forms": self.forms, "digest": self.digest}


def make_package(
    session: Session,
    *,
    name: str,
    path: Path,
    now: datetime,
    zone: tzinfo,
    secret: bytes,
    number: int | None = None,
) -> Package:
    """Write the package of the signed score of campaign `name` to `path`; of the newest that is shown, or of `number`.

    The same score under the same signatures and reports gives the same bytes. It holds the answers of single people:
    the door makes sure that whoever gets it may see them, and tells the trail (`MADE`, `Package.facts`). Raises
    SurveyError(`campaign.unknown`, `export.not_closed`), and as `get_publication` and `load_forms` do.
    """
    campaign = get_campaign(session, name=name, now=now)
    if campaign.state != "closed":
        raise SurveyError("export.not_closed", "conflict", name=name)
    wanted = standing(session, campaign_id=campaign.id).signed if number is None else number
    made = get_publication(session, name=name, now=now, number=wanted).evaluation
    return write_package(session, made=made, path=path, now=now, zone=zone, secret=secret)


def write_package(
    session: Session, *, made: EvaluationView, path: Path, now: datetime, zone: tzinfo, secret: bytes
) -> Package:
    """The package of any evaluation of a closed campaign. Raises SurveyError as `load_forms`."""
    forms = load_forms(session, name=made.campaign, now=now, number=made.number)
    campaign = forms.campaign
    extract = make_microdata(forms, secret=secret)
    card = versions.find_latest(session, SCORECARDS, name=made.scorecard, number=made.scorecard_number)
    if card is None:
        raise LookupError("the scorecard of an evaluation")
    where = _standpoint(session, campaign, made, zone)
    files = _files(forms, made, card, extract, where, secret, count_issued(session, campaign.id))
    with _written(extract, path) as data:
        pack(path, {**files, DATA: data}, folder=f"renke-{made.campaign}-{made.number}")
    return Package(campaign.id, made.number, bool(where.signed), extract.rows, digest_of(path))


def _files(
    forms: Forms,
    made: EvaluationView,
    card: Version,
    extract: Extract,
    where: Standpoint,
    secret: bytes,
    issued: Mapping[str, int],
) -> dict[str, bytes]:
    """All files but the data."""
    roster = forms.dataset.roster
    numbers = number_schools(roster, campaign=made.campaign, secret=secret)
    rule = _rule_of(card, forms)
    about = {
        "campaign": made.campaign,
        "simulated": extract.facts["simulated"],
        "evaluation": made.number,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "weighting": forms.weighting.name,
        "signed": ", ".join(f"{stage} {day}" for stage, day, _digest in where.signed),
    }
    known = about | _origin(made, card) | where.plain
    settings = setting_rows(rule, about, level=made.recipe["level"], schools=len(roster.school_codes))
    return {
        "README.md": write_readme(forms.campaign, made, where, rows=extract.rows).encode(),
        "dictionary.json": _as_json(plain_dictionary(extract.dictionary)),
        "scorecard.yaml": _as_yaml(card),
        "settings.csv": as_csv(("name", "value"), settings),
        "values.csv": as_csv(VALUES, value_rows(rule, extract.dictionary)),
        "groups.csv": as_csv(GROUPS, group_rows(rule, roster, issued)),
        "weights.csv": as_csv(WEIGHTS, weight_rows(roster, forms.weighting.plain, numbers)),
        "expected.json": _as_json(plain_expected(made, known)),
        "expected.csv": as_csv(HEAD, expected_lines(made)),
        **{each.name: each.read_bytes() for each in sorted(SCRIPTS.glob("reproduce.*"))},
    }


def _rule_of(card: Version, forms: Forms) -> ScoringRule:
    scorecard = scorecard_from(card.document)
    return compile_rule(scorecard, number=card.number, instruments=forms.dataset.instruments)


def _origin(made: EvaluationView, card: Version) -> dict[str, Any]:
    return {
        "made_at": made.made_at.isoformat(),
        "code_version": made.code_version,
        "scorecard_digest": card.digest,
        "data_digest": made.data_digest,
    }


def _standpoint(session: Session, campaign: CampaignView, made: EvaluationView, zone: tzinfo) -> Standpoint:
    """Who has signed this evaluation by stage, and the reports of the county that were made of it, the first first."""
    signatures = standing(session, campaign_id=campaign.id).signatures
    issued: Sequence[Any] = list_issued(session, campaign_id=campaign.id)
    reports = [
        Report(spaced(each.serial), each.content.kind, each.content.language, each.digest)
        for each in issued
        if each.content.evaluation == made.number and each.content.school is None
    ]
    return Standpoint(
        signed=tuple(
            (each.stage, each.at.astimezone(zone).date().isoformat(), each.digest)
            for each in signatures
            if each.evaluation == made.number
        ),
        reports=tuple(sorted(reports, key=lambda each: (each.kind, each.language, each.serial))),
    )


@contextmanager
def _written(extract: Extract, path: Path) -> Iterator[Path]:
    """The data as a file of its own beside the package, for as long as it is packed."""
    data = path.with_name(f"{path.name}.data")
    try:
        data.touch(mode=0o600)
        write_csv(extract, data, "zh-CN", lambda _rows: None)
        yield data
    finally:
        data.unlink(missing_ok=True)


def _as_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _as_yaml(card: Version) -> bytes:
    """The document as it was published; its digest is that of the canonical JSON of the same content."""
    head = (
        f"# {card.name}@{card.number}\n# SHA-256 of its canonical JSON (keys sorted, no spaces, UTF-8): {card.digest}\n"
    )
    text = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode, writer.default_flow_style, writer.width = True, False, 120
    writer.dump(dict(card.document), text)
    return (head + text.getvalue()).encode()
