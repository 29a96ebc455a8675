import csv
from collections.abc import Sequence
from io import StringIO

from django.utils.translation import gettext as _

from questions.models import Question
from questions.queries import Results

# With these a spreadsheet begins a formula; what an editor typed is only text.
BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_text(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(BEGIN_FORMULAS) else cell


def as_csv(results: Sequence[tuple[Question, Results]]) -> str:
    """Return a line per option, by semicolons as Russian spreadsheets take it."""
    table = StringIO()
    rows = csv.writer(table, delimiter=";")
    rows.writerow([_("Вопрос"), _("Как отвечают"), _("Вариант"), _("Ответов"), _("Доля, %"), _("Ответило человек")])
    for question, result in results:
        kind = question.get_kind_display()
        for row in result.rows:
            share = f"{row.share * 100:.1f}".replace(".", ",")
            text, label = as_text(question.wording.text), as_text(row.label)
            rows.writerow([text, kind, label, row.number, share, result.people])
    return table.getvalue()
