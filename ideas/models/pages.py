from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from crowd.bilingual import Bilingual
from crowd.campaigns.models import Activity, BlockPage
from crowd.people.models import Municipality, Person

MOST_VOTES_EACH = 100


class Asked(models.TextChoices):
    """Whether the form of an idea has a field."""

    NOT = "not", _("не спрашиваем")
    MAY = "may", _("по желанию")
    MUST = "must", _("обязательно")


# What of an idea a cycle may leave out or demand; title and problem are always asked.
ASKED_FIELDS = ("solution", "effect", "sector", "municipality", "tags", "attachments")


def asked(label: Any) -> Any:
    return models.CharField(label, max_length=4, choices=Asked, default=Asked.MAY)


class IdeaCyclePage(BlockPage):
    """A page that collects ideas through phases."""

    class Voting(models.TextChoices):
        SUPPORT = "support", _("только за")
        BOTH = "both", _("за и против")
        BUDGET = "budget", _("у каждого несколько голосов за")

    class Counts(models.TextChoices):
        ALWAYS = "always", _("видны всем")
        AT_END = "at_end", _("никому до конца голосования, потом всем")

    class Level(models.TextChoices):
        EMAIL = Person.Verification.EMAIL.value, _("все, кто подтвердил почту")
        RESIDENT = Person.Verification.RESIDENT.value, _("только подтверждённые жители")

    ideas_premoderation = models.CharField(
        _("новые идеи"),
        max_length=10,
        choices=BlockPage.Premoderation,
        default=BlockPage.Premoderation.NEWCOMERS,
    )
    solution_asked = asked(_("что предлагаете"))
    effect_asked = asked(_("что изменится"))
    sector_asked = asked(_("отрасль"))
    municipality_asked = asked(_("муниципальное образование"))
    tags_asked = asked(_("метки"))
    attachments_asked = asked(_("файлы"))
    submit_level = models.CharField(_("кто предлагает"), max_length=10, choices=Level, default=Level.EMAIL)
    vote_level = models.CharField(_("кто голосует"), max_length=10, choices=Level, default=Level.EMAIL)
    municipalities = ParentalManyToManyField(
        Municipality,
        blank=True,
        related_name="+",
        verbose_name=_("жители каких муниципальных образований"),
        help_text=_("Пусто — весь округ. Человек называет своё в личном кабинете."),
    )
    ideas_each = models.PositiveSmallIntegerField(
        _("идей от одного человека"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Пусто — сколько угодно. Отозванные и отклонённые не считаются."),
    )
    voting = models.CharField(_("как голосуют"), max_length=10, choices=Voting, default=Voting.SUPPORT)
    votes_each = models.PositiveSmallIntegerField(
        _("голосов у каждого"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_VOTES_EACH)],
        help_text=_("Если у каждого несколько голосов: за столько разных идей можно проголосовать."),
    )
    votes_changeable = models.BooleanField(
        _("голос можно изменить"), default=True, help_text=_("Отозвать или изменить, пока голосование открыто.")
    )
    counts_shown = models.CharField(_("сколько голосов"), max_length=10, choices=Counts, default=Counts.ALWAYS)
    answers_by = models.DateField(
        _("ответим до"),
        null=True,
        blank=True,
        help_text=_("До этого дня отобранные идеи получат официальный ответ. Опоздавшие видны в списке идей."),
    )

    activities: ClassVar[frozenset[str]] = frozenset(
        {Activity.SUBMIT.value, Activity.COMMENT.value, Activity.VOTE.value, Activity.REVIEW.value}
    )
    is_creatable = True
    template = "ideas/idea_cycle_page.html"
    content_panels: ClassVar[list[Any]] = [
        *BlockPage.content_panels,
        FieldPanel("ideas_premoderation"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel(f"{name}_asked") for name in ASKED_FIELDS])], heading=_("Что спрашивает форма")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("submit_level"), FieldPanel("vote_level")]),
                FieldPanel("municipalities", widget=CheckboxSelectMultiple),
                FieldPanel("ideas_each"),
            ],
            heading=_("Кто участвует"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("voting"), FieldPanel("votes_each")]),
                FieldRowPanel([FieldPanel("votes_changeable"), FieldPanel("counts_shown")]),
            ],
            heading=_("Голосование"),
        ),
        InlinePanel(
            "criteria",
            heading=_("По чему оценивают эксперты"),
            label=_("критерий"),
            max_num=10,
            help_text=_("Пусто — осуществимость, польза, стоимость, охват."),
        ),
        FieldPanel("answers_by"),
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from ideas.queries import cycle_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | cycle_context(self, request)

    class Meta:
        verbose_name = _("сбор идей")
        verbose_name_plural = _("сборы идей")

    @property
    def takes_against(self) -> bool:
        return self.voting == self.Voting.BOTH

    @property
    def is_budget(self) -> bool:
        return self.voting == self.Voting.BUDGET


class ReviewCriterion(Bilingual, Orderable):
    """What experts score an idea by. `key` outlives drafts and publications of the page; scores name it."""

    page = ParentalKey(IdeaCyclePage, on_delete=models.CASCADE, related_name="criteria")
    key = models.UUIDField(default=uuid4, editable=False)
    name = models.CharField(_("название"), max_length=80)
    help = models.CharField(_("пояснение"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("вес"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("help"),
        FieldPanel("weight"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("критерий")
        verbose_name_plural = _("критерии")
        constraints = (models.UniqueConstraint(fields=["page", "key"], name="criterion_once"),)

    def __str__(self) -> str:
        return self.label
