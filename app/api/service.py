"""What the API is, what a token gives, and the regions it sees."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer

from app.access import PUBLIC, allow
from app.api.contract import contract_of
from app.api.door import HOME, READERS, answers, at, bearer, find_region
from app.api.paging import HEADERS, laid_out, position_of, take_part
from app.api.queries import RegionsWanted
from app.api.shapes import ContractShape, RegionShape, RegionsShape, ServiceShape, TokenShape
from app.edge import here
from surveys import VERSION, regions


@at("/", strict_slashes=False)
@allow(PUBLIC)
@answers(ServiceShape)
def service() -> dict[str, str]:
    """Where things are"""
    return {
        "service": "renke",
        "version": VERSION,
        "api": "v1",
        "openapi": f"{HOME}/openapi.json",
        "token": f"{HOME}/token",
        "campaigns": f"{HOME}/campaigns",
    }


@at("/openapi.json")
@allow(PUBLIC)
@answers(ContractShape)
def contract() -> Answer:
    """This contract"""
    return Answer(contract_of(here()), mimetype="application/json")


@at("/token")
@allow(*READERS)
@answers(TokenShape)
def token() -> dict[str, Any]:
    """What the token gives"""
    found = bearer()
    names = ("name", "scopes", "region", "region_name", "expires_at")
    return {"account": found.account.name, "role": found.account.role} | {name: getattr(found, name) for name in names}


@at("/regions")
@allow(*READERS)
@answers(RegionsShape, asks=RegionsWanted, also=(404,), headers=HEADERS)
def list_regions(query: dict[str, Any]) -> Any:
    """Regions, in the order in which they were added"""
    with here().database.read() as session:
        within = find_region(session, query.get("region"))
        found = regions.list_regions(session, path=within.path)
    after, level = position_of(query.get("cursor")) or 0, query.get("level")
    rows = sorted((each for each in found if each.id > after), key=lambda each: each.id)
    wanted = [each for each in rows if level in (None, each.level)]
    return laid_out(take_part(wanted, query, kind="r", key=lambda each: each.id))


@at("/regions/<code:code>")
@allow(*READERS)
@answers(RegionShape, also=(404,))
def get_region(code: str) -> Any:
    """A region"""
    with here().database.read() as session:
        return find_region(session, code)
