"""Counties side by side, for accounts that see more than one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow, scope
from app.console.charts import least, side_of
from app.console.door import READERS, blueprint
from app.console.noting import SEEN, noted
from app.console.versions import tell_stage
from app.edge import here
from app.marks import Legend, shown
from app.numbers import count, fixed
from app.rates import rate_head, rate_note, tell_rate
from app.words import GROUPS, VERDICTS, word
from surveys import regions
from surveys.across import Across, Block, CountyScore, look_across

BELOW = ("county", "township")  # who is of these sees one county at most
SURE = 0.05  # of Holm's p, under which a difference is told


@dataclass(frozen=True)
class Row:
    """A county as it is printed."""

    county: CountyScore
    name: str
    shown: str
    marks: str
    decimals: int
    verdict: str
    stage: str
    rate: str
    apart: str  # how it differs from the reference, in a word


@dataclass(frozen=True)
class Part:
    """Counties that can be compared, with their chart."""

    block: Block
    rows: tuple[Row, ...]
    rate: str  # the heading of their rates
    note: str  # what must be said of these
    legend: Legend
    chart: Mapping[str, Any]
    papers: tuple[str, ...]
    reference: str


@blueprint.get("/across")
@allow(*READERS)
@noted(SEEN)
def across() -> str | Response:
    """The newest score of each county in the account's subtree; who sees one county only is led to the list."""
    if not oversees():
        return redirect(url_for("console.index"))
    against = request.args.get("against") or None
    with here().database.read() as session:
        found = look_across(session, path=scope(), now=here().clock(), against=against)
    return render_template("console/across.html", **_laid_out(found))


def oversees() -> bool:
    """Whether the account in front of us is of a region above the county. Regions never change their level."""
    if not current_user.is_authenticated:
        return False
    code, levels = current_user.account.region, here().extensions.setdefault("levels", {})
    if code not in levels:
        with here().database.read() as session:
            levels[code] = regions.get_region(session, code=code).level
    return levels[code] not in BELOW


@blueprint.app_context_processor
def describe_sight() -> dict[str, Any]:
    """Whether the layout links here."""
    return {"oversees": oversees} if request.blueprint in ("console", "security") else {}


def _laid_out(found: Across) -> dict[str, Any]:
    everything = [county for block in found.blocks for county in block.counties] + list(found.waiting)
    return {
        "parts": [_part(block) for block in found.blocks],
        "waiting": [(each, tell_stage(each.standing)) for each in found.waiting],
        "simulated": bool(everything) and all(each.campaign.simulated for each in everything),
    }


def _part(block: Block) -> Part:
    figures = [each.composite for each in block.counties if each.composite is not None]
    published = [each.publication for each in block.counties if each.publication is not None]
    legend = Legend.of(figures, published[0])
    kinds = frozenset(each.rate_kind for each in figures if each.rate is not None)
    rows = tuple(_row(each, legend, kinds) for each in block.counties)
    names = {each.campaign.county: each.campaign.county_name for each in block.counties}
    return Part(
        block=block,
        rows=rows,
        rate=rate_head(kinds),
        note=rate_note(kinds),
        legend=legend,
        chart=_chart(block, rows, rate_head(kinds)),
        papers=tuple(_paper(each) for each in block.papers),
        reference=_("各县平均") if block.against is None else names[block.against],
    )


def _row(county: CountyScore, legend: Legend, kinds: Collection[str]) -> Row:
    published = county.publication
    assert published is not None  # counties of a block have a score
    figure, facts = published.composite, published.facts
    return Row(
        county=county,
        name=county.campaign.county_name,
        shown=shown(figure, facts["decimals"]),
        marks=legend.marks(figure, published),
        decimals=facts["decimals"],
        verdict="" if figure.hidden else word(VERDICTS, facts["verdict"]),
        stage=tell_stage(county.standing),
        rate=tell_rate(figure.rate, figure.rate_kind, kinds),
        apart=_apart(county),
    )


def _apart(county: CountyScore) -> str:
    departure = county.departure
    if departure is None or departure.p_holm is None:
        return "—"
    if departure.p_holm >= SURE:
        return str(_("分不出"))
    return str(_("高于") if departure.value > 0 else _("低于"))


def _paper(named: str) -> str:
    group, _colon, paper = named.partition(": ")
    return f"{word(GROUPS, group)} {paper}"


def _chart(block: Block, rows: tuple[Row, ...], rate: str) -> dict[str, Any]:
    drawn = [row for row in rows if row.county.composite is not None and row.county.composite.value is not None]
    figures = [row.county.composite for row in drawn if row.county.composite is not None]
    return {
        "threshold": block.threshold,
        "line": _("门槛 %(threshold)s", threshold=f"{block.threshold:g}"),
        "least": least(figures, block.threshold),
        "heads": {"value": _("得分"), "side": rate},
        "rows": [_dot(row, block.threshold) for row in drawn],
    }


def _dot(row: Row, threshold: float) -> dict[str, Any]:
    figure = row.county.composite
    assert figure is not None  # or it is not drawn
    return {
        "label": row.name,
        "kind": "county",
        "side": side_of(figure, threshold),
        "bound": figure.bound,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "shown": row.shown + (f" {row.marks}" if row.marks else ""),
        "rate": row.rate,
        "tip": [
            _("得分 %(value)s", value=row.shown),
            f"{fixed(figure.low, row.decimals)} – {fixed(figure.high, row.decimals)}",
            _("n = %(n)s，有效 n = %(effective)s", n=count(figure.n), effective=count(figure.n_eff)),
            row.stage,
        ],
    }
