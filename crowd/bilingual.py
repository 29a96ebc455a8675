"""Names that an editor may give in English too: of sectors, of places, of phases."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

RUSSIAN, ENGLISH = "ru", "en"


class Bilingual(models.Model):
    """A `name` in Russian, and where somebody typed it, `name_en`; `label` is the one for who reads now."""

    name_en = models.CharField(
        _("название по-английски"),
        max_length=80,
        blank=True,
        help_text=_("Для тех, кто читает сайт по-английски. Пусто — останется русское."),
    )

    name: Any

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        """The language of `label`."""
        return ENGLISH if self.name_en and get_language() == ENGLISH else RUSSIAN

    @property
    def label(self) -> str:
        return self.name_en if self.language == ENGLISH else self.name
