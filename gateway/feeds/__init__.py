"""Calendars that people subscribe to (iCalendar, RFC 5545)."""
