"""The learned suggestion: what it says, when it is unsure, and which file it takes."""

import io
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.local.instance import ROOT
from services.contracts.proposals import Suggestion
from services.routing import suggesting, training
from services.routing.suggesting import models_folder, suggestion_for
from tests.unit.routing.letters import KINDS, STRANGE, letters

COUNTY = "611021"
EARLIER, LATER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
WAGES = ("包工头拖欠工资", "项目部拖欠民工工资，请求劳动监察。")

WORD = re.compile(r"[0-9]{11}|[^0-9\W]{4,}")

Put = Callable[..., Path]


@pytest.fixture(scope="module")
def earlier() -> tuple[str, bytes]:
    version, content, _ = training.train(letters(120), county=COUNTY, now=EARLIER)
    return version, content


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts a file among the county's models, as ``train`` does."""
    monkeypatch.setenv("XINQIAO_CONFIG", str(tmp_path / "xinqiao.toml"))
    monkeypatch.setattr(suggesting, "_newest", {})

    def put(version: str, content: bytes, *, county: str = COUNTY) -> Path:
        path = models_folder(county) / f"{version}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return put


def suggested(title: str, body: str) -> Suggestion:
    found = suggestion_for(COUNTY, title, body)
    assert found is not None
    return found


def test_a_clear_letter_is_given_the_category_and_the_body_of_its_like(put: Put, earlier: tuple[str, bytes]) -> None:
    put(*earlier)
    found = suggested(*WAGES)
    assert (found.category, found.body, found.unsure) == ("劳动和社会保障/工资", "rsj", False)
    assert found.model == earlier[0]
    assert 0.5 < found.category_confidence <= 1
    assert 0.5 < found.body_confidence <= 1


@pytest.mark.parametrize("letter", [STRANGE, ("", ""), ("\ud800", "１２３")])
def test_a_letter_like_none_before_is_unsure_and_nothing_is_suggested(
    put: Put, earlier: tuple[str, bytes], letter: tuple[str, str]
) -> None:
    put(*earlier)
    found = suggested(*letter)
    assert (found.category, found.body, found.unsure) == (None, None, True)
    assert found.category_confidence < 0.7


def test_without_a_model_of_the_county_nothing_is_said(put: Put, earlier: tuple[str, bytes]) -> None:
    assert suggestion_for(COUNTY, *WAGES) is None
    put(*earlier, county="611022")
    assert suggestion_for(COUNTY, *WAGES) is None


def test_a_newer_model_is_taken_at_once(put: Put, earlier: tuple[str, bytes]) -> None:
    put(*earlier)
    assert suggested(*WAGES).model == earlier[0]
    others = [case._replace(tenant=f"{case.tenant}2") for case in letters(120)]
    version, content, _ = training.train(others, county=COUNTY, now=LATER)
    path = put(version, content)
    assert (suggested(*WAGES).model, suggested(*WAGES).body) == (version, "rsj2")
    path.unlink()
    assert suggested(*WAGES).model == earlier[0]


def test_a_file_that_is_no_model_of_the_county_is_passed_over(put: Put, earlier: tuple[str, bytes]) -> None:
    put(*earlier)
    later, content, _ = training.train(letters(60), county="611022", now=LATER)
    spoiled = bytearray(earlier[1])
    spoiled[len(spoiled) // 2] ^= 1
    archive = io.BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("facts.npy", pickle.dumps({"a": 1}))
    for name, wrong in {
        later: content,  # another county's
        "20261231T000000Z-a": b"",
        "20261231T000000Z-b": "不是模型".encode(),
        "20261231T000000Z-c": earlier[1][:-100],
        "20261231T000000Z-d": bytes(spoiled),
        "20261231T000000Z-e": earlier[1],  # whose name says another content
        "20261231T000000Z-f": pickle.dumps({"a": 1}),
        "20261231T000000Z-g": archive.getvalue(),
    }.items():
        put(name, wrong)
        assert suggested(*WAGES).model == earlier[0], name


def test_no_text_of_a_letter_stands_in_the_file(put: Put, earlier: tuple[str, bytes]) -> None:
    with ZipFile(put(*earlier)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    for category, tenant in KINDS:  # what is decided stands there, in UTF-8
        assert category.encode() in whole
        assert tenant.encode() in whole
    words = {word for case in letters(120)[:9] for word in WORD.findall(f"{case.title}，{case.body}")}
    assert "13900020002" in words
    for encoding in ("utf-8", "utf-16-le", "utf-32-le", "gb18030"):
        assert not [word for word in words if word.encode(encoding) in whole]


def test_it_works_in_the_process_of_a_service_and_takes_no_more_than_numpy(
    put: Put, earlier: tuple[str, bytes]
) -> None:
    folder = put(*earlier).parents[2]
    code = f"""if True:
        import services.common.process, sys
        from services.routing.suggesting import suggestion_for
        assert "numpy" not in sys.modules
        assert suggestion_for({COUNTY!r}, *{WAGES!r}).body == "rsj"
        assert not {{"sklearn", "scipy"}} & set(sys.modules)
    """
    environ = {**os.environ, "XINQIAO_CONFIG": str(folder / "xinqiao.toml")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
