"""`flask frame …`: schools and how many people of each group they have."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, table, write_file
from app.deeds import tell
from app.edge import here
from app.i18n import current_language
from app.words import GROUPS
from surveys import frames

frame = AppGroup("frame", help="Schools, and how many people of each group they have.")


@frame.command("import")
@click.argument("county")
@click.argument("file", type=click.Path(path_type=Path))
@at_edge
def import_file(county: str, file: Path) -> None:
    """Import FILE (XLSX or CSV) as the frame of COUNTY."""
    content = read_file(file)
    with here().database.begin() as session:
        report = frames.import_frame(session, county=county, content=content, filename=file.name, now=here().clock())
        if not report.unchanged:
            tell(session, "frame.imported", number=report.number, region=county)
    if report.unchanged:
        click.echo(_("内容没有变化，仍是第 %(number)s 版抽样框。", number=report.number))
        return
    click.echo(
        _(
            "已导入第 %(number)s 版抽样框：%(schools)s 所学校，新增 %(added)s，更新 %(changed)s，移出 %(removed)s。",
            number=report.number,
            schools=report.schools,
            added=report.added,
            changed=report.changed,
            removed=report.removed,
        )
    )
    click.echo(table([(GROUPS.get(group, group), people) for group, people in report.people.items()]))


@frame.command("template")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE.xlsx or FILE.csv")
@at_edge
def template(file: Path) -> None:
    """Write an empty frame file to fill in."""
    language: Literal["zh-CN", "en"] = "en" if current_language() == "en" else "zh-CN"
    write_file(file, frames.frame_template("csv" if file.suffix.lower() == ".csv" else "xlsx", language))
