"""The questions to visitors, as a file of the profile."""

from pathlib import Path

import pytest

from deploy.local.instance import ROOT
from deploy.operator.profile_questionnaire import read_questionnaire
from deploy.operator.profile_rows import Mistakes
from deploy.operator.profile_tenants import read_county
from services.contracts.questionnaires import Questionnaire

LUONAN = ROOT / "deploy" / "counties" / "luonan"
QUESTION = "[[questions]]\nid = 'waiting'\ntext = '等候'\n"


def read(folder: Path) -> tuple[Questionnaire | None, list[str]]:
    mistakes = Mistakes()
    return read_questionnaire(folder, read_county(LUONAN, mistakes), mistakes), [str(each) for each in mistakes.found]


def test_the_demonstration_county_asks_three_questions() -> None:
    found, said = read(LUONAN)
    assert said == []
    assert found is not None
    assert [question.id for question in found.questions] == ["waiting", "courtesy", "solved"]


def test_a_county_without_the_file_asks_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == (Questionnaire(county="611021"), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"days = 0\n{QUESTION}", "questionnaire.toml：days：不能小于 1"),
        (f"day = 1\ndays = 1\n{QUESTION}", "questionnaire.toml：多出不认识的一项“day”"),
        (QUESTION, "questionnaire.toml：缺少 days"),
        ("days = 1", "questionnaire.toml：缺少 questions"),
        (f"days = 1\n{QUESTION}{QUESTION}", "questionnaire.toml：问题编号“waiting”重复"),
        (f"days = 1\n{QUESTION.replace('waiting', '等候')}", "questionnaire.toml：questions"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "questionnaire.toml").write_text(text, "utf-8")
    found, mistakes = read(tmp_path)
    assert found is None
    assert [each[: len(said)] for each in mistakes] == [said]
