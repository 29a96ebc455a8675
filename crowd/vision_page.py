"""The page where a reader chooses the version for the visually impaired: kept in a cookie, without JavaScript."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.people.views import SeeOther, next_page
from crowd.vision import CHOICES, COOKIE, Vision

HOME = "/"
A_YEAR = 60 * 60 * 24 * 365
# What is offered first to who has not chosen yet: one press turns the version on.
OFFERED = Vision(size="large", contrast="black-on-white")
WORDS = {
    "size": {"normal": _("Обычный"), "large": _("Крупный, в полтора раза"), "huge": _("Очень крупный, в два раза")},
    "contrast": {
        "normal": _("Как на обычном сайте"),
        "black-on-white": _("Чёрным по белому"),
        "white-on-black": _("Белым по чёрному"),
        "blue-on-sky": _("Тёмно-синим по голубому"),
    },
    "spacing": {"normal": _("Обычные"), "wide": _("Увеличенные")},
    "images": {"on": _("Показывать"), "off": _("Не показывать, оставить описания")},
}


class VisionForm(forms.Form):
    size = forms.ChoiceField(label=_("Размер букв"))
    contrast = forms.ChoiceField(label=_("Цвета"))
    spacing = forms.ChoiceField(label=_("Промежутки между буквами и строками"))
    images = forms.ChoiceField(label=_("Картинки"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in CHOICES.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.widget = forms.RadioSelect()
            field.choices = [(value, WORDS[name][value]) for value in values]

    @property
    def chosen(self) -> Vision:
        return Vision(**self.cleaned_data)


def back_to(request: HttpRequest) -> str:
    """Return the page to go back to: one of this site's, and not this one again."""
    wanted = next_page(request, HOME)
    return HOME if wanted.split("?", 1)[0] == reverse("vision") else wanted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vision_settings(request: HttpRequest) -> HttpResponse:
    """Offer the choices and keep what is chosen for a year; «Обычная версия» forgets it."""
    back = back_to(request)
    if request.method != "POST":
        now = Vision.of(request)
        form = VisionForm(initial=vars(now if now.is_on else OFFERED))
        return render(request, "pages/vision.html", {"form": form, "next": back})
    if "usual" in request.POST:
        return with_choice(SeeOther(back), Vision())
    form = VisionForm(request.POST)
    if not form.is_valid():
        return render(request, "pages/vision.html", {"form": form, "next": back}, status=422)
    return with_choice(SeeOther(back), form.chosen)


def with_choice(response: HttpResponse, chosen: Vision) -> HttpResponse:
    """Put the choice into the reader's cookie; the usual look needs none."""
    if chosen.is_on:
        response.set_cookie(
            COOKIE, chosen.key, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
