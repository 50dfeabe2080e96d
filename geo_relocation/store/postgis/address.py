"""Addresses of databases: ``postgresql://user@host:port/database?schema=name``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from psycopg.pq import Conninfo

from geo_relocation.errors import UsageError
from geo_relocation.messages import _

DEFAULT_SCHEMA = "georeloc"

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_LONG_ENOUGH = 3
_LAST_PORT = 65_535
_FORM = re.compile(
    r"""(?i:postgres(?:ql)?)://
    (?:(?P<user>[^\s:@/?\#]+)(?::(?P<password>[^\s@/?\#]*))?@)?
    (?P<host>[\w.%-]*|\[[0-9A-Fa-f:.]+\])
    (?::(?P<port>[0-9]{1,5}))?
    (?:/(?P<database>[^\s:@/?\#]*)/?)?
    (?:\?(?P<query>[^\s@?\#]*))?""",
    re.VERBOSE,
)
_HINT = _(
    "Write it as postgresql://user@host:port/database or "
    "…/database?schema=name, with %40 for @, %2F for /, %3F for ?, "
    "%23 for # and %3A for : in a name or a password; better, keep "
    "the password in ~/.pgpass or in the variable PGPASSWORD."
)


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
    def place(self) -> str:
        """The address without user and password.

        To be shown until a connection was made: a password may stand in the user's place.
        """
        return self._written("")

    def without_secrets(self, text: str) -> str:
        """What PostgreSQL's client said, without what the address holds beside the place."""
        shown = {"host", "port", "dbname", "sslmode"}
        for name, value in self.options.items():
            if name in shown or not value:
                continue
            text = text.replace(f'"{value}"', '"…"')
            if name != "user" or len(value) >= _LONG_ENOUGH:
                text = text.replace(value, "…")
        return text

    @property
    def url(self) -> str:
        """The address without the password."""
        user = self.options.get("user")
        return self._written(f"{quote(user)}@" if user else "")

    def _written(self, user: str) -> str:
        host, port = self.options.get("host", ""), self.options.get("port")
        place = user + (f"[{host}]" if ":" in host else host)
        place += f":{port}" if port else ""
        asked = "" if self.schema == DEFAULT_SCHEMA else f"?schema={self.schema}"
        return f"postgresql://{place}/{quote(self.options['dbname'])}{asked}"


def parse_address(url: str) -> Address:
    """The parts of an address.

    The whole text has to have the form of an address before any part of it is believed: a
    password with an unescaped ``/``, ``?``, ``#`` or ``@`` would else be taken for a host, a
    database or a parameter, and shown as such.

    Query parameters other than ``schema`` (such as ``sslmode``) go to the PostgreSQL client.

    Raises
    ------
    UsageError
        If it is not the address of a database. Nothing of it is repeated.
    """
    found = _FORM.fullmatch(url.strip())
    if found is None or int(found["port"] or 0) > _LAST_PORT:
        raise UsageError(_("The workspace address cannot be read."), hint=_HINT)
    if not found["database"]:
        raise UsageError(_("The workspace address names no database."), hint=_HINT)
    given = _parameters(found["query"] or "")
    schema = given.pop("schema", DEFAULT_SCHEMA)
    parts = {"dbname": found["database"], "user": found["user"], "password": found["password"]}
    options = given | {name: unquote(text) for name, text in parts.items() if text}
    if found["host"]:
        options["host"] = unquote(found["host"].strip("[]"))
    if found["port"]:
        options["port"] = found["port"]
    if not _SCHEMA_NAME.fullmatch(schema) or schema.startswith("pg_"):
        raise UsageError(
            _("The workspace address names a schema that cannot be one."),
            hint=_("Use small letters, digits and underscores, beginning with a letter."),
        )
    return Address(schema, options)


def _parameters(query: str) -> dict[str, str]:
    """The query parameters, all of which PostgreSQL's client has to know."""
    try:
        given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        given = {"": ""}
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"schema"}
    if not set(given) <= known - {"dbname"}:
        raise UsageError(
            _("The workspace address has a parameter that PostgreSQL does not know."), hint=_HINT
        )
    return given
