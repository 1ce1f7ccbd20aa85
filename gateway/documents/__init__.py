"""Documents for people, from templates that an office can edit."""
