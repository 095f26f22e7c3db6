"""Making studies at the edge: what takes long reads and reckons outside the transaction that keeps the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.edge import here
from surveys import studies


def make_studies(*, name: str, number: int, kinds: Iterable[str] = studies.KINDS) -> Iterator[str]:
    """Make and keep each study beside evaluation `number` of campaign `name`; gives the kind of each that is kept."""
    app = here()
    with app.database.read() as session:
        basis = studies.load_basis(session, name=name, now=app.clock(), number=number)
    for kind in kinds:
        result = studies.make_study(basis, kind=kind)
        with app.database.begin() as session:
            studies.keep_study(session, name=name, number=number, kind=kind, result=result, now=app.clock())
        yield kind
