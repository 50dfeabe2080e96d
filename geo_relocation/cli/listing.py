"""Commands of the list: states, entries, complaints, who is overdue."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.lazy import pd
from geo_relocation.model.enums import ComplaintOutcome, ListState
from geo_relocation.standing.days import INDOCHINA_TIME

if TYPE_CHECKING:
    from geo_relocation.workspace import Workspace

SiteArgument = Annotated[str, typer.Argument(metavar="SITE", help="Site id.")]
GroundOption = Annotated[str, typer.Option(help="Why, and on what paper; required.")]
AuthorOption = Annotated[str | None, typer.Option(help="Who enters it. [default: setting]")]
AtOption = Annotated[
    dt.datetime | None,
    typer.Option(
        metavar="DATE", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="When it took effect."
    ),
]
NumberOption = Annotated[str | None, typer.Option("--document", help="Number of the document.")]
DateOption = Annotated[
    dt.datetime | None,
    typer.Option(
        "--document-date", metavar="DATE", formats=["%Y-%m-%d"], help="Date of the document."
    ),
]
OnOption = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Day to look at."),
]


def local(day: dt.datetime | None, *, end: bool = False) -> dt.datetime | None:
    """A day or moment that the user gave, in Vietnam's time; the day's end where asked."""
    if day is None:
        return None
    if end:
        return dt.datetime.combine(day, dt.time.max, tzinfo=INDOCHINA_TIME)
    return day.replace(tzinfo=INDOCHINA_TIME)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    listing = typer.Typer(help="The relocation list: who is in which state, and every entry.")
    app.add_typer(listing, name="list")
    _register_views(listing)
    _register_entries(listing)
    _register_complaints(listing)


def _show_sites(session: Session, workspace: Workspace, found: pd.DataFrame) -> None:
    """A table of sites, for people with their names beside the ids."""
    if not session.as_json and len(found):
        names = workspace.read("sites").set_index("site_id")["name"]
        found.insert(1, "name", found["site_id"].map(names))
    session.show_frame(found)


def _entry(**given: Any) -> dict[str, Any]:
    """Options of an entry without those that were left out."""
    date = given.pop("document_date", None)
    found = {"document_date": date.date() if date else None, **given}
    found["at"] = local(found.get("at"))
    return {key: value for key, value in found.items() if value is not None}


def _register_views(listing: typer.Typer) -> None:
    @command(listing, "show", tabular=True)
    def show(session: Session, *, as_of: OnOption = None) -> None:
        """Show the state of every site, now or on a day in the past."""
        with session.workspace() as workspace:
            _show_sites(session, workspace, workspace.list.list_as_of(local(as_of, end=True)))

    @command(listing, "diff", tabular=True)
    def diff(
        session: Session,
        before: Annotated[dt.datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"])],
        after: Annotated[
            dt.datetime | None, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"])
        ] = None,
    ) -> None:
        """Show which sites changed state between two days."""
        first = local(before, end=True)
        with session.workspace() as workspace:
            found = workspace.list.list_diff(first or before, local(after, end=True))
            _show_sites(session, workspace, found)

    @command(listing, "history", tabular=True)
    def history(session: Session, site: SiteArgument) -> None:
        """Show everything decided, recorded and complained about on one site."""
        with session.workspace() as workspace:
            session.show_frame(workspace.list.history(site))

    @command(listing, "overdue", tabular=True)
    def overdue(session: Session, *, as_of: OnOption = None) -> None:
        """Show the sites past their deadline, the steps taken, and what enforcement lacks."""
        with session.workspace() as workspace:
            _show_sites(session, workspace, workspace.list.overdue(local(as_of, end=True)))


def _register_entries(listing: typer.Typer) -> None:
    @command(listing, "move")
    def move(
        session: Session,
        site: SiteArgument,
        to: Annotated[str, typer.Argument(metavar="STATE", help=", ".join(ListState))],
        *,
        ground: GroundOption,
        author: AuthorOption = None,
        at: AtOption = None,
        document: NumberOption = None,
        document_date: DateOption = None,
    ) -> None:
        """Move a site to another state, e.g. listed, reviewed, approved."""
        entry = _entry(author=author, at=at, document_no=document, document_date=document_date)
        with session.workspace() as workspace:
            session.show_frame(workspace.list.move(site, to, ground=ground, **entry))

    @command(listing, "step")
    def step(
        session: Session,
        site: SiteArgument,
        *,
        ground: GroundOption,
        author: AuthorOption = None,
        at: AtOption = None,
        document: NumberOption = None,
        document_date: DateOption = None,
    ) -> None:
        """Record a visit, notice or reminder: the ground for a later enforcement."""
        entry = _entry(author=author, at=at, document_no=document, document_date=document_date)
        with session.workspace() as workspace:
            session.show_frame(workspace.list.step(site, ground=ground, **entry))

    @command(listing, "correct")
    def correct(
        session: Session,
        event: Annotated[str, typer.Argument(metavar="EVENT", help="Entry made in error.")],
        to: Annotated[str, typer.Argument(metavar="STATE", help=", ".join(ListState))],
        *,
        ground: GroundOption,
        author: AuthorOption = None,
    ) -> None:
        """Put an entry right by a further one; the first stays on record."""
        with session.workspace() as workspace:
            session.show_frame(
                workspace.list.correct(event, to, ground=ground, **_entry(author=author))
            )


def _register_complaints(listing: typer.Typer) -> None:
    @command(listing, "complain")
    def complain(
        session: Session,
        site: SiteArgument,
        *,
        ground: GroundOption,
        author: AuthorOption = None,
        at: AtOption = None,
        document: NumberOption = None,
        document_date: DateOption = None,
    ) -> None:
        """Record a complaint against the decision in force on a site."""
        entry = _entry(author=author, at=at, document_no=document, document_date=document_date)
        with session.workspace() as workspace:
            session.show_frame(workspace.list.complain(site, ground=ground, **entry))

    @command(listing, "resolve")
    def resolve(
        session: Session,
        complaint: Annotated[str, typer.Argument(metavar="EVENT", help="The complaint.")],
        outcome: Annotated[str, typer.Argument(help=", ".join(ComplaintOutcome))],
        *,
        ground: GroundOption,
        author: AuthorOption = None,
        at: AtOption = None,
        document: NumberOption = None,
        document_date: DateOption = None,
    ) -> None:
        """Record how a complaint ended. One that is upheld needs a newer decision: override."""
        entry = _entry(author=author, at=at, document_no=document, document_date=document_date)
        with session.workspace() as workspace:
            session.show_frame(workspace.list.resolve(complaint, outcome, ground=ground, **entry))
