"""`flask replicate`, as whoever may see single answers meets it."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from app.edge import Renke
from surveys import trail
from surveys.campaigns import get_campaign
from surveys.exports.replication import MADE
from tests.app.conftest import Clock
from tests.surveys import reviewers

DATABASES = ("sqlite",)


@pytest.fixture
def scored(app: Renke, clock: Clock) -> Renke:
    with app.database.begin() as session:
        reviewers.add_reviewed(session)
    clock.now = reviewers.LATER
    return app


def run(app: Renke, *words: str, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=["replicate", *words])
    assert done.exit_code == status, done.output
    return done.output


def test_a_package_is_written_for_its_owner_and_the_trail_knows(scored: Renke, tmp_path: Path) -> None:
    file = tmp_path / "复现 包.zip"
    said = run(scored, "tiny", "--out", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"第 1 次测评（尚未签署：草案），36 份答卷；SHA-256 {digest}" in said
    assert "请只交给有权查看的人" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert zipfile.ZipFile(file).testzip() is None
    with scored.database.read() as session:
        campaign = get_campaign(session, name="tiny", now=reviewers.LATER)
        (told,) = trail.list_deeds(session, campaign_id=campaign.id, action=MADE)
    assert told.facts == {"evaluation": 1, "signed": False, "forms": 36, "digest": digest}
    assert list(tmp_path.glob("*zip*")) == [file], "nothing is left beside it"


def test_refusals_leave_no_file(scored: Renke, tmp_path: Path) -> None:
    file = tmp_path / "p.zip"
    assert "没有第 7 次测评" in run(scored, "tiny", "--evaluation", "7", "--out", str(file), status=1)
    run(scored, "nowhere", "--out", str(file), status=1)
    assert "复现包是一个 .zip 文件" in run(scored, "tiny", "--out", str(tmp_path / "p.tar"), status=2)
    assert "写不了文件" in run(scored, "tiny", "--out", str(tmp_path / "no" / "p.zip"), status=1)
    assert not [path for path in tmp_path.iterdir() if "p." in path.name and path.suffix in (".zip", ".part", ".tar")]
