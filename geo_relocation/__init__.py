"""Geo-relocation: land matching for the relocation of factories out of housing.

``geo_relocation.open("binhduong.gpkg")`` gives a workspace with the same verbs as the command
line: `import_layer`, `screen`, `assess`, `match`, `map`, `export_qgis`, ….
"""

from typing import TYPE_CHECKING

from geo_relocation.lazy import loader

if TYPE_CHECKING:
    from geo_relocation.workspace import Workspace
    from geo_relocation.workspace import create_workspace as create
    from geo_relocation.workspace import migrate_workspace as migrate
    from geo_relocation.workspace import open_workspace as open  # noqa: A004 - read as geo_relocation.open
else:
    __getattr__ = loader(
        __name__,
        {
            "Workspace": "workspace",
            "create": "workspace:create_workspace",
            "migrate": "workspace:migrate_workspace",
            "open": "workspace:open_workspace",
        },
    )

__all__ = ["Workspace", "create", "migrate", "open"]
