"""The README of a package: Chinese first, English after; nothing in it changes unless what it tells does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys.campaigns import CampaignView
from surveys.evaluations import EvaluationView

TEXT = Path(__file__).parent / "readme.md"
STAGES = {"county": ("县级", "county"), "city": ("市级", "city"), "province": ("省级", "province")}
KINDS = {"county": ("县级报告", "report for the county"), "public": ("公众报告", "report for the public")}
UNSIGNED = ("尚未有任何一级签署：这是草案。", "No stage has signed it: this is a draft.")
NO_REPORT = ("尚未出具县级或公众报告。", "No report for the county or the public was issued.")
NONE = "—"  # a number that is not defined
SIMULATED = "> **模拟数据。SIMULATED DATA.** 没有一份答卷是真人所填。Nobody real filled in any of these forms.\n\n"


@dataclass(frozen=True)
class Report:
    """A report that was issued, by which a reader can compare."""

    serial: str
    kind: str
    language: str
    digest: str


@dataclass(frozen=True)
class Standpoint:
    """What stands behind an evaluation: stages that signed it (stage, day, digest of what they signed), and reports."""

    signed: tuple[tuple[str, str, str], ...]
    reports: tuple[Report, ...]

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "signed": [{"stage": stage, "on": day, "digest": digest} for stage, day, digest in self.signed],
            "reports": [
                {"serial": each.serial, "kind": each.kind, "language": each.language, "digest": each.digest}
                for each in self.reports
            ],
        }


def write_readme(campaign: CampaignView, made: EvaluationView, where: Standpoint, *, rows: int) -> str:
    """The text, with what is told of this campaign and this evaluation."""
    composite = made.result["composite"]
    told = {
        "simulated": SIMULATED if campaign.simulated else "",
        "campaign": campaign.name,
        "county": campaign.county_name,
        "title": campaign.title.get("zh-CN", campaign.name),
        "title_en": campaign.title.get("en", campaign.name),
        "number": made.number,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "digest": made.recipe.get("scorecard_digest", ""),
        "weighting": made.recipe["weighting"],
        "version": made.code_version,
        "rows": rows,
        "excluded": (made.result.get("excluded") or {"answers": 0})["answers"],
        "rounded": _printed(made.result["rounded"]["composite"], made.result["decimals"]),
        "level": f"{100 * composite['level']:g}",
        **{f"composite_{name}": _known(composite[name]) for name in ("value", "se", "low", "high", "n", "df")},
    }
    for place, language in enumerate(("zh", "en")):
        told[f"signed_{language}"] = "\n".join(_signed(where, place))
        told[f"reports_{language}"] = "\n".join(_reports(where, place))
    return TEXT.read_text("utf-8").format(**told)


def _printed(rounded: str | None, decimals: int) -> str:
    """As reports print it, with all its decimals."""
    return NONE if rounded is None else f"{float(rounded):.{decimals}f}"


def _known(number: float | None) -> str:
    return NONE if number is None else str(number)


def _signed(where: Standpoint, language: int) -> Iterator[str]:
    words = ("- {}已签署，{}；所签内容的摘要 `{}`", "- signed by the {} on {}; digest of what was signed `{}`")
    for stage, day, digest in where.signed:
        yield words[language].format(STAGES[stage][language], day, digest)
    if not where.signed:
        yield f"- {UNSIGNED[language]}"


def _reports(where: Standpoint, language: int) -> Iterator[str]:
    words = ("- {}（{}）编号 {}，摘要 `{}`", "- {} ({}), serial {}, digest `{}`")
    for each in where.reports:
        kind = KINDS.get(each.kind, (each.kind, each.kind))[language]
        yield words[language].format(kind, each.language, each.serial, each.digest)
    if not where.reports:
        yield f"- {NO_REPORT[language]}"
