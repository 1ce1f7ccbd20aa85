"""What visitors are asked after a reception, from ``questionnaire.toml``; nothing where there is no such file."""

from pathlib import Path

import msgspec

from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import County
from services.contracts.questionnaires import Questionnaire
from services.deadlines.rules import said_of
from services.roster.answering_visitors import questionnaire_problems

QUESTIONNAIRE = "questionnaire.toml"
KEYS = ("days", "questions")


def read_questionnaire(folder: Path, county: County | None, mistakes: Mistakes) -> Questionnaire | None:
    """None where it cannot be told."""
    path = folder / QUESTIONNAIRE
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None or county is None:
        return None
    before = len(mistakes.found)
    for key in sorted(set(values) - set(KEYS)):
        mistakes.in_file(QUESTIONNAIRE, f"多出不认识的一项“{key}”，只应有 {'、'.join(KEYS)}")
    if path.exists():
        for key in sorted(set(KEYS) - set(values)):
            mistakes.in_file(QUESTIONNAIRE, f"缺少 {key}")
    if len(mistakes.found) > before:
        return None
    try:
        found = msgspec.convert({**values, "county": county.code}, Questionnaire)
    except msgspec.ValidationError as error:
        mistakes.in_file(QUESTIONNAIRE, said_of(error))
        return None
    for problem in questionnaire_problems(found):
        mistakes.in_file(QUESTIONNAIRE, problem)
    return found if len(mistakes.found) == before else None
