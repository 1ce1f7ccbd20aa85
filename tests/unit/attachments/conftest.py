"""One object store for all tests of storages: its server takes seconds to start."""

from collections.abc import Iterator

import pytest

from tests.unit.attachments.object_server import object_server


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with object_server(tmp_path_factory.mktemp("store") / "server.log") as address:
        yield address
