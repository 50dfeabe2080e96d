"""The facade: a store and the stages. The only place that knows both."""

from geo_relocation.workspace.workspace import (
    Workspace,
    create_workspace,
    migrate_workspace,
    open_workspace,
)

__all__ = ["Workspace", "create_workspace", "migrate_workspace", "open_workspace"]
