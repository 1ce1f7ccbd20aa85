"""What the roster's receptions came to: quotas, composition, figures of receivers, and the month's summary."""
