from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.regions import add_region, find_region, get_region, is_within, list_regions, place_region


def add_tree(session: Session) -> None:
    add_region(session, code="p37", name="某省", level="province", parent=None)
    add_region(session, code="c3701", name="某市", level="city", parent="p37")
    add_region(session, code="demo", name="某县", level="county", parent="c3701", residents=512_000)


def test_paths_are_the_codes_from_the_root(session: Session) -> None:
    add_tree(session)
    county = get_region(session, code="demo")
    assert (county.path, county.parent, county.residents) == ("/p37/c3701/demo/", "c3701", 512_000)
    assert is_within(county.path, "/p37/")
    assert not is_within("/p37/c3701/demo2/", county.path)


def test_a_subtree_is_listed_parents_first(session: Session) -> None:
    add_tree(session)
    add_region(session, code="demo2", name="邻县", level="county", parent="c3701")
    add_region(session, code="p99", name="别省", level="province", parent=None)
    assert [each.code for each in list_regions(session, path="/p37/")] == ["p37", "c3701", "demo", "demo2"]
    assert [each.code for each in list_regions(session, path="/p37/c3701/demo/")] == ["demo"]


def test_a_county_may_stand_right_below_its_province_or_alone(session: Session) -> None:
    add_tree(session)
    assert add_region(session, code="d", name="直辖区", level="county", parent="p37").path == "/p37/d/"
    assert add_region(session, code="alone", name="某县", level="county", parent=None).path == "/alone/"


def test_below_a_simulated_region_everything_is_simulated(session: Session) -> None:
    add_region(session, code="fiction", name="模拟省", level="province", parent=None, simulated=True)
    assert add_region(session, code="fiction-c", name="模拟县", level="county", parent="fiction").simulated


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"code": "Ä b"}, ["region.code"]),
        ({"code": "x" * 33}, ["region.code"]),
        ({"name": " "}, ["region.name"]),
        ({"name": "两\n行"}, ["region.name"]),
        ({"level": "village"}, ["region.level"]),
        ({"level": "province"}, ["region.level_order"]),
        ({"level": "city", "name": "", "code": "-", "residents": -1}, None),
    ],
)
def test_everything_wrong_is_said_at_once(
    session: Session, given: dict[str, object], problems: list[str] | None
) -> None:
    add_tree(session)
    values: dict[str, object] = {"code": "new", "name": "新县", "level": "county", "parent": "c3701", **given}
    with pytest.raises(SurveyError) as caught:
        add_region(session, **values)  # type: ignore[arg-type]
    codes = [problem.code for problem in caught.value.problems]
    assert codes == (problems or ["region.code", "region.name", "region.level_order", "region.residents"])
    assert find_region(session, code="new") is None


def test_a_code_is_used_once_and_a_parent_must_exist(session: Session) -> None:
    add_tree(session)
    with pytest.raises(SurveyError) as taken:
        add_region(session, code="demo", name="某县", level="county", parent="c3701")
    assert (taken.value.code, taken.value.kind) == ("region.exists", "conflict")
    with pytest.raises(SurveyError) as unknown:
        add_region(session, code="new", name="某县", level="county", parent="nowhere")
    assert (unknown.value.code, unknown.value.kind) == ("region.unknown", "missing")


def test_provinces_are_put_under_the_nation_with_all_below_them(session: Session) -> None:
    add_tree(session)
    add_region(session, code="cn", name="全国", level="nation", parent=None)
    assert place_region(session, code="p37", parent="cn").path == "/cn/p37/"
    assert [each.path for each in list_regions(session, path="/cn/")][-1] == "/cn/p37/c3701/demo/"
    assert get_region(session, code="demo").parent == "c3701"


@pytest.mark.parametrize(
    ("code", "parent", "refused"),
    [
        ("p37", "demo", "region.invalid"),
        ("p37", "p37", "region.invalid"),
        ("c3701", "p99", "region.placed"),
        ("p37", "nowhere", "region.unknown"),
        ("p37", "c" * 31 + "9", "region.invalid"),
    ],
)
def test_a_region_that_cannot_stand_there_stays_where_it_is(
    session: Session, code: str, parent: str, refused: str
) -> None:
    add_tree(session)
    add_region(session, code="p99", name="别省", level="province", parent=None)
    add_region(session, code="c" * 31 + "9", name="某市", level="city", parent="p99")
    with pytest.raises(SurveyError) as caught:
        place_region(session, code=code, parent=parent)
    assert caught.value.code == refused
    assert get_region(session, code="demo").path == "/p37/c3701/demo/"
