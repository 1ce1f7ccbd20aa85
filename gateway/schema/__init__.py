"""The GraphQL schema: one view, one door."""
