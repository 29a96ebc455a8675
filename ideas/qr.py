"""The idea's address as a picture for posters."""

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ideas.models import Idea


def poster_address(idea: Idea) -> str:
    """Return the shortest address that leads to the idea, whatever its title will be: fewer squares are read sooner."""
    with override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse('ideas:short', kwargs={'pk': idea.pk})}"


def qr_svg(idea: Idea) -> bytes:
    """Return an SVG of the QR code of the idea's address, with the quiet margin that readers need.

    A quarter of it may be dirty or torn (level Q): it hangs in stairways.
    """
    out = io.BytesIO()
    code = segno.make(poster_address(idea), error="q", micro=False)
    code.save(out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return out.getvalue()
