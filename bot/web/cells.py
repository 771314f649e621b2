"""What the cells of the statistics are called, in the words of the catalogs."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from bot.languages.catalogs import Words
from bot.referral.spans import babel_locale
from bot.statistics.events import CHANGES
from bot.statistics.funnel import IN_SELF_HELP
from bot.web.charts import Row
from bot.web.released import FUNNEL, Number, Table

Width = Literal["medium", "long"]
BETWEEN: Final = "\N{NO-BREAK SPACE}· "
"""The dot stays on the line of the words before it."""


class Naming:
    """Words for tables, cells, periods and numbers in the locale ``tag``."""

    def __init__(self, words: Words, tag: str) -> None:
        self._words, self._tag, self._locale = words, tag, babel_locale(tag)

    def table(self, table: str) -> str:
        """Return the heading of a table."""
        return self._word(f"statistics.table.{table}", table)

    def cell(self, table: str, cell: str) -> str:
        """Return the words for a cell; for one that an older dictionary had, its own code."""
        if table == "locale":
            return str(self._locale.languages.get(cell, cell))
        if table == "entry":
            way, _, door = cell.partition(".")
            return BETWEEN.join((self._known("door", door), self._known("way", way)))
        if table in ("outcome", FUNNEL):
            return BETWEEN.join(self._reached(part) for part in cell.split("."))
        if table == "showing":
            return self._known("step", "shown")
        if table == "self_help":
            return self._part_used(cell)
        return self._known("change", cell) if cell in CHANGES else cell

    def period(self, kind: str, period: str) -> str:
        """Return the words for a week, month or year."""
        if kind == "weeks":
            day = format_date(date.fromisoformat(period), "long", locale=self._locale)
            return self._words.text(self._tag, "statistics.week_of", date=day)
        if kind == "months":
            month = date.fromisoformat(f"{period}-01")
            return str(format_skeleton("yMMMM", month, locale=self._locale))
        return period

    def period_short(self, kind: str, period: str) -> str:
        """Return the same in a few signs, for lists where the kind is clear."""
        return (
            self.day(date.fromisoformat(period)) if kind == "weeks" else self.period(kind, period)
        )

    def day(self, day: date, width: Width = "medium") -> str:
        """Return a date; long with the month in letters."""
        return str(format_date(day, width, locale=self._locale))

    def number(self, number: int) -> str:
        """Return a whole number with the signs of the language."""
        return str(format_decimal(number, locale=self._locale))

    def row(self, label: str, number: Number, cut: int) -> Row:
        """Return a released number as a line; what is suppressed has no figure but the cut."""
        return Row(
            label,
            self._shown(number, cut),
            number.conversations,
            number.margin,
            number.is_partial,
        )

    def rows(self, name: str, table: Table, cut: int) -> tuple[Row, ...]:
        """Return all lines of the table ``name``."""
        return tuple(self.row(self.cell(name, cell), table[cell], cut) for cell in table)

    def _shown(self, number: Number, cut: int) -> str:
        if number.conversations is None:
            how = "fewer" if number.parts == 1 else "too_few"
            return self._words.text(self._tag, f"statistics.{how}", number=self.number(cut))
        shown = self.number(number.conversations)
        if not number.is_partial:
            return shown
        return self._words.text(self._tag, "statistics.or_more", number=shown)

    def _reached(self, part: str) -> str:
        return self._known("part" if part in IN_SELF_HELP else "step", part)

    def _part_used(self, cell: str) -> str:
        kind, _, name = cell.partition(".")
        if kind == "module":
            return self._word(f"module.{name}.title", cell)
        if kind == "check_in":
            band = self._word(f"check_in.band.{name}.name", name)
            return BETWEEN.join((self._word("check_in.title", kind), band))
        return self._word("exercise.title", cell)

    def _known(self, group: str, name: str) -> str:
        return self._word(f"statistics.{group}.{name}", name)

    def _word(self, message_id: str, otherwise: str) -> str:
        known = self._words.has(message_id)
        return self._words.text(self._tag, message_id) if known else otherwise
