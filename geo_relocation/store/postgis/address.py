"""Addresses of databases: ``postgresql://user@host:port/database?schema=name``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from geo_relocation.errors import UsageError

DEFAULT_SCHEMA = "georeloc"

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_HINT = "Write it as postgresql://user@host:port/database or …/database?schema=name."


@dataclass(frozen=True)
class Address:
    """Where a workspace lives in a database.

    Attributes
    ----------
    schema
        The PostgreSQL schema that holds the workspace's tables.
    options
        What the PostgreSQL client needs to connect, password included: never shown.
    """

    schema: str
    options: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """The address without the password."""
        user = self.options.get("user")
        host, port = self.options.get("host", ""), self.options.get("port")
        place = f"{quote(user)}@{host}" if user else host
        place += f":{port}" if port else ""
        asked = "" if self.schema == DEFAULT_SCHEMA else f"?schema={self.schema}"
        return f"postgresql://{place}/{quote(self.options['dbname'])}{asked}"


def parse_address(url: str) -> Address:
    """The parts of an address.

    Query parameters other than ``schema`` (such as ``sslmode``) go to the PostgreSQL client.

    Raises
    ------
    UsageError
        If it is not the address of a database. The password is never repeated.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("The workspace address cannot be read.", hint=_HINT) from error
    database = unquote(parts.path.strip("/"))
    if not database or "/" in database:
        raise UsageError("The workspace address names no database.", hint=_HINT)
    options = {key: value for key, value in parse_qsl(parts.query) if key != "schema"}
    options["dbname"] = database
    for name, value in (("user", parts.username), ("password", parts.password)):
        if value:
            options[name] = unquote(value)
    if parts.hostname:
        options["host"] = unquote(parts.hostname)
    if port:
        options["port"] = str(port)
    schema = dict(parse_qsl(parts.query)).get("schema", DEFAULT_SCHEMA)
    if not _SCHEMA_NAME.fullmatch(schema) or schema.startswith("pg_"):
        raise UsageError(
            f"{schema!r} is not a name for a schema.",
            hint="Use small letters, digits and underscores, beginning with a letter.",
        )
    return Address(schema, options)
