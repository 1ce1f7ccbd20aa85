"""The scene that every test here looks at."""

from collections.abc import Iterator

import pytest

from tests.harness.platform import Platform
from tests.isolation.scene import Scene


@pytest.fixture(scope="package")
def scene(platform: Platform) -> Iterator[Scene]:
    made = Scene(platform)
    yield made
    made.close()
