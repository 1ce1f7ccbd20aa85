"""Documents parsed once, and those that are entered beforehand."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import graphql
import pytest

from gateway.execution import Executor
from gateway.graphql_http.asking import Asked
from gateway.graphql_http.documents import MEASURES, Cache, Prepared, digest, manifests
from services.common.settings import Settings, SettingsError
from tests.unit.gateway.graphql_http.made import GRAPHQL, client, codes, schema

ME, CLOSE = "query Me { me { name } }", "mutation Close { close }"
PREPARED = Prepared(None, frozenset())  # type: ignore[arg-type]


def manifest(folder: Path, *texts: str, **ids: str) -> str:
    file = folder / f"{len(list(folder.iterdir()))}.json"
    file.write_text(json.dumps({digest(text): text for text in texts} | ids), "utf-8")
    return str(file)


def test_a_document_in_use_is_parsed_and_validated_once() -> None:
    executor = Executor(schema(), introspection=False)
    with patch("gateway.execution.validate", wraps=graphql.validate) as validated:
        first, second = (executor.checked(Asked(query=ME)) for _ in range(2))
    assert first.document is second.document
    assert first.measure is second.measure
    assert validated.call_count == 1


def test_the_cache_is_bounded_by_number_and_by_length() -> None:
    cache = Cache(most=3, characters=100)
    for text in ("a", "b", "c", "a", "d"):
        if cache.get(text) is None:
            cache.keep(text, PREPARED)
    assert [cache.get(text) is not None for text in "abcd"] == [True, False, True, True]
    cache.keep("x" * 99, PREPARED)
    assert len(cache) == 2
    assert cache.get("d") is not None
    cache.keep("y" * 101, PREPARED)  # alone longer than all may be
    assert len(cache) == 0
    cache.keep("a", PREPARED)
    cache.keep("a", PREPARED)
    assert len(cache) == 1


def test_measures_of_one_document_are_bounded() -> None:
    executor = Executor(schema(), introspection=False)
    query = "query($n: Int) { recent(first: $n) { id } }"
    for size in range(1, 3 * MEASURES):
        checked = executor.checked(Asked(query=query, variables={"n": size % 100}))
        assert checked.measure.longest == size % 100
    assert len(executor._prepared(query).measures) == MEASURES


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_document_that_was_entered_is_executed_by_its_id(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: str
) -> None:
    door = client(monkeypatch, persisted_documents=(manifest(tmp_path, ME, CLOSE),))

    def ask(**asked: Any) -> Any:
        if method == "GET":
            return door.get("/graphql", params=asked, headers=GRAPHQL)
        return door.post("/graphql", json=asked, headers=GRAPHQL)

    assert ask(documentId=digest(ME)).json() == {"data": {"me": {"name": "甲"}}}
    unknown = ask(documentId=digest("{ me { tenant { code } } }"))
    assert (unknown.status_code, codes(unknown.json())) == (400, ["UNKNOWN_DOCUMENT"])
    closed = ask(documentId=digest(CLOSE))
    assert closed.status_code == (405 if method == "GET" else 200)
    # Others may be asked, too.
    assert ask(query="{ me { name } }").status_code == 200


def test_with_persisted_only_no_others_are_executed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    door = client(monkeypatch, persisted_documents=(manifest(tmp_path, ME),), persisted_only=True)
    assert door.post("/graphql", json={"documentId": digest(ME)}).json() == {"data": {"me": {"name": "甲"}}}
    for asked in (ME, "{", "{ __schema { queryType { name } } }"):
        answer = door.post("/graphql", json={"query": asked})
        assert (answer.status_code, codes(answer.json())) == (403, ["PERSISTED_ONLY"])
        assert door.get("/graphql", params={"query": asked}).status_code == 403


def test_a_document_that_was_entered_keeps_the_limits_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    query = "query($n: Int) { recent(first: $n) { id } }"
    door = client(monkeypatch, persisted_documents=(manifest(tmp_path, query),))
    answer = door.post("/graphql", json={"documentId": digest(query), "variables": {"n": 101}})
    assert codes(answer.json()) == ["LIST_TOO_LONG"]


def test_several_manifests_and_ids_of_ones_own(tmp_path: Path) -> None:
    files = [manifest(tmp_path, ME, CLOSE), manifest(tmp_path, ME, **{"console-7/me": ME})]
    assert manifests(files) == {digest(ME): ME, digest(CLOSE): CLOSE, "console-7/me": ME}
    assert digest("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("content", ["[]", "{", '{"a": 1}', '{"sha256:00": "query Me { me { name } }"}'])
def test_a_manifest_that_is_none_stops_the_gateway_with_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "console.json"
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"console\.json"):
        manifests([str(file)])
    with pytest.raises(SettingsError, match=r"missing\.json"):
        manifests([str(tmp_path / "missing.json")])


def test_one_id_for_two_documents_is_refused(tmp_path: Path) -> None:
    files = [manifest(tmp_path, me=ME), manifest(tmp_path, me=CLOSE)]
    with pytest.raises(SettingsError, match="me"):
        manifests(files)


def test_by_default_nothing_is_entered_and_everything_may_be_asked() -> None:
    assert (Settings().persisted_documents, Settings().persisted_only) == ((), False)
