"""A county officer's machine: a home of its own, the commands, the production server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import zxingcpp

ROOT = Path(__file__).parent.parent.parent
FLASK = Path(sys.executable).with_name("flask")
PATIENCE = 60.0  # seconds


class Office:
    """Runs `flask …` with a home of its own, as an officer does in a terminal."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RENKE_")},
            "RENKE_HOME": str(home),
            "RENKE_BASE_URL": self.base_url,
            "RENKE_LANGUAGE": "en",
            "PORT": str(port),
        }

    def flask(self, *words: str) -> str:
        """What the command printed; it must succeed."""
        done = self.attempt(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(FLASK), *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        """`flask serve` until the block ends with Ctrl-C; gives what it printed before it served."""
        printed = self.home / "serve.txt"
        with printed.open("w") as out:
            process = subprocess.Popen(
                [str(FLASK), "serve"], cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT
            )
            try:
                self._wait(process)
                yield printed.read_text()
            finally:
                process.send_signal(signal.SIGINT)
                status = process.wait(timeout=PATIENCE)
        assert status == 0, printed.read_text()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert process.poll() is None, (self.home / "serve.txt").read_text()
            try:
                with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError("the server did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_kit(file: Path) -> list[tuple[str, list[str]]]:
    """For each page of a printed kit its text, and what an independent decoder reads from its QR codes."""
    with pypdfium2.PdfDocument(file) as document:
        return [_read_page(page) for page in document]


def _read_page(page: pypdfium2.PdfPage) -> tuple[str, list[str]]:
    text = page.get_textpage().get_text_range()
    picture = page.render(scale=2).to_pil()
    return re.sub(r"\s+", " ", text), [found.text for found in zxingcpp.read_barcodes(picture)]
