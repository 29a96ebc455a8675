"""What pages are made of besides their own fields: a cover; a campaign's experts and what was done."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Orderable

LINK = re.compile(r"/(?!/)\S*|https://[^\s/]+\.\S+")


def validate_link(value: str) -> None:
    if not LINK.fullmatch(value):
        raise ValidationError(_("Адрес начинается с / (страница этого сайта) или с https://."))


class Covered(models.Model):
    """A page with a picture at its top and on its card."""

    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("обложка"),
        help_text=_("Лежачая картинка, лучше шириной от 1280 точек."),
    )
    cover_alt = models.CharField(
        _("что на обложке"),
        max_length=250,
        blank=True,
        help_text=_("Для тех, кто её не видит. Пусто, если это только украшение."),
    )

    cover_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Обложка"))
    ]

    class Meta:
        abstract = True


class CampaignExpert(Orderable):
    page = ParentalKey("campaigns.CampaignPage", on_delete=models.CASCADE, related_name="experts")
    name = models.CharField(_("имя и фамилия"), max_length=120)
    role = models.CharField(
        _("кто это"), max_length=160, blank=True, help_text=_("Занятие и организация, как их назовут жителям.")
    )
    photo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("портрет"),
        help_text=_("Без портрета покажем первые буквы имени."),
    )

    panels: ClassVar[list[Any]] = [FieldPanel("name"), FieldPanel("role"), FieldPanel("photo")]

    class Meta(Orderable.Meta):
        verbose_name = _("эксперт проекта")
        verbose_name_plural = _("эксперты проекта")

    def __str__(self) -> str:
        return self.name


class CampaignOutcome(models.Model):
    """Something that was done because residents asked for it; dated, and linked to what it began with."""

    page = ParentalKey("campaigns.CampaignPage", on_delete=models.CASCADE, related_name="outcomes")
    title = models.CharField(
        _("что сделано"), max_length=160, help_text=_("Готовое дело: «Автобусы 5 маршрутов видны на карте».")
    )
    text = models.TextField(_("подробнее"), max_length=400, blank=True)
    done_on = models.DateField(_("когда"))
    link = models.CharField(
        _("откуда это взялось"),
        # A Russian address is six times as long as its words.
        max_length=1000,
        blank=True,
        validators=[validate_link],
        help_text=_("Адрес идеи, новости или страницы: /ideas/12/ или https://…"),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("done_on"),
        FieldPanel("link"),
    ]

    class Meta:
        verbose_name = _("сделанное дело")
        verbose_name_plural = _("сделанные дела")
        ordering = ("-done_on", "-pk")

    def __str__(self) -> str:
        return self.title
