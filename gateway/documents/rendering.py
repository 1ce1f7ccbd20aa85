"""A template of an office, filled in."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, values: dict[str, Any]) -> bytes:
    """The template of this file name with its marks replaced, as DOCX."""
    document = DocxTemplate(str(TEMPLATES / template))
    # What a person wrote must not be read as markup.
    document.render(values, autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def written(day: date) -> str:
    """As papers write a day: ``2026年7月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def paragraphs(text: str | None) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
