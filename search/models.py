from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from search.lemmas import query_words


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def present(self) -> "SearchEntryQuerySet":
        """Entries of what is in the index; the others only remember at which version they left it."""
        return self.filter(state=SearchEntry.State.PRESENT)


class SearchEntry(index.Indexed, models.Model):
    """One document in the database engine: the encoded lemmas that Wagtail's search backend indexes, and the filters.

    What left the index stays as an empty row with its version, so that a late, older write cannot bring it back.
    """

    class State(models.TextChoices):
        PRESENT = "present"
        GONE = "gone"

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    version = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.GONE)
    digest = models.CharField(max_length=16, blank=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    # The title's words as written, to tell an exact hit from one by a lemma.
    title_forms = models.TextField(blank=True)
    # The roots of all words, each once.
    roots = models.TextField(blank=True)
    campaign_id = models.BigIntegerField(null=True)
    block_id = models.BigIntegerField(null=True)
    sector = models.CharField(max_length=60, blank=True)
    municipality = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, blank=True)
    # Slugs with a bar on either side: `|bus|winter|`.
    tags = models.TextField(blank=True)
    support = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(null=True)

    objects = SearchEntryQuerySet.as_manager()

    # Our deliveries add it to Wagtail's index, in the transaction of the row; a signal would not see `update()`.
    search_auto_update: ClassVar[bool] = False
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("title", boost=4),
        index.SearchField("body", boost=1),
        index.SearchField("roots", boost=0.5),
        *(
            index.FilterField(name)
            for name in ("kind", "object_id", "state", "block_id", "sector", "municipality", "status", "tags")
        ),
    ]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @classmethod
    def get_indexed_objects(cls) -> SearchEntryQuerySet:
        return cls.objects.present()


class SubjectVersion(models.Model):
    """How often a thing without a version column (a page) has changed, and whether the public saw it then."""

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    version = models.BigIntegerField(default=1)
    public = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "object_id"], name="subject_version_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.version}"


MOST_PHRASES, MOST_WORDS = 12, 5


class SynonymsQuerySet(models.QuerySet["Synonyms"]):
    def in_campaigns(self, _campaign_ids: Iterable[int] | None) -> "SynonymsQuerySet":
        """They belong to no campaign: whoever edits anywhere keeps them."""
        return self


class Synonyms(models.Model):
    """Words and phrases that mean the same, one a line: whoever asks for one of them is shown the others too."""

    phrases = models.TextField(
        _("что значит одно и то же"),
        max_length=1000,
        help_text=_("По одному слову или выражению в строке, например: «МФЦ», «Мои документы». Действует сразу."),
    )

    objects = SynonymsQuerySet.as_manager()

    class Meta:
        verbose_name = _("синонимы для поиска")
        verbose_name_plural = _("синонимы для поиска")

    def __str__(self) -> str:
        return " = ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.phrases.splitlines() if line.strip()]

    def clean(self) -> None:
        super().clean()
        if len(self.lines) < 2:  # noqa: PLR2004 - one alone is no synonym
            raise ValidationError({"phrases": _("Напишите хотя бы две строки.")})
        if len(self.lines) > MOST_PHRASES:
            raise ValidationError({"phrases": _("Слишком много: не больше двенадцати строк.")})
        for line in self.lines:
            if not 0 < len(query_words(line)) <= MOST_WORDS:
                raise ValidationError({"phrases": _("В строке от одного до пяти слов: «%(line)s».") % {"line": line}})


# What was asked fewer times in a week may be about one person: nobody is shown it.
OFTEN = 3


class QueryWeekQuerySet(models.QuerySet["QueryWeek"]):
    def frequent(self) -> "QueryWeekQuerySet":
        return self.filter(times__gte=OFTEN).exclude(words="")

    def rare(self) -> "QueryWeekQuerySet":
        return self.filter(models.Q(times__lt=OFTEN) | models.Q(words=""))


class QueryWeek(models.Model):
    """How often these words were searched for in one week, and how often nothing was found. Nothing says by whom.

    A row without words sums up what is not kept by its words; see `search.analytics`.
    """

    # Its Monday.
    week = models.DateField()
    words = models.CharField(max_length=200)
    shown = models.CharField(max_length=100)
    times = models.PositiveBigIntegerField(default=0)
    without_result = models.PositiveBigIntegerField(default=0)

    objects = QueryWeekQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["week", "words"], name="query_week_once"),)

    def __str__(self) -> str:
        return f"{self.week}: {self.shown}"


def count_up(kind: str, object_id: int, *, public: bool) -> bool:
    """Give the thing its next version; say whether it has turned from public to not public or back (or is new here)."""
    row, created = SubjectVersion.objects.select_for_update().get_or_create(
        kind=kind, object_id=object_id, defaults={"version": 2, "public": public}
    )
    if created:
        return True
    SubjectVersion.objects.filter(pk=row.pk).update(version=F("version") + 1, public=public)
    return row.public != public
