"""Tables that staff take away: CSV and XLSX in which a resident's text stays a text, whatever it begins with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from defusedcsv import csv
from django.utils import timezone
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import Echo, SpreadsheetExportMixin

# Where a semicolon parts cells and a mark tells the alphabet, spreadsheets open the file by a double click.
DELIMITER = ";"
MARK = "\ufeff"
# Spreadsheets read past these when they look for the beginning of a formula.
BLANKS = " \t\r\n\u00a0"


def as_text(value: Any) -> Any:
    """Return a cell's value without what no spreadsheet can hold; moments by the site's clock, numbers as they are."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, int | float):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value)).lstrip(BLANKS)


class SafeSpreadsheets(SpreadsheetExportMixin):
    """Mixin before Wagtail's `IndexView`: `export_columns` names the columns, `get_cells` gives a row's values.

    The viewset's `list_export` says which of the columns are written.
    """

    export_columns: Mapping[str, Any] = {}
    list_export: Sequence[str] = ()

    def get_cells(self, row: Any) -> dict[str, Any]:
        raise NotImplementedError

    def get_heading(self, queryset: Any, field: str) -> str:  # noqa: ARG002 - Wagtail's signature
        return str(self.export_columns[field])

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        cells = self.get_cells(item)
        return {name: as_text(cells[name]) for name in self.list_export}

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:  # noqa: ARG002 - likewise
        if isinstance(value, datetime) and export_format == self.FORMAT_CSV:
            return value.isoformat(" ", "minutes")
        return value

    def stream_csv(self, queryset: Iterable[Any]) -> Iterator[bytes]:
        writer = csv.DictWriter(Echo(), fieldnames=self.list_export, delimiter=DELIMITER)
        yield MARK.encode()
        yield writer.writerow({name: self.get_heading(queryset, name) for name in self.list_export})
        for row in queryset:
            yield self.write_csv_row(writer, self.to_row_dict(row))
