"""`flask access`: who may use what, as the code has it."""

from __future__ import annotations

import click

from app.cli.edge import at_edge
from app.edge import here
from app.matrix import as_markdown


@click.command("access")
@at_edge
def access() -> None:
    """Print every address with the roles that may use it, as tables in Markdown (docs/access.md holds them)."""
    click.echo(as_markdown(here()))
