"""`flask demo`: a fictional county to try everything on, marked 模拟数据 everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import click
import numpy as np
from flask_babel import gettext as _
from flask_security import hash_password

from app.cli.accounts import fresh_password
from app.cli.edge import at_edge
from app.edge import here
from app.kit import address_of
from app.studies import make_studies
from surveys import accounts, regions
from surveys.codes import list_slips
from surveys.demo import county

OFFICER, EVALUATOR = "officer", "evaluator"
SEED = 20260901


@dataclass(frozen=True)
class Demo:
    """What a visitor needs; the password only when it was just made."""

    officer: str
    evaluator: str
    password: str | None
    address: str | None  # where a parent answers


def make_demo() -> Demo | None:
    """Make the fictional county in one transaction; None where it, or any other county, exists already."""
    app = here()
    password = fresh_password()
    with app.database.begin() as session:
        if regions.list_regions(session, path="/"):
            return None
        county.make_county(
            session,
            now=app.clock(),
            timezone=app.settings.timezone,
            secret=app.settings.secret,
            draw=app.draw,
            rng=np.random.default_rng(SEED),
        )
        for name, region in ((OFFICER, county.COUNTY), (EVALUATOR, county.CITY)):
            accounts.add_account(
                session,
                name=name,
                password=hash_password(password),
                role=name,
                region=region,
                now=app.clock(),
            )
    list(make_studies(name=county.EARLIER, number=1))
    return Demo(OFFICER, EVALUATOR, password, _parent_address())


def find_demo() -> Demo | None:
    """The fictional county, when it is there."""
    with here().database.read() as session:
        if regions.find_region(session, code=county.COUNTY) is None:
            return None
    return Demo(OFFICER, EVALUATOR, None, _parent_address())


def _parent_address() -> str | None:
    with here().database.read() as session:
        campaign = county.find_open(session, now=here().clock())
        if campaign is None:
            return None
        slips = list_slips(session, campaign_id=campaign.id, secret=here().settings.secret, kind="open", group="parent")
    return address_of(slips[0]) if slips else None


@click.command("demo")
@at_edge
def demo() -> None:
    """Make the fictional county `demo`, with an open survey `demo` and an earlier one that has a score."""
    made = make_demo()
    if made is None:
        click.echo(_("数据库里已经有行政区，没有再建模拟县。"))
        return
    click.echo(_("已建立模拟县 demo（全部是模拟数据）。"))
    click.echo(_("用户名 %(names)s", names=f"{OFFICER}, {EVALUATOR}"))
    click.echo(_("密码   %(password)s（只显示这一次）", password=made.password or ""))
