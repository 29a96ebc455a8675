"""The table of ideas that staff take away: its columns, and what stands in them."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person
from crowd.people.reading import note_export
from crowd.spreadsheets import SafeSpreadsheets
from ideas.models import Answer, Idea, OperatorEntry
from ideas.queries import with_comment_counts, with_vote_counts
from ideas.queries.access import masked_for
from ideas.queries.staff import counts_seen

STREAMED = 500

COLUMNS = {
    "id": _("Номер"),
    "cycle": _("Сбор идей"),
    "title": _("Название"),
    "problem": _("В чём проблема"),
    "solution": _("Что предлагает автор"),
    "effect": _("Что изменится"),
    "sector": _("Отрасль"),
    "municipality": _("Муниципальное образование"),
    "tags": _("Метки"),
    "author": _("Автор"),
    "by_operator": _("Через оператора"),
    "moderation": _("Модерация"),
    "progress": _("Что стало с идеей"),
    "created_at": _("Предложена"),
    "published_at": _("Опубликована"),
    "up": _("За"),
    "residents_up": _("За: подтверждённые жители"),
    "down": _("Против"),
    "residents_down": _("Против: подтверждённые жители"),
    "together": _("Людей вместе с дубликатами"),
    "comments": _("Комментариев"),
    "merged_into": _("Объединена с идеей №"),
    "answer_due_on": _("Ответить до"),
    "answered_on": _("Дата ответа"),
    "answer": _("Ответ"),
    "address": _("Адрес"),
}
COUNTS = ("up", "residents_up", "down", "residents_down", "together")


class IdeaSpreadsheets(SafeSpreadsheets):
    """What is written of ideas; how many voted only where this person may know it."""

    export_columns = COLUMNS
    export_filename = "idei"

    def as_spreadsheet(self, queryset: QuerySet[Idea], spreadsheet_format: str) -> Any:
        note_export(reader=self.get_person(), where="ideas")
        return super().as_spreadsheet(self.rows(queryset), spreadsheet_format)

    def rows(self, ideas: QuerySet[Idea]) -> Iterator[Idea]:
        self.seen = counts_seen(self.get_person(), ideas)
        last = Answer.objects.filter(idea=OuterRef("pk")).order_by("-id")
        entered = OperatorEntry.objects.filter(idea=OuterRef("pk"), kind=OperatorEntry.Kind.IDEA)
        told = with_comment_counts(with_vote_counts(ideas)).annotate(
            last_answer=Subquery(last.values("text")[:1]),
            last_answer_on=Subquery(last.values("given_on")[:1]),
            by_operator=Exists(entered),
        )
        related = ("cycle", "author", "sector", "municipality")
        found = told.select_related(*related).prefetch_related("tagged_items__tag").iterator(STREAMED)
        return (masked_for(self.get_person(), idea) for idea in found)

    def get_person(self) -> Person:
        person: Person = self.request.user
        return person

    def get_cells(self, row: Any) -> dict[str, Any]:
        cells = {
            "id": row.pk,
            "cycle": row.cycle.title,
            "title": row.title,
            "problem": row.problem,
            "solution": row.solution,
            "effect": row.effect,
            "sector": row.sector or "",
            "municipality": row.municipality or "",
            "tags": ", ".join(sorted(item.tag.name for item in row.tagged_items.all())),
            "author": row.author.display_name,
            "by_operator": _("да") if row.by_operator else "",
            "moderation": row.get_moderation_display(),
            "progress": row.get_progress_display(),
            "created_at": row.created_at,
            "published_at": row.published_at,
            "comments": row.comment_count,
            "merged_into": row.merged_into_id,
            "answer_due_on": row.answer_due_on,
            "answered_on": row.last_answer_on,
            "answer": row.last_answer or "",
            "address": f"{settings.SITE_URL.rstrip('/')}{row.get_absolute_url()}",
        }
        counts = (row.up, row.residents_for, row.down, row.residents_against, row.together_for)
        seen = row.cycle_id in self.seen
        return cells | {name: count if seen else None for name, count in zip(COUNTS, counts, strict=True)}
