"""The bench as people meet it: the page, its files, the command, and what is told to the trail."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from app import create_app
from app.config import Settings
from app.edge import Renke
from surveys import accounts, campaigns, trail
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, hashed
from tests.app.served import served
from tests.conftest import sqlite_database
from tests.surveys import benched

PAGE = "/console/campaigns/newer/analyse"
TABLE = "kind=crosstab&groups=student&rows=grade&columns=overall&run=1"
RARE = "kind=crosstab&groups=student&rows=grade&columns=boards&run=1"
QUESTIONS = (
    TABLE,
    RARE,
    "kind=means&groups=student&items=overall&items=dimension.lighter_burden&by=grade&run=1",
    "kind=means&groups=parent&items=overall,teaching&run=1",
    "kind=shares&groups=student&items=overall&by=boards&run=1",
    "kind=reliability&groups=student&items=dimension.education_quality&reverse=lessons&run=1",
    "kind=factors&groups=student&items=teaching,lessons,teachers,homework,sleep&factors=2&run=1",
    "kind=drivers&groups=student&outcome=overall&on=teaching,homework&run=1",
    "kind=ordinal&groups=student&outcome=overall&on=boards&run=1",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Renke]:
    home = tmp_path_factory.mktemp("benched")
    settings = Settings(home=home, database_url="", secret=factories.SECRET, timezone=factories.ZONE, testing=True)
    with sqlite_database(home, sqlite_template) as database:
        app = create_app(settings, database=database, clock=Clock())
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context():
            password = hashed()
        with app.database.begin() as session:
            benched.ask(session)
            factories.add_county(session, code="other")
            for name, role, region in (
                ("officer", "officer", "demo"),
                ("analyst", "analyst", "demo"),
                ("neighbour", "officer", "other"),
            ):
                accounts.add_account(session, name=name, password=password, role=role, region=region, now=factories.NOW)
        with served(app):
            yield app


def sit(app: Renke, who: str, language: str = "zh-CN") -> Desk:
    desk = Desk(app.test_client(), language=language)
    desk.sign_in(who)
    return desk


def told(app: Renke) -> list[tuple[str, str, str]]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="newer", now=factories.NOW)
        deeds = trail.list_deeds(session, campaign_id=campaign.id)
    return [(each.by, each.action, str(each.facts.get("what"))) for each in deeds]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("who", ["officer", "analyst"])
def test_a_question_has_an_address_and_an_answer(app: Renke, question: str, who: str) -> None:
    page = sit(app, who).get(f"{PAGE}?{question}")
    assert page.status == 200
    assert page.all("p", id="method")
    assert page.rows()
    assert "None" not in page.words
    assert "NaN" not in page.words
    assert "nan" not in page.words


def test_the_form_offers_what_the_group_was_asked_and_nothing_else(app: Renke) -> None:
    officer = sit(app, "officer").get(f"{PAGE}?kind=crosstab&groups=npc_deputy")
    offered = {each.get("value") for each in officer.all("input", type="checkbox", name="rows")}
    assert offered == {"channel", "grade", "boards"}
    analyst = sit(app, "analyst").get(f"{PAGE}?kind=crosstab")
    offered = {each.get("value") for each in analyst.all("input", type="checkbox", name="rows")}
    assert {"group", "stage", "told_how", "overall"} <= offered


def test_few_people_are_marked_for_whoever_has_the_right_and_not_there_for_others(app: Renke) -> None:
    analyst, officer = (sit(app, who).get(f"{PAGE}?{RARE}") for who in ("analyst", "officer"))
    assert "含小样本，勿外传" in analyst.words.partition("带走")[0]
    assert "4 年级" in [row[0] for row in analyst.rows()]
    assert "勿外传" not in officer.words
    assert "3 年级、4 年级" in [row[0] for row in officer.rows()]


def test_files_say_what_the_page_says(app: Renke) -> None:
    desk = sit(app, "officer")
    page = desk.get(f"{PAGE}?{TABLE}")
    (method,) = page.all("p", id="method")
    sentence = "".join(method.itertext()).strip()
    addresses = {link.rpartition("/")[2].partition("?")[0]: link for link in page.links() if "/analyse/" in link}
    assert set(addresses) == {"csv", "xlsx", "json"}
    files = {kind: desk.client.get(link) for kind, link in addresses.items()}
    lines = list(csv.reader(io.StringIO(files["csv"].get_data().decode("utf-8-sig"))))
    assert ["方法", sentence] in lines
    book = load_workbook(io.BytesIO(files["xlsx"].get_data()))
    assert sentence in [row[1].value for row in book.worksheets[0].iter_rows()]
    shown, written = page.rows(), [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=3)]
    assert [row[0] for row in shown] == [row[0] for row in written][: len(shown)]
    first = [float(cell.partition("%")[0]) for cell in shown[0][1:-1]]
    assert first == [float(value) for value in written[0][1:-1]]
    data = json.loads(files["json"].get_data())
    assert data["method"]["zh-CN"] == sentence
    assert data["microdata"] is False
    assert first == [cell["row"]["value"] for cell in data["parts"][0]["cells"][0]]
    assert "simulated" in files["json"].headers["Content-Disposition"]


def test_every_question_is_told_to_the_trail(app: Renke) -> None:
    desk = sit(app, "analyst")
    before = told(app)
    desk.get(f"{PAGE}?kind=crosstab")
    desk.get(f"{PAGE}?kind=crosstab&rows=nothing&columns=overall")
    assert told(app) == before  # nothing was seen
    desk.get(f"{PAGE}?{TABLE}")
    desk.client.get(f"{PAGE}/csv?{TABLE}")
    news = told(app)[: -len(before)]
    assert news == [("analyst", "results.taken", "bench_file"), ("analyst", "results.seen", "bench")]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_that_is_wrong_stands_on_the_page(app: Renke, language: str) -> None:
    wrong = "kind=crosstab&groups=student&rows=grad&rows=<b>&columns=dimension.lighter_burden&level=7&colour=red&run=1"
    page = sit(app, "officer", language).get(f"{PAGE}?{wrong}")
    assert page.status == 422
    (refused,) = page.all("section", class_="refused")
    assert len([each for each in refused.iter() if each.tag.endswith("}li")]) == 5
    assert "<b>" in "".join(refused.itertext())


def test_what_takes_the_right_is_refused_with_reasons(app: Renke) -> None:
    page = sit(app, "officer").get(
        f"{PAGE}?kind=means&groups=student&items=overall&by=grade,boards&where=boards%3D1&run=1"
    )
    assert page.status == 403
    assert "一次只能按一个背景变量分" in page.words
    assert "不能按条件挑选答卷" in page.words
    assert not page.all("p", id="method")


@pytest.mark.parametrize(
    "question",
    [
        "kind=pie&run=1", "kind=crosstab&run=1", "kind=means&items=%ED%A0%80&run=1", "kind=means&items=" + "x," * 3000,
        "kind=means&items=overall&_external=1&_anchor=x&endpoint=y&run=1", "kind=factors&items=teaching&factors=9999",
        "kind=shares&items=overall&positive=99999999999999999999&groups=student",
        "kind=" + quote("=1+1") + "&level=nan",
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["officer", "analyst"])
def test_no_address_breaks_it(app: Renke, question: str, who: str) -> None:
    desk = sit(app, who)
    assert desk.get(f"{PAGE}?{question}").status in (403, 422)
    for kind in ("csv", "docx"):
        assert desk.client.get(f"{PAGE}/{kind}?{question}").status_code in (403, 404, 422)


def test_another_county_does_not_know_it(app: Renke) -> None:
    desk = sit(app, "neighbour")
    assert desk.get(f"{PAGE}?{TABLE}").status == 404
    assert desk.client.get(f"{PAGE}/json?{TABLE}").status_code == 404


# The command


def run(app: Renke, *arguments: str) -> tuple[int, str]:
    made = app.test_cli_runner().invoke(args=["analyse", "newer", *arguments])
    return made.exit_code, made.output


def test_the_command_prints_tables_and_how_they_were_made(app: Renke) -> None:
    code, text = run(app, "crosstab", "--rows", "grade", "--columns", "overall", "--group", "student")
    assert code == 0
    assert "Rao–Scott" in text
    assert "方法：加权列联表" in text
    code, text = run(app, "variables")
    assert code == 0
    assert "dimension.lighter_burden" in text
    assert "1=1 年级" in text


def test_the_command_writes_files_and_tells_the_trail(app: Renke, tmp_path: Path) -> None:
    asked = ("means", "--items", "overall", "--by", "grade", "--where", "boards=1", "--level", "0.9")
    code, text = run(app, *asked, "--json")
    assert code == 0
    plain = json.loads(text)
    assert plain["request"]["where"] == ["boards=1"]
    assert plain["request"]["level"] == 0.9
    for ending in ("csv", "xlsx", "json"):
        code, text = run(app, *asked, "--out", str(tmp_path / f"made.{ending}"))
        assert (code, (tmp_path / f"made.{ending}").stat().st_size > 500) == (0, True), text
    assert json.loads((tmp_path / "made.json").read_text("utf-8"))["parts"] == plain["parts"]
    assert ("command", "results.taken", "bench_file") in told(app)


def test_the_command_says_all_that_is_wrong(app: Renke, tmp_path: Path) -> None:
    code, text = run(app, "crosstab", "--rows", "grad", "--group", "pupils", "--level", "2", "--where", "grade")
    assert code == 1
    assert len([line for line in text.splitlines() if line.startswith("  - ")]) == 5
    assert "相近的有：grade" in text
    code, text = run(app, "means", "--items", "overall", "--out", str(tmp_path / "made.docx"))
    assert (code, "csv, xlsx, json" in text) == (1, True)
    assert not (tmp_path / "made.docx").exists()
    wrong = ("means", "--items", "zzzzz", "--where", "grade", "--correction", "all")
    code, text = run(app, *wrong, "--out", str(tmp_path / "nowhere" / "made.docx"))
    assert (code, len([line for line in text.splitlines() if line.startswith("  - ")])) == (1, 5)
    assert "benjamini-hochberg, none, bh" in text
    assert "flask analyse newer variables" in text
    code, text = run(app, *wrong, "--out", str(tmp_path))
    assert (code, "Is a directory" in text, "csv, xlsx" in text) == (1, True, False)


def test_the_page_leads_to_its_own_list_and_takes_a_group_by_either_name(app: Renke) -> None:
    desk = sit(app, "officer")
    page = desk.get(f"{PAGE}?kind=means&groups=student&items=zzzzz&run=1")
    assert page.status == 422
    assert "#asking" in page.links()
    assert "flask" not in page.words
    asked = "kind=means&items=overall&run=1"
    assert desk.get(f"{PAGE}?{asked}&group=parent").rows() == desk.get(f"{PAGE}?{asked}&groups=parent").rows()


def test_a_corrected_p_is_called_so(app: Renke) -> None:
    two, one = (run(app, "means", "--items", items, "--by", "grade")[1] for items in ("overall,teaching", "overall"))
    assert "差别（校正后 p" in two
    assert "差别（p" in one
