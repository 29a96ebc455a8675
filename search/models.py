from typing import Any, ClassVar

from django.db import models
from django.db.models import F
from wagtail.search import index


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


def count_up(kind: str, object_id: int, *, public: bool) -> bool:
    """Give the thing its next version; say whether it has turned from public to not public or back (or is new here)."""
    row, created = SubjectVersion.objects.select_for_update().get_or_create(
        kind=kind, object_id=object_id, defaults={"version": 2, "public": public}
    )
    if created:
        return True
    SubjectVersion.objects.filter(pk=row.pk).update(version=F("version") + 1, public=public)
    return row.public != public
