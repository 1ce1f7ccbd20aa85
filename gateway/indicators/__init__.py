"""Indicators and the circulars made of them: pure but for ``reading``. docs/indicators.md says what each one counts."""
