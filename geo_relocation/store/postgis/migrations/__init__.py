"""Alembic migrations of a workspace in PostGIS."""
