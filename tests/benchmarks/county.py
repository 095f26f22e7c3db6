"""A synthetic county of 100 schools and seven groups, written through the real doors; its people are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from surveys import campaigns, frames, regions, responses
from surveys.campaigns import CampaignView, Paper
from surveys.demo import county as demo
from surveys.frames import CellView
from surveys.instruments.model import Instrument, Item
from tests.benchmarks.workplace import SEED, ZONE

SCHOOLS = 100
KINDS = (
    ("小学", "城区"),
    ("小学", "镇区"),
    ("小学", "乡村"),
    ("初中", "城区"),
    ("初中", "镇区"),
    ("九年一贯制", "乡村"),
)
HEADER = "学校代码,学校名称,学段,城乡,学生数,教师数,受访学生,家长,受访教师,校长,人大代表,政协委员,其他群众"
PEOPLE = {"student": 900, "parent": 1200, "teacher": 90, "principal": 12}  # of a school
OF_COUNTY = {"npc_deputy": 600, "cppcc_member": 500, "public": 400_000}
SHARES = {"student": 0.35, "parent": 0.47, "teacher": 0.07, "principal": 0.01}  # of all responses
OF_COUNTY_SHARES = {"npc_deputy": 0.004, "cppcc_member": 0.003, "public": 0.09}
SECRET = b"the secret of the synthetic county"
LIKELY = 0.55  # odds of each further option, best first


def make_county(session: Session, people: int) -> CampaignView:
    """The county with an open campaign and the responses of `people`."""
    now = datetime.now(UTC)
    for code, name, level, parent, residents in demo.TREE:
        regions.add_region(
            session, code=code, name=name, level=level, parent=parent, residents=residents, simulated=True
        )
    frames.import_frame(session, county=demo.COUNTY, content=_frame().encode(), now=now)
    document = (demo.HERE / "campaign.yaml").read_text("utf-8") + f'opens: "{(now - timedelta(days=1)).isoformat()}"\n'
    campaign = campaigns.create_campaign(session, content=document, now=now, timezone=ZONE)
    cells = frames.list_cells(session, frame_id=campaign.frame_id)
    papers = campaigns.papers_of(session, campaign_id=campaign.id)
    rows = _People(people, papers, now).answer(cells)
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    return campaign


def _frame() -> str:
    numbers = ",".join(map(str, (PEOPLE["student"], PEOPLE["teacher"], *PEOPLE.values())))
    schools = [
        f"S{place:03},第{place}学校（模拟）,{','.join(KINDS[place % len(KINDS)])},{numbers},,,"
        for place in range(SCHOOLS)
    ]
    county = "全县,,,,,,,,,," + ",".join(map(str, OF_COUNTY.values()))
    return "\n".join((HEADER, *schools, county))


@dataclass(frozen=True)
class _People:
    """Draws answers a paper at a time; cells of a group get equal shares."""

    count: int
    papers: tuple[Paper, ...]
    now: datetime

    def answer(self, cells: tuple[CellView, ...]) -> Iterator[responses.ImportedResponse]:
        rng = np.random.default_rng(SEED)
        for place, cell in enumerate(cells):
            fitting = [paper for paper in self.papers if paper.group == cell.group and paper.fits(cell.stage)]
            paper = fitting[place % len(fitting)]
            for number, answers in enumerate(_answers(paper.instrument, self._share(cell), rng)):
                yield responses.ImportedResponse(
                    key=f"{place}|{number}",
                    group=cell.group,
                    school_id=cell.school_id,
                    version_id=paper.version_id,
                    answers=answers,
                    language="zh-CN",
                    received_on=self.now.date(),
                )

    def _share(self, cell: CellView) -> int:
        if cell.school_id is None:
            return round(self.count * OF_COUNTY_SHARES[cell.group])
        return round(self.count * SHARES[cell.group] / SCHOOLS)


def _answers(instrument: Instrument, count: int, rng: np.random.Generator) -> Iterator[bytes]:
    """`count` people, one byte an item."""
    matrix = np.column_stack([_column(item, count, rng) for item in instrument.items])
    return (row.tobytes() for row in matrix)


def _column(item: Item, count: int, rng: np.random.Generator) -> np.ndarray:
    codes = np.array([option.code for option in item.scale.options], dtype=np.uint8)
    odds = LIKELY ** np.arange(codes.size)
    return rng.choice(codes, size=count, p=odds / odds.sum())
