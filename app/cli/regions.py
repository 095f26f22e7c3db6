"""`flask region …`: the tree of the nation, provinces, cities, counties and townships."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, table
from app.deeds import tell
from app.edge import here
from surveys import regions

region = AppGroup("region", help="The nation, provinces, cities, counties and townships.")


@region.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--level", type=click.Choice(regions.LEVELS), required=True)
@click.option("--parent", help="Code of the region above.")
@click.option("--residents", type=int, help="Resident population.")
@click.option("--simulated", is_flag=True, help="Fictional: everything made of it is marked 模拟数据.")
@at_edge
def add(code: str, name: str, level: str, parent: str | None, residents: int | None, simulated: bool) -> None:
    """Add a region. CODE is short: letters, digits, hyphens."""
    with here().database.begin() as session:
        regions.add_region(
            session, code=code, name=name, level=level, parent=parent, residents=residents, simulated=simulated
        )
        tell(session, "region.added", region=code)
    click.echo(_("已建立行政区 %(code)s %(name)s", code=code, name=name))


@region.command("place")
@click.argument("code")
@click.option("--parent", required=True, help="Code of the region above.")
@at_edge
def place(code: str, parent: str) -> None:
    """Put region CODE, which stands at the top, with all below it under another one."""
    with here().database.begin() as session:
        placed = regions.place_region(session, code=code, parent=parent)
        tell(session, "region.placed", region=code, parent=parent)
    click.echo(_("%(code)s 现在在 %(path)s", code=code, path=placed.path))


@region.command("list")
@at_edge
def show_all() -> None:
    """All regions."""
    with here().database.read() as session:
        found = regions.list_regions(session, path="/")
    click.echo(table([(_("代码"), _("级别"), _("名称")), *((each.code, each.level, each.name) for each in found)]))
