"""What things are: the data dictionary, code lists with versions, statuses as enums."""

from geo_relocation.model.dictionary import (
    IMPORTABLE,
    IMPORTED,
    Attribute,
    LayerSchema,
    join_codes,
    schema,
    schemas,
    split_codes,
)

__all__ = [
    "IMPORTABLE",
    "IMPORTED",
    "Attribute",
    "LayerSchema",
    "join_codes",
    "schema",
    "schemas",
    "split_codes",
]
