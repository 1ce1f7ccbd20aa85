"""Mutations: one command to one service each, in a module per service."""
