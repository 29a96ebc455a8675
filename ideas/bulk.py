"""Writing very many rows fast, with ids of their own: for a database that is filled for benchmarks.

Nothing is recorded and nobody is told: whoever writes so sees to the counts.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import NOT_PROVIDED, Field, Max, Model

BATCH = 5000


def next_id(model: type[Model]) -> int:
    """Return the first id that is free. Nobody else may write the table meanwhile."""
    highest: int | None = model._default_manager.aggregate(highest=Max("pk"))["highest"]  # noqa: SLF001 - Django's name
    return (highest or 0) + 1


def write_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of these columns; the others take the default of the model or the database.

    PostgreSQL takes them by COPY, any other database by INSERT. The values are what a cursor takes, in this order.
    """
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django documents it
    constant = {name: _default(field) for name, field in fields.items() if name not in columns and _has_default(field)}
    names = ", ".join(connection.ops.quote_name(name) for name in [*columns, *constant])
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django documents it
    full = ((*row, *constant.values()) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in full:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * (len(columns) + len(constant)))
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of Django's own
            while batch := [[_adapted(value) for value in row] for row in islice(full, BATCH)]:
                cursor.executemany(statement, batch)
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _has_default(field: Field[Any, Any]) -> bool:
    return not field.primary_key and field.db_default is NOT_PROVIDED


def _default(field: Field[Any, Any]) -> Any:
    return field.get_db_prep_save(field.get_default(), connection)


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if hasattr(value, "tzinfo") else value
