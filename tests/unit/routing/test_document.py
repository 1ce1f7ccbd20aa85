"""The page for people says what the table says."""

from tests.unit.routing.document import PAGE, with_drawing


def test_the_page_shows_the_table_as_it_is_tested() -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_drawing(page), "run: .venv/bin/python -m tests.unit.routing.document"
