"""The edge of the commands: what the shell can hand over, and where files can go."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest

from app.cli.edge import write_file
from app.cli.serve import free_address
from app.edge import Renke

NO_TEXT = "\udcff"  # how a byte that is no UTF-8 arrives from the command line


@pytest.mark.parametrize(
    "words",
    [
        ["campaign", "show", NO_TEXT],
        ["score", "demo", "--scorecard", NO_TEXT],
        ["account", "add", NO_TEXT, "--role", "officer", "--region", "demo"],
        ["account", "add", "wang", "--role", "officer", "--region", NO_TEXT],
        ["region", "add", "x", NO_TEXT, "--level", "county"],
    ],
)
def test_bytes_that_are_no_text(app: Renke, words: list[str]) -> None:
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 2
    assert "不是 UTF-8" in done.output


@pytest.mark.parametrize("place", [".", "/", "folder", "nowhere/kit.pdf"])
def test_a_file_that_cannot_be_written(app: Renke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    desk = tmp_path / "desk"
    (desk / "folder").mkdir(parents=True)
    monkeypatch.chdir(desk)
    with app.app_context(), pytest.raises(click.ClickException, match="写不了文件"):
        write_file(Path(place), b"kit")
    assert [each.name for each in desk.rglob("*")] == ["folder"]


def test_a_port_that_is_taken(app: Renke) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server does
        other.bind(("127.0.0.1", 0))
        other.listen()
        with app.app_context(), pytest.raises(click.ClickException, match="不能在"):
            free_address("127.0.0.1", other.getsockname()[1])


def test_a_host_that_is_none(app: Renke) -> None:
    with app.app_context(), pytest.raises(click.ClickException, match=r"no\.such\.invalid"):
        free_address("no.such.invalid", 8399)


def test_a_host_by_its_name(app: Renke) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with app.app_context():
        assert free_address("localhost", port) in ("127.0.0.1", "::1")
