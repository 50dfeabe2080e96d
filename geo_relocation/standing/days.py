"""Days and moments: Vietnam's calendar is the one that counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from geo_relocation.errors import UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import Language, Message, _
from geo_relocation.words import style

INDOCHINA_TIME = dt.timezone(dt.timedelta(hours=7))
"""Vietnam keeps UTC+7 all year; a day ends at its midnight."""

Moment = dt.date
"""A point in time (`datetime`, `Timestamp`), or a day (`date`)."""


def moment(when: Moment) -> pd.Timestamp:
    """A point in time; a bare date means the end of that day in Vietnam.

    Raises
    ------
    UsageError
        For a time without a time zone.
    """
    if isinstance(when, dt.datetime):
        if when.tzinfo is None:
            raise UsageError(
                _("The time {when} has no time zone.", when=when), hint=_("Give it one, e.g. UTC.")
            )
        return pd.Timestamp(when).tz_convert("UTC")
    end = dt.datetime.combine(when, dt.time.max, tzinfo=INDOCHINA_TIME)
    return pd.Timestamp(end).tz_convert("UTC")


def local_day(when: Moment) -> dt.date:
    """The calendar day in Vietnam."""
    if isinstance(when, dt.datetime):
        day: dt.date = moment(when).tz_convert(INDOCHINA_TIME).date()
        return day
    return when


def today() -> dt.date:
    """The present day in Vietnam."""
    return dt.datetime.now(INDOCHINA_TIME).date()


def day_of(value: Any) -> dt.date:
    """The day to show for a date or a point in time: an instant's day is that of Vietnam.

    Parameters
    ----------
    value
        A date, an instant with its time zone, or a text that states either. A time without a
        zone is taken as it stands.
    """
    stamp = pd.Timestamp(value)
    return local_day(stamp) if stamp.tzinfo is not None else stamp.date()


def clock(value: dt.datetime) -> Message:
    """A point in time by the calendar and the clock of Vietnam, for people."""
    there = value.astimezone(INDOCHINA_TIME)
    return Message("{day:d} {time}", {"day": there, "time": f"{there:%H:%M}"})


def local_time(value: pd.Timestamp) -> pd.Timestamp:
    """A point in time as the clock in Vietnam shows it, without zone; others as they are."""
    return value if value.tzinfo is None else value.tz_convert(INDOCHINA_TIME).tz_localize(None)


def said_day(value: Any, language: Language) -> str:
    """The day of a date or an instant as people of a language write it; empty for a missing one.

    Examples
    --------
    >>> said_day("2028-12-31T20:00:00Z", "vi")
    '01/01/2029'
    """
    return "" if value is None or pd.isna(value) else style(language).day(day_of(value))
