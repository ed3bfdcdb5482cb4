"""Alembic migrations of the whole service."""
