"""How do the tables of a store become the declared ones? Created where missing, columns added where new."""

from collections.abc import Callable, Mapping

from sinks.ddl import Dialect, add_column, create_table, create_view, stored
from sinks.tables import TABLES, Table
from sinks.views import analyst_views

Execute = Callable[[str], object]
ColumnsOf = Callable[[str], Mapping[str, str]]
"""Columns of a base table as the store has them: name to type."""


class TableDriftError(RuntimeError):
    """A stored column has another type than its declaration; nobody but a person may decide what becomes of it."""


def migrate(execute: Execute, columns_of: ColumnsOf, dialect: Dialect, zone: str = "UTC") -> None:
    """Bring every table and view to its declaration. Running it again changes nothing. Raises TableDriftError.

    zone: of the city, by which analysts' views count days. An old server has none of those: it knows no parameters.
    """
    for table in TABLES:
        execute(create_table(table, dialect))
        _add_new_columns(table, execute, columns_of(table.base), dialect)
        for statement in create_view(table, dialect):
            execute(statement)
    if dialect is Dialect.MODERN:
        for view in analyst_views(zone):
            execute(view.statement)


def _add_new_columns(table: Table, execute: Execute, existing: Mapping[str, str], dialect: Dialect) -> None:
    for column in (stored(declared, dialect) for declared in table.columns):
        found = existing.get(column.name)
        if found is None:
            execute(add_column(table, column))
        elif found.replace(" ", "") != column.type.replace(" ", ""):
            raise TableDriftError(
                f"{table.base}.{column.name} is {found} in the store and {column.type} in the declaration; "
                f"move its rows to a new table or give the new meaning a new name"
            )
