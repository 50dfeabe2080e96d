"""One protocol, two stores: a GeoPackage file and PostGIS."""

from geo_relocation.store.frames import canonical
from geo_relocation.store.migrations import Migration
from geo_relocation.store.opening import create_store, migrate_store, open_store
from geo_relocation.store.patience import Tell, to_nobody
from geo_relocation.store.protocol import (
    SCHEMA_VERSION,
    Bbox,
    Foreign,
    Handling,
    Reader,
    Store,
    Transaction,
    Where,
)

__all__ = [
    "SCHEMA_VERSION",
    "Bbox",
    "Foreign",
    "Handling",
    "Migration",
    "Reader",
    "Store",
    "Tell",
    "Transaction",
    "Where",
    "canonical",
    "create_store",
    "migrate_store",
    "open_store",
    "to_nobody",
]
