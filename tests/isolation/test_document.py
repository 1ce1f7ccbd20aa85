"""The page for people says what the rule says."""

from tests.isolation.document import PAGE, with_tables


def test_the_page_shows_the_rule_as_it_is_tested() -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_tables(page), "run: .venv/bin/python -m tests.isolation.document"
