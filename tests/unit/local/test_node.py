"""Packages of npm: only what was expected is used, and where it cannot be had a person is told."""

import hashlib
import io
import tarfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local import graphiql, node
from deploy.local.errors import LocalError
from deploy.local.progress import Steps
from deploy.operator import up
from gateway.graphql_http.graphiql import FILES, FOLDER, installed
from services.common.settings import Settings
from tests.unit.gateway.graphql_http.made import client


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as made:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            made.addfile(entry, io.BytesIO(name.encode()))
    return written.getvalue()


def integrity(content: bytes) -> str:
    return "sha512-" + b64encode(hashlib.sha512(content).digest()).decode()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What npm would fetch, by package; and the digests that are expected of it."""
    found = {package: archive(*members) for package, _, members in graphiql.PACKAGES}

    def npm(arguments: Sequence[str], *, folder: Path) -> str:
        name = f"{arguments[1].replace('@', '-')}.tgz"
        (folder / name).write_bytes(found[arguments[1]])
        return f"npm notice\n{name}\n"

    expected = tuple((package, integrity(found[package]), members) for package, _, members in graphiql.PACKAGES)
    monkeypatch.setattr(node, "npm", npm)
    monkeypatch.setattr(graphiql, "PACKAGES", expected)
    return found


def test_graphiqls_files_are_taken_from_their_packages_once(registry: dict[str, bytes], tmp_path: Path) -> None:
    folder = graphiql.install(tmp_path)
    assert folder == tmp_path / FOLDER
    assert {one.name for one in folder.iterdir()} == set(FILES)
    assert (folder / "graphiql.js").read_text() == "package/graphiql.min.js"
    assert [one.name for one in tmp_path.iterdir()] == [FOLDER]
    registry.clear()
    assert graphiql.install(tmp_path) == folder


def test_another_archive_than_the_expected_one_is_not_used(registry: dict[str, bytes], tmp_path: Path) -> None:
    registry["graphiql@3.8.3"] = archive("package/graphiql.min.js", "package/graphiql.min.css", "package/evil.js")
    with pytest.raises(LocalError, match=r"graphiql@3\.8\.3 与预期不符"):
        graphiql.install(tmp_path)
    assert not installed(tmp_path / FOLDER)


def test_where_the_registry_is_away_a_person_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path))
    monkeypatch.setattr(node, "QUIETLY", (*node.QUIETLY, "--fetch-retries=0"))
    with pytest.raises(LocalError, match="请检查网络和 npm 的软件源"):
        node.npm(["pack", "graphql@16.15.0"], folder=tmp_path)


def test_up_goes_on_without_graphiql_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def away(run: Path) -> Path:
        raise LocalError("npm pack 失败")

    monkeypatch.setattr(graphiql, "install", away)
    up.bring_graphiql(Settings(graphiql=False), tmp_path, Steps(1))
    assert capsys.readouterr().out == ""
    up.bring_graphiql(Settings(graphiql=True), tmp_path, Steps(1))
    assert "GraphiQL 没有装上，其余照常启动。npm pack 失败" in capsys.readouterr().out


def test_the_page_is_served_from_the_instances_folder(
    monkeypatch: pytest.MonkeyPatch, registry: dict[str, bytes], tmp_path: Path
) -> None:
    monkeypatch.setenv("XINQIAO_CONFIG", str(tmp_path / "xinqiao.toml"))
    door = client(monkeypatch, Settings(token_key="0" * 64, graphiql=True))
    assert "尚未安装" in door.get("/graphiql").text
    assert door.get(f"/graphiql/{FOLDER}/graphiql.js").status_code == 404
    graphiql.install(tmp_path)
    page = door.get("/graphiql").text
    for name, kind in {**FILES, "page.js": "text/javascript"}.items():
        assert f"/graphiql/{FOLDER}/{name}" in page
        answer = door.get(f"/graphiql/{FOLDER}/{name}")
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind)
    for other in ("xinqiao.toml", "..%2fxinqiao.toml", "graphiql.min.js"):
        assert door.get(f"/graphiql/{FOLDER}/{other}").status_code == 404
