"""The facade: a store and the stages. The only place that knows both."""

from typing import TYPE_CHECKING

from geo_relocation.lazy import loader

if TYPE_CHECKING:
    from geo_relocation.workspace.workspace import (
        Workspace,
        create_workspace,
        migrate_workspace,
        open_workspace,
    )
else:
    __getattr__ = loader(
        __name__,
        {
            "Workspace": "workspace",
            "create_workspace": "workspace",
            "migrate_workspace": "workspace",
            "open_workspace": "workspace",
        },
    )

__all__ = ["Workspace", "create_workspace", "migrate_workspace", "open_workspace"]
