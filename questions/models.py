from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from crowd.bilingual import ENGLISH, RUSSIAN
from crowd.campaigns.models import BlockPage
from crowd.people.models import Person
from questions.blocks import ChoicesBlock

IN_ENGLISH = _("Для тех, кто читает сайт по-английски. Пусто — останется русское.")
LOWEST, HIGHEST = 1, 10


@dataclass(frozen=True)
class Wording:
    """A text in the language of who reads now, or in Russian where nobody wrote another."""

    text: str
    language: str

    @classmethod
    def of(cls, russian: str, english: str) -> "Wording":
        return cls(english, ENGLISH) if english and get_language() == ENGLISH else cls(russian, RUSSIAN)


@dataclass(frozen=True)
class Option:
    """What can be chosen: a choice of the editor, or a point of a scale. `name` is what forms and answers call it."""

    name: str
    wording: Wording


class Question(Orderable):
    """What the editor asks on a page. Each person answers it once, so what was answered must stay what it was.

    Its choices are blocks: their ids outlive every draft and publication, and answers name them. A draft that was saved
    before the question was first published does not know the question's number; `key` finds it again.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("один вариант")
        SEVERAL = "several", _("несколько вариантов")
        SCALE = "scale", _("шкала")

    class Scale(models.IntegerChoices):
        FIVE = 5, _("от 1 до 5")
        TEN = HIGHEST, _("от 1 до 10")

    class Results(models.TextChoices):
        AFTER_ANSWER = "after_answer", _("тому, кто ответил; после обсуждения — всем")
        AT_END = "at_end", _("никому до конца обсуждения, потом всем")

    page = ParentalKey(BlockPage, on_delete=models.CASCADE, related_name="questions")
    key = models.UUIDField(default=uuid4)
    text = models.CharField(_("вопрос"), max_length=300)
    text_en = models.CharField(_("вопрос по-английски"), max_length=300, blank=True, help_text=IN_ENGLISH)
    help = models.CharField(
        _("пояснение"), max_length=300, blank=True, help_text=_("Что важно знать, прежде чем отвечать.")
    )
    help_en = models.CharField(_("пояснение по-английски"), max_length=300, blank=True)
    kind = models.CharField(_("как отвечают"), max_length=10, choices=Kind, default=Kind.SINGLE)
    choices = StreamField(
        ChoicesBlock(),
        blank=True,
        verbose_name=_("варианты ответа"),
        help_text=_("Не меньше двух. Для шкалы не нужны."),
    )
    most = models.PositiveSmallIntegerField(
        _("сколько можно выбрать"),
        null=True,
        blank=True,
        help_text=_("Только для нескольких вариантов. Пусто — сколько угодно."),
    )
    scale = models.PositiveSmallIntegerField(
        _("шкала"), choices=Scale, default=Scale.FIVE, help_text=_("Только для шкалы, как и подписи её краёв.")
    )
    low = models.CharField(_("что значит 1"), max_length=60, blank=True, help_text=_("Например: «совсем неудобно»."))
    low_en = models.CharField(_("то же по-английски"), max_length=60, blank=True)
    high = models.CharField(
        _("что значит самая высокая оценка"), max_length=60, blank=True, help_text=_("Например: «очень удобно».")
    )
    high_en = models.CharField(_("то же по-английски"), max_length=60, blank=True)
    results = models.CharField(_("кому видны результаты"), max_length=12, choices=Results, default=Results.AFTER_ANSWER)

    panels: ClassVar[list[Any]] = [
        FieldPanel("text"),
        FieldPanel("text_en"),
        FieldPanel("help"),
        FieldPanel("help_en"),
        FieldPanel("kind"),
        FieldPanel("choices"),
        FieldPanel("most"),
        FieldPanel("scale"),
        FieldRowPanel([FieldPanel("low"), FieldPanel("low_en")]),
        FieldRowPanel([FieldPanel("high"), FieldPanel("high_en")]),
        FieldPanel("results"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("вопрос")
        verbose_name_plural = _("вопросы")
        constraints = (models.UniqueConstraint(fields=["page", "key"], name="question_key_once"),)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def from_serializable_data(
        cls, data: Mapping[str, Any], *, check_fks: bool = True, strict_fks: bool = False
    ) -> "Question | None":
        """Read the question out of a draft, under the number that it has meanwhile got where it was published."""
        if data["pk"] is None:
            standing = cls.objects.filter(page_id=data["page"], key=data["key"]).values_list("pk", flat=True)
            data = {**data, "pk": standing.first()}
        question: Question | None = model_from_serializable_data(cls, data, check_fks, strict_fks)
        return question

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """An answered question outlives a draft that lacks it; it goes with its page only.

        The editor's form says so before; what comes here is a draft saved before the first answer, published after it.
        """
        return (0, {}) if self.responses.exists() else super().delete(*args, **kwargs)

    @property
    def wording(self) -> Wording:
        return Wording.of(self.text, self.text_en)

    @property
    def hint(self) -> Wording:
        return Wording.of(self.help, self.help_en)

    @property
    def lowest(self) -> Wording:
        return Wording.of(self.low, self.low_en)

    @property
    def highest(self) -> Wording:
        return Wording.of(self.high, self.high_en)

    @property
    def options(self) -> list[Option]:
        """Return what can be chosen, in the order of the page."""
        if self.kind == self.Kind.SCALE:
            points = [str(point) for point in range(LOWEST, self.scale + 1)]
            return [Option(point, Wording(point, RUSSIAN)) for point in points]
        return [
            Option(block.id or "", Wording.of(block.value["text"], block.value["text_en"])) for block in self.choices
        ]


class Response(models.Model):
    """That a person answered a question: once, and for good."""

    question = models.ForeignKey(Question, models.RESTRICT, related_name="responses", verbose_name=_("вопрос"))
    # Only with the page may a question go that was answered: this key is the way.
    page = models.ForeignKey(BlockPage, models.CASCADE, related_name="+", verbose_name=_("раздел"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="responses", verbose_name=_("человек"))
    # Of a scale; of the other kinds the choices are rows of their own.
    value = models.PositiveSmallIntegerField(_("оценка"), null=True, blank=True)
    # Whether the worker has folded it into the tally.
    tallied = models.BooleanField(default=False)
    answered_at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("ответ на вопрос")
        verbose_name_plural = _("ответы на вопросы")
        constraints = (
            models.UniqueConstraint(fields=["question", "person"], name="response_once"),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__range=(LOWEST, HIGHEST)), name="response_on_the_scale"
            ),
        )
        indexes = (
            models.Index(fields=["question"], name="response_untallied", condition=models.Q(tallied=False)),
            models.Index(fields=["person", "-answered_at"], name="response_person"),
        )

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value or ''}"


class ResponseChoice(models.Model):
    """One of the choices that a response names."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="choices", verbose_name=_("ответ"))
    choice = models.CharField(_("вариант"), max_length=36)

    class Meta:
        verbose_name = _("выбранный вариант")
        verbose_name_plural = _("выбранные варианты")
        constraints = (
            models.UniqueConstraint(fields=["response", "choice"], name="response_choice_once"),
            models.CheckConstraint(condition=~models.Q(choice=""), name="response_choice_named"),
        )

    def __str__(self) -> str:
        return self.choice


class Tally(models.Model):
    """How many responses name an option; without an option, how many people answered.

    Folded from `Response` by the worker: a cache, proved by `reconcile`, never written by who answers.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="tallies", verbose_name=_("вопрос"))
    option = models.CharField(max_length=36, blank=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("счёт ответов")
        verbose_name_plural = _("счёт ответов")
        constraints = (models.UniqueConstraint(fields=["question", "option"], name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.question_id} {self.option}: {self.number}"
