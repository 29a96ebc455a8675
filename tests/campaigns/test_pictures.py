"""Pictures are drawn in all sizes before a reader comes, and never for one."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from PIL import Image as PillowImage
from wagtail.images import get_image_model

from crowd.campaigns.pictures import SPECS, draw, draw_undrawn, undrawn
from crowd.events.models import Event
from tests.factories.pictures import picture

pytestmark = pytest.mark.django_db


def shown(image, arguments=""):
    return Template("{% load pictures %}{% picture image " + arguments + " %}").render(Context({"image": image}))


def test_picture_offers_avif_webp_and_one_jpeg_in_its_sizes():
    html = shown(picture(drawn=True), '"text" "Зимняя дорога"')

    sources = re.findall(r'<source type="(image/\w+)" srcset="([^"]+)" sizes="([^"]+)">', html)
    assert [kind for kind, _srcset, _sizes in sources] == ["image/avif", "image/webp"]
    for _kind, srcset, sizes in sources:
        assert re.findall(r" (\d+)w", srcset) == ["320", "640", "1280"]
        assert sizes == "(min-width: 46rem) 42rem, calc(100vw - 2rem)"
    assert re.search(
        r'<img src="[^"]+\.jpg" alt="Зимняя дорога" width="640" height="360" decoding="async" loading="lazy">', html
    )


def test_first_picture_of_a_page_is_loaded_at_once():
    html = shown(picture(drawn=True), '"page" "" first=True')

    assert 'fetchpriority="high"' in html
    assert "loading=" not in html


def test_small_picture_is_not_made_larger():
    html = shown(picture(width=400, height=300, drawn=True))

    assert re.findall(r" (\d+)w", html) == ["320", "400", "320", "400"]


def test_picture_that_is_not_drawn_yet_is_words_and_draws_nothing():
    """What the editor uploaded is given to nobody: it may say where it was taken."""
    image = picture(width=800, height=450)

    html = shown(image, '"text" "Слова"')

    assert "Слова" in html
    assert image.file.url not in html
    assert "<img" not in html
    assert image.renditions.count() == 0


def test_files_are_what_they_say():
    image = picture(drawn=True)

    formats = set()
    for rendition in image.renditions.all():
        with PillowImage.open(rendition.file.path) as file:
            formats.add((Path(rendition.file.path).suffix, file.format))
    assert formats == {(".avif", "AVIF"), (".webp", "WEBP"), (".jpg", "JPEG")}


def test_worker_draws_what_is_not_drawn_and_tells_it():
    drawn, new = picture(drawn=True), picture("Новая", width=400, height=300)

    draw_undrawn()

    assert new.renditions.count() == len(SPECS)
    assert list(undrawn()) == []
    assert list(Event.objects.filter(kind="image.drawn").values_list("subject_id", flat=True)) == [new.pk]
    assert drawn.renditions.count() == len(SPECS)


def test_file_that_cannot_be_read_hinders_no_other(caplog):
    good, broken = picture("Целая", width=400, height=300), picture("Пропала", width=400, height=300)
    Path(broken.file.path).unlink()

    draw_undrawn()

    assert good.renditions.count() == len(SPECS)
    assert list(undrawn()) == [broken]
    assert not draw(get_image_model().objects.get(pk=broken.pk))
    assert "cannot be drawn" in caplog.text
