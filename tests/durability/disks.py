"""Small disks, full disks and disks that cannot be written: mounts that only the processes of one test see.

They live in a mount namespace (Linux), which ends with its processes; root makes one, and so does everybody where
user namespaces are allowed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import unavailable

ROOT = os.geteuid() == 0
APART = ["unshare", "--mount"] if ROOT else ["unshare", "--user", "--map-root-user", "--mount"]
MYSELF = ["unshare", "--user", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"]  # who looks like root there
BLOCK = 4096


def surroundings(preparation: str) -> list[str]:
    """A command that prepares disks with a line of shell, and then becomes the command that follows it."""
    done = subprocess.run([*APART, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        unavailable("mounts", done.stderr)
    return [*APART, "sh", "-c", f'{preparation} && exec "$@"', "sh"]


def small_disk(folder: Path, mebibytes: int, *, owner: int = 0, holding: Sequence[Path] = ()) -> list[str]:
    """In these surroundings `folder` is a disk of this size, which holds copies of these files."""
    folder.mkdir(exist_ok=True)
    mount = f"mount -t tmpfs -o size={mebibytes}m,uid={owner},mode=0700 tmpfs {folder}"
    return surroundings(" && ".join([mount, *(f"cp {file} {folder}/" for file in holding)]))


def read_only_disk(folder: Path) -> list[str]:
    """In these surroundings `folder` can only be read, until it is mended."""
    return surroundings(f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}")


@contextmanager
def read_only_until_now(pid: int, folder: Path) -> Iterator[None]:
    """The disk that the process with this id sees can be written again when the block ends."""
    yield
    user = [] if ROOT else ["--user", "--preserve-credentials"]
    enter = ["nsenter", "--target", str(pid), *user, "--mount"]
    subprocess.run([*enter, "mount", "-o", "remount,bind,rw", str(folder)], check=True)


@contextmanager
def reachable_by_all() -> Iterator[Path]:
    """A folder that other users may pass through."""
    with tempfile.TemporaryDirectory(prefix="renke-disk-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def seen_by(pid: int, folder: Path) -> Path:
    """`folder` as the process with this id sees it."""
    return Path(f"/proc/{pid}/root{folder}")


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Nothing more fits on the disk of `folder`, until the block ends."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(BLOCK)):
            pass
    assert os.statvfs(folder).f_bavail == 0
    try:
        yield
    finally:
        ballast.unlink()
