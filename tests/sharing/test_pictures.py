from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from crowd.limits.models import Usage
from crowd.limits.rules import LIMITS
from crowd.sharing import pictures
from crowd.sharing.queries import Shared
from home.models import HomePage, NewsPage
from ideas.models import Idea
from tests.factories.ideas import idea
from tests.factories.pages import campaign, cycle, discussion
from tests.factories.translations import translation as english

pytestmark = pytest.mark.django_db


def shared(title="Автобусы на карте", **fields):
    return Shared(kind="idea", id=1, title=title, description="", language="ru", path="/", **fields)


def address(kind, pk, name="0" * 16):
    return reverse("sharing:picture", args=(kind, pk, name))


def present(client, kind, pk, prefix=""):
    return client.get(prefix + address(kind, pk)).url


def size(drawn):
    with Image.open(BytesIO(drawn)) as image:
        return image.size


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = str(tmp_path)


def test_every_kind_has_a_picture(client):
    page = campaign()
    home = HomePage.objects.get()
    news = page.add_child(instance=NewsPage(title="Новость", published_on="2026-11-01"))
    things = [
        ("campaign", page.pk),
        ("discussion", discussion(page, slug="talk").pk),
        ("cycle", cycle(page, slug="ideas").pk),
        ("news", news.pk),
        ("page", home.pk),
        ("idea", idea(cycle(page, slug="more")).pk),
    ]

    for kind, pk in things:
        response = client.get(present(client, kind, pk))

        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Cookie" not in response.headers.get("Vary", "")
        assert size(response.content) == (1200, 630)


def test_picture_of_another_kind_is_not_there(client):
    page = campaign()

    assert client.get(address("news", page.pk)).status_code == 404
    assert client.get(address("idea", page.pk)).status_code == 404
    assert client.get(address("page", 999999)).status_code == 404


def test_changed_title_has_another_address_and_the_old_leads_there(client):
    page = campaign(title="Раньше")
    before = present(client, "campaign", page.pk)
    page.title = "Теперь"
    page.save()

    moved = client.get(before)

    assert moved.status_code == 302
    assert moved.url != before
    assert client.get(moved.url).status_code == 200


def test_picture_speaks_the_language_of_its_address(client):
    page = campaign(title="Сервисы")
    english(page, title="Services")

    russian = present(client, "campaign", page.pk)
    other = client.get(f"/en/share/campaign/{page.pk}-{'0' * 16}.png").url

    assert other.startswith("/en/share/campaign/")
    assert other.split("-")[-1] != russian.split("-")[-1]
    assert client.get(other).status_code == 200


def test_picture_of_what_is_hidden_is_refused_though_it_was_drawn(client):
    page = campaign()
    made = idea(cycle(page))
    of_idea, of_page = present(client, "idea", made.pk), present(client, "campaign", page.pk)
    assert client.get(of_idea).status_code == client.get(of_page).status_code == 200

    Idea.objects.filter(pk=made.pk).update(moderation=Idea.Moderation.HIDDEN)
    hidden = client.get(of_idea).status_code
    Idea.objects.filter(pk=made.pk).update(moderation=Idea.Moderation.PUBLISHED)
    page.unpublish()

    assert hidden == 404
    assert client.get(of_page).status_code == 404
    assert client.get(of_idea).status_code == 404


def test_picture_is_drawn_once_and_kept(client):
    name = present(client, "campaign", campaign().pk)
    first = client.get(name).content
    [kept] = Path(pictures.settings.PRIVATE_MEDIA_ROOT).glob("share/*/*.png")
    kept.write_bytes(b"as it was kept")

    assert size(first) == (1200, 630)
    assert client.get(name).content == b"as it was kept"
    assert kept.parent.joinpath(kept.name).exists()
    assert len(list(kept.parent.iterdir())) == 1


def test_drawing_is_limited_and_what_is_kept_is_not(client):
    kept = present(client, "campaign", campaign().pk)
    client.get(kept)
    Usage.objects.filter(rule="share_picture").update(count=LIMITS["share_picture"].network)
    new = present(client, "campaign", campaign(title="Другой", slug="other").pk)

    refused = client.get(new)

    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert client.get(kept).status_code == 200


def test_nobody_waits_long_for_the_pen(client, monkeypatch):
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    name = present(client, "campaign", campaign().pk)

    with pictures._drawing:
        response = client.get(name)

    assert (response.status_code, response["Retry-After"]) == (503, "60")


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Ж" * 300,
        "Очень длинное название " * 20,
        "</svg><script>alert(1)</script> ]]> & \x00 \x0b \ufffe",
        "🦌🦌🦌",
        '"><image href="file:///etc/passwd"/>',
        "&xxe; <!ENTITY x SYSTEM 'file:///etc/passwd'>",
    ],
)
def test_any_title_gives_a_picture(title):
    assert size(pictures.png(shared(title, context=title, label=title[:20]), title)) == (1200, 630)


def test_long_title_is_cut_within_the_picture():
    size_, lines = pictures.fitted("Очень длинное название " * 20)

    assert size_ == 46
    assert lines[-1].endswith("…")
    assert all(pictures._font(size_).getlength(line) <= pictures.TITLE_WIDTH for line in lines)


def test_short_words_stay_with_the_next():
    assert pictures.wrapped("Цифровые сервисы в Югре", 84) == ["Цифровые сервисы", "в\N{NO-BREAK SPACE}Югре"]


def test_markup_in_a_title_is_written_not_obeyed():
    assert "<image" not in pictures.svg(shared('"><image href="file:///etc/passwd"/>'), "Сайт")


def test_pictures_of_a_month_ago_are_forgotten(tmp_path):
    import os
    import time

    pictures.draw_and_keep(shared("Раньше"), "Сайт")
    [old] = tmp_path.glob("share/*/*.png")
    os.utime(old, (1, time.time() - pictures.KEPT_SECONDS - 60))
    pictures.draw_and_keep(shared("Теперь"), "Сайт")

    pictures.forget_old_pictures()

    assert len(list(tmp_path.glob("share/*/*.png"))) == 1
    assert not old.exists()
