from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Orderable

from crowd.bilingual import Bilingual
from crowd.campaigns.models import BlockPage, Sector
from crowd.people.models import Municipality, Person

LONGEST_NOTE = 1000


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible(self) -> "ServiceQuerySet":
        """Services that have a page: rated now, or once."""
        return self.exclude(state=Service.State.HIDDEN)

    def listed(self) -> "ServiceQuerySet":
        """Services that the list shows."""
        return self.filter(state=Service.State.ACTIVE)

    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "ServiceQuerySet":
        """Services that nobody but these campaigns asks about; None means all.

        So nobody renames or hides what another campaign asks its residents about.
        """
        if campaign_ids is None:
            return self
        own = BlockPage.objects.in_campaigns(campaign_ids).order_by().values("pk")
        elsewhere = ServiceOnPage.objects.exclude(page__in=own).filter(service=models.OuterRef("pk"))
        return self.exclude(models.Exists(elsewhere))


class Service(Bilingual):  # type: ignore[django-manager-missing]  # Wagtail ships no types
    """A digital service that exists already, whoever runs it."""

    class State(models.TextChoices):
        ACTIVE = "active", _("показан, его оценивают")
        CLOSED = "closed", _("больше не оценивают, итоги видны")
        HIDDEN = "hidden", _("скрыт")

    name = models.CharField(_("название"), max_length=80, unique=True)
    slug = models.SlugField(
        _("адрес"), max_length=80, unique=True, help_text=_("Латиницей, через дефис: так кончается адрес страницы.")
    )
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="services", verbose_name=_("отрасль"))
    body = models.CharField(_("ответственный орган"), max_length=200, help_text=_("Кто отвечает за сервис."))
    description = models.TextField(
        _("описание"), max_length=2000, blank=True, help_text=_("Что сервис даёт. Пустая строка начинает новый абзац.")
    )
    link = models.CharField(
        _("ссылка на сервис"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https"], message=_("Нужен полный адрес, который начинается с https://."))],
        help_text=_("Где им пользуются: https://…"),
    )
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.ACTIVE)
    rated_always = models.BooleanField(
        _("оценивать всегда"),
        default=False,
        help_text=_("Иначе сервис оценивают, пока в обсуждении, где о нём спрашивают, идёт этап с оценкой услуг."),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("место в списке"), default=100, help_text=_("Меньшее число стоит выше, равные — по алфавиту.")
    )
    version = models.PositiveBigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("добавлен"), db_default=Now(), editable=False)

    objects = ServiceQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("name_en"),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("sector"),
        FieldPanel("body"),
        FieldPanel("description"),
        FieldPanel("link"),
        FieldPanel("state"),
        FieldPanel("rated_always"),
        FieldPanel("sort_order"),
    ]

    class Meta:
        verbose_name = _("цифровой сервис")
        verbose_name_plural = _("цифровые сервисы")
        ordering = ("sort_order", "name")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("services:service", kwargs={"pk": self.pk, "slug": self.slug})

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class ServiceOnPage(Orderable):
    """That a discussion asks about a service."""

    page = ParentalKey(BlockPage, on_delete=models.CASCADE, related_name="rated_services")
    service = models.ForeignKey(Service, models.CASCADE, related_name="on_pages", verbose_name=_("сервис"))

    panels: ClassVar[list[Any]] = [FieldPanel("service")]

    class Meta(Orderable.Meta):
        verbose_name = _("сервис в обсуждении")
        verbose_name_plural = _("сервисы в обсуждениях")
        constraints = (models.UniqueConstraint(fields=["page", "service"], name="service_on_page_once"),)

    def __str__(self) -> str:
        return str(self.service)


class Score(models.IntegerChoices):
    AWFUL = 1, _("очень плохо")
    BAD = 2, _("плохо")
    MIDDLING = 3, _("терпимо")
    GOOD = 4, _("хорошо")
    EXCELLENT = 5, _("отлично")


class RatingQuerySet(models.QuerySet["Rating"]):
    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "RatingQuerySet":
        """Ratings of services that these campaigns ask about; None means all."""
        if campaign_ids is None:
            return self
        own = BlockPage.objects.in_campaigns(campaign_ids).order_by().values("pk")
        return self.filter(service__in=ServiceOnPage.objects.filter(page__in=own).order_by().values("service"))


class Rating(models.Model):
    """What a person thinks of a service now. Once the person is erased it is nobody's and counts on."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="ratings", verbose_name=_("сервис"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="ratings", verbose_name=_("кто оценил"))
    score = models.PositiveSmallIntegerField(_("оценка"), choices=Score)
    # Residents' words for the responsible body: no public page shows them.
    note = models.TextField(_("пояснение"), max_length=LONGEST_NOTE, blank=True)
    # Where the person lived when the score was given.
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, verbose_name=_("муниципальное образование")
    )
    # How many times it was given: the number of the latest row of its history.
    times = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(_("дана"), db_default=Now())
    changed_at = models.DateTimeField(_("изменена"), db_default=Now())

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("оценка сервиса")
        verbose_name_plural = _("оценки сервисов")
        constraints = (
            models.UniqueConstraint(fields=["service", "person"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="rating_from_one_to_five"),
        )
        indexes = (
            models.Index(fields=["service", "-changed_at"], name="rating_service_latest"),
            models.Index(fields=["person", "-changed_at"], name="rating_person_latest"),
            models.Index(fields=["-changed_at"], name="rating_latest"),
        )

    def __str__(self) -> str:
        return f"{self.score}"


class RatingChange(models.Model):
    """The history of a rating: a row each time it was given. Rows are only added."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="changes", verbose_name=_("оценка"))
    number = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(_("оценка"), choices=Score)
    note = models.TextField(_("пояснение"), max_length=LONGEST_NOTE, blank=True)
    at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("прежняя оценка сервиса")
        verbose_name_plural = _("прежние оценки сервисов")
        ordering = ("rating", "number")
        constraints = (
            models.UniqueConstraint(fields=["rating", "number"], name="rating_change_once"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="rating_change_from_one_to_five"),
        )

    def __str__(self) -> str:
        return f"{self.score}"


class Counted(models.Model):
    """How many current ratings of a service have one month, one place and one score."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="+")
    # The first day of the month in which the rating was given last, by the site's clock.
    month = models.DateField()
    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, related_name="+")
    score = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True


class RatingCount(Counted):
    """Folded by the worker: a cache, proved by `reconcile`, never written by a rating."""

    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "month", "municipality", "score"],
                name="rating_count_once",
                condition=models.Q(municipality__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["service", "month", "score"],
                name="rating_count_nowhere_once",
                condition=models.Q(municipality=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.month} {self.score}: {self.count}"


class RatingDelta(Counted):
    """What a rating adds to a count or takes from it: no row is shared between those who rate."""

    change = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.service_id} {self.month} {self.score}: {self.change:+d}"
