"""One protocol, two stores: a GeoPackage file and PostGIS."""

from geo_relocation.store.opening import create_store, open_store
from geo_relocation.store.protocol import SCHEMA_VERSION, Bbox, Store, Transaction, Where

__all__ = [
    "SCHEMA_VERSION",
    "Bbox",
    "Store",
    "Transaction",
    "Where",
    "create_store",
    "open_store",
]
