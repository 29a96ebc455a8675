"""The blocks that pages are composed of: what they refuse, what they show, and how they look in the editor's list."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from wagtail.blocks import StreamBlock

from crowd.campaigns.blocks import ContentBlocks, ResultBlocks
from crowd.campaigns.blocks.media import video_service
from crowd.people.actions import grant_role
from home.models import HomePage, StandardPage
from ideas.models import Idea
from tests.factories import ideas, pages
from tests.factories.people import person
from tests.factories.pictures import document, picture

pytestmark = pytest.mark.django_db

BLOCKS = ContentBlocks()
NASTY = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def render(kind, value):
    block = BLOCKS.child_blocks[kind]
    return block.render(block.normalize(value))


def errors_of(kind, value):
    block = BLOCKS.child_blocks[kind]
    with pytest.raises(ValidationError) as refused:
        block.clean(block.normalize(value))
    return {name: error.messages for name, error in refused.value.block_errors.items()}


def cleaned(kind, value):
    block = BLOCKS.child_blocks[kind]
    return block.clean(block.normalize(value))


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page_with(body, slug="tekst"):
    return HomePage.objects.get().add_child(instance=StandardPage(title="Текст", slug=slug, body=body))


# What an editor typed never becomes markup.


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("heading", NASTY),
        ("quote", {"text": NASTY, "author": "", "role": ""}),
        ("steps", [{"title": NASTY, "text": ""}]),
        ("people", [{"name": NASTY, "role": "", "organisation": "", "portrait": None}]),
        ("figures", [{"value": NASTY, "label": "чего", "source": "", "source_url": ""}]),
        ("timeline", [{"date": date(2026, 11, 1), "title": NASTY, "text": ""}]),
        ("chart", {"title": NASTY, "unit": "", "rows": [{"label": "а", "value": 1}], "source": ""}),
        ("call", {"title": NASTY, "label": "Да", "address": "https://example.org/"}),
        ("video", {"title": NASTY, "url": "https://rutube.ru/video/1/", "poster": None}),
        ("accordion", [{"title": NASTY, "text": "<p>Ответ</p>"}]),
        ("image", {"image": None, "alt_text": NASTY, "decorative": False, "caption": ""}),
    ],
)
def test_block_shows_what_was_typed_as_text(kind, value):
    html = render(kind, value)

    assert NASTY not in html
    assert ESCAPED in html


def test_every_kind_of_block_has_its_template_label_icon_and_shelf():
    for stream in (ContentBlocks(), ResultBlocks()):
        for name, block in stream.child_blocks.items():
            assert (name, bool(block.meta.template), bool(block.label), bool(block.meta.group)) == (
                name,
                True,
                True,
                True,
            )
            assert block.meta.icon != "placeholder", name
            assert str(block.get_description()), name


# Pictures


def test_image_without_words_is_refused_beside_them():
    assert errors_of("image", {"image": picture(), "alt_text": " ", "decorative": False, "caption": ""}) == {
        "alt_text": ["Опишите, что на картинке, или отметьте, что это только украшение."]
    }


def test_image_with_words_or_as_a_decoration_is_taken():
    image = picture()

    assert cleaned("image", {"image": image, "alt_text": "Зимник", "decorative": False})["image"] == image
    assert cleaned("image", {"image": image, "alt_text": "", "decorative": True})["decorative"] is True


def test_decorative_image_has_empty_words_even_where_some_were_typed():
    html = render(
        "image", {"image": picture(drawn=True), "alt_text": "Осталось", "decorative": True, "caption": "Подпись"}
    )

    assert 'alt=""' in html
    assert "Осталось" not in html


def test_image_that_is_gone_from_the_library_leaves_its_words():
    html = render("image", {"image": None, "alt_text": "Очередь у окна", "decorative": False})

    assert "<img" not in html
    assert text_of(html) == "Очередь у окна"


def test_pictures_of_a_page_cost_the_same_queries_however_many(client):
    def block(image):
        return ("image", {"image": image, "alt_text": "Слова", "decorative": False, "caption": ""})

    one = page_with([block(picture(drawn=True))], slug="odna")
    many = page_with([block(picture(f"Картинка {number}", width=400, height=200, drawn=True)) for number in range(12)])
    client.get(one.url)

    with CaptureQueriesContext(connection) as first:
        client.get(one.url)
    with CaptureQueriesContext(connection) as second:
        html = client.get(many.url).content.decode()

    assert html.count("<picture") == 12
    assert len(second.captured_queries) == len(first.captured_queries)


# Videos


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://rutube.ru/video/abc/", "Rutube"),
        ("https://vkvideo.ru/video-1_2", "VK Видео"),
        ("https://vk.com/video-1_2", "VK Видео"),
        ("https://www.youtube.com/watch?v=abc", "YouTube"),
        ("https://m.youtube.com/watch?v=abc", "YouTube"),
        ("https://youtu.be/abc", "YouTube"),
        ("http://rutube.ru/video/abc/", ""),
        ("https://rutube.ru/", ""),
        ("https://rutube.ru:8443/video/abc/", ""),
        ("https://rutube.ru.example.org/video/abc/", ""),
        ("https://rutube.ru@example.org/video/abc/", ""),
        ("https://example.org/video.mp4", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_video_is_taken_from_known_services_only(address, service):
    assert video_service(address) == service


def test_video_elsewhere_is_refused_beside_its_link_in_russian():
    assert errors_of("video", {"title": "Видео", "url": "https://example.org/video.mp4"}) == {
        "url": ["Нужна ссылка на само видео, с https://, на одном из сервисов: Rutube, VK Видео, YouTube."]
    }


def test_video_loads_nothing_of_its_service():
    value = {"title": "Как подать идею", "url": "https://youtu.be/abc", "poster": picture(drawn=True), "summary": ""}

    html = render("video", value)

    assert re.findall(r"<(iframe|script|embed|object|video)\b", html) == []
    assert [url for url in re.findall(r'(?:src|srcset|poster)="([^"]*)"', html) if "//" in url] == []
    assert re.findall(r'href="(http[^"]*)"', html) == ["https://youtu.be/abc"]
    assert "Смотреть на YouTube" in text_of(html)
    assert 'rel="noopener noreferrer external"' in html


# Documents, calls, ideas


def test_document_says_its_kind_and_size():
    html = render("document", {"document": document(content=b"x" * 2048), "title": "", "note": "Порядок"})

    assert text_of(html) == "Положение PDF, 2,0 КБ Порядок"


def test_document_that_is_gone_leaves_its_title():
    html = render("document", {"document": None, "title": "Положение", "note": ""})

    assert "<a " not in html
    assert text_of(html) == "Положение"


@pytest.mark.parametrize("both", [True, False])
def test_call_leads_to_one_place(both):
    page = page_with([])
    value = {"title": "Пора", "label": "Да", "page": page if both else None}
    value["address"] = "https://example.org/" if both else ""

    assert errors_of("call", value) == {"page": ["Укажите, куда ведёт кнопка: страницу сайта или адрес, что-то одно."]}


def test_call_to_an_unpublished_page_is_not_shown():
    page = page_with([])
    value = {"title": "Пора", "label": "Да", "page": page, "address": ""}

    assert f'href="{page.url}"' in render("call", value)
    page.live = False
    assert render("call", value).strip() == ""


def test_ideas_of_a_cycle_are_listed_in_the_chosen_order():
    cycle = pages.cycle()
    few = ideas.idea(cycle, title="Мало голосов", votes_for=1)
    ideas.idea(cycle, title="Скрытая", moderation=Idea.Moderation.HIDDEN, votes_for=9)
    many = ideas.idea(cycle, title="Много голосов", votes_for=5)
    ideas.idea(title="Чужая", votes_for=7)

    html = render("ideas", {"title": "Идеи", "cycle": cycle.page_ptr, "order": "top", "count": 4})

    found = re.findall(r'href="(/ideas/[^"]+)"', html)
    assert found == [many.get_absolute_url(), few.get_absolute_url()]


def test_ideas_of_a_cycle_that_the_public_may_not_see_are_not_shown():
    cycle = pages.cycle()
    ideas.idea(cycle)
    cycle.unpublish()

    assert render("ideas", {"title": "Идеи", "cycle": cycle.page_ptr, "order": "new", "count": 4}).strip() == ""


def test_chart_shows_its_numbers_in_a_table():
    rows = [{"label": "Транспорт", "value": 4}, {"label": "ЖКХ", "value": 2}]

    html = render("chart", {"title": "О чём пишут", "unit": "идей", "rows": rows, "source": "Первый сбор"})

    cells = re.findall(r'<th scope="row">([^<]+)</th>\s*<td>([^<]+)</td>', html)
    assert cells == [("Транспорт", "4"), ("ЖКХ", "2")]
    assert "Первый сбор" in html


def test_question_of_a_published_page_has_an_address_of_its_own(client):
    page = page_with([("accordion", [{"title": "Кто?", "text": "<p>Все.</p>"}])])

    html = client.get(page.url).content.decode()

    assert len(re.findall(r'<details id="q-[0-9a-f-]{36}">', html)) == 1


# The editor's list


def all_blocks():
    streams: list[StreamBlock] = [ContentBlocks(), ResultBlocks()]
    return {name: block for stream in streams for name, block in stream.child_blocks.items()}


@pytest.mark.parametrize("filled", [False, True], ids=["empty library", "full library"])
def test_every_block_has_a_preview_in_the_sites_own_style(client, filled):
    campaign = pages.campaign()
    editor = person()
    grant_role(person=editor, role="editor", campaign=campaign, granted_by=person(is_superuser=True))
    client.force_login(editor)
    if filled:
        ideas.idea(pages.cycle(campaign), title="Идея для показа")
        picture(drawn=True)
        document()

    for name, block in all_blocks().items():
        assert block.is_previewable, name
        response = client.get("/admin/block-preview/", {"id": block.definition_prefix})
        html = response.content.decode()
        assert (name, response.status_code) == (name, 200)
        assert "css/components" in html, name
        if filled or name not in {"ideas", "image"}:
            body = text_of(html.partition("<main>")[2])
            assert len(body) > 5, name


def test_picture_component_without_picture_and_words_is_nothing():
    assert render_to_string("components/picture.html", {"alt": ""}).strip() == ""
