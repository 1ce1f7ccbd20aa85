"""Subscriptions over graphql-transport-ws: what changes is told at once, to whoever may know it at that moment."""
