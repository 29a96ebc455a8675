"""The version for the visually impaired: its cookie, the page that sets it, and what a page looks like with it."""

import re

import pytest
from django.conf import settings

from crowd.vision import CHOICES, Vision, words_for_pictures

pytestmark = pytest.mark.django_db
CHOSEN = {"size": "huge", "contrast": "white-on-black", "spacing": "wide", "images": "off"}
KEY = "huge.white-on-black.wide.off"


def html_tag(client, address="/"):
    return " ".join(re.search(r"<html[^>]*>", client.get(address).content.decode()).group().split())


@pytest.mark.parametrize("key", ["", "nonsense", "huge", "huge.white-on-black.wide.off.more", "a.b.c.d", "…" * 5000])
def test_cookie_of_nonsense_is_the_usual_look(key):
    assert Vision.parse(key) == Vision()


def test_cookie_keeps_what_it_says_rightly():
    assert Vision.parse("huge.green.wide.off") == Vision(size="huge", spacing="wide", images="off")


def test_key_is_read_back():
    chosen = Vision(**CHOSEN)

    assert (chosen.key, Vision.parse(chosen.key), chosen.is_on) == (KEY, chosen, True)


def test_usual_page_has_nothing_of_it(client):
    text = client.get("/").content.decode()

    assert html_tag(client) == '<html lang="ru">'
    assert "vision.css" not in text
    assert "vision-bar" not in text


def test_chosen_version_is_on_every_page(client):
    client.cookies["vision"] = KEY

    text = client.get("/search/?q=1").content.decode()

    assert html_tag(client) == (
        '<html lang="ru" data-size="huge" data-contrast="white-on-black" data-spacing="wide" data-images="off">'
    )
    assert "css/vision.css" in text
    assert '<a href="/vision/?next=%2Fsearch%2F%3Fq%3D1#usual">' in text


def test_settings_page_offers_a_version_to_who_has_none(client):
    response = client.get("/vision/?next=/search/")
    text = response.content.decode()

    assert response.context["form"].initial == vars(Vision(size="large", contrast="black-on-white"))
    assert text.count('type="radio"') == sum(map(len, CHOICES.values()))
    assert '<input type="hidden" name="next" value="/search/">' in text
    assert "no-store" in response["Cache-Control"]


def test_settings_page_shows_what_is_chosen(client):
    client.cookies["vision"] = KEY

    assert client.get("/vision/").context["form"].initial == CHOSEN


def test_choice_is_kept_for_a_year(client):
    response = client.post("/vision/", CHOSEN | {"next": "/search/?q=1"})

    assert (response.status_code, response["Location"]) == (303, "/search/?q=1")
    assert "no-store" in response["Cache-Control"]
    cookie = response.cookies["vision"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == (KEY, 31_536_000, "/")
    assert (cookie["samesite"], cookie["httponly"], cookie["secure"]) == ("Lax", True, "")


def test_cookie_is_secure_where_the_site_is(client, settings):
    settings.SESSION_COOKIE_SECURE = True

    response = client.post("/vision/", CHOSEN)

    assert response.cookies["vision"]["secure"] is True


@pytest.mark.parametrize("posted", [{"usual": "1"}, {"usual": "1"} | CHOSEN, vars(Vision())])
def test_usual_version_forgets_the_choice(client, posted):
    client.cookies["vision"] = KEY

    response = client.post("/vision/", posted | {"next": "/search/"})

    assert (response.status_code, response["Location"]) == (303, "/search/")
    assert (response.cookies["vision"].value, response.cookies["vision"]["max-age"]) == ("", 0)
    assert html_tag(client) == '<html lang="ru">'


@pytest.mark.parametrize(
    "hostile",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:///evil.example", ""],
)
def test_nobody_is_led_elsewhere(client, hostile):
    assert client.post("/vision/", CHOSEN | {"next": hostile})["Location"] == "/"


@pytest.mark.parametrize("address", ["/vision/", "/vision/?next=/vision/"])
def test_nobody_is_led_round_in_circles(client, address):
    assert client.post("/vision/", CHOSEN | {"next": address})["Location"] == "/"


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", [None, "", "enormous", "huge.white"])
def test_wrong_value_is_named_beside_its_question(client, name, value):
    posted = CHOSEN | {name: value}
    if value is None:
        del posted[name]

    response = client.post("/vision/", posted)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert "vision" not in response.cookies
    assert f'href="#id_{name}"' in response.content.decode()
    assert f'id="id_{name}"' in response.content.decode()


def test_english_page_leads_back_to_english(client):
    assert client.get("/en/vision/?next=/en/search/").context["next"] == "/en/search/"
    assert client.post("/en/vision/", CHOSEN | {"next": "/en/vision/"})["Location"] == "/"


def tokens(css, opening):
    """The colours that a block of rules sets: those of the tokens whose value names a colour."""
    block = css[css.index(opening) + len(opening) :].split("}")[0]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


@pytest.mark.parametrize(
    ("html", "instead"),
    [
        ('<p><img src="a.png" alt="Река зимой"></p>', '<p><span class="picture-words">Река зимой</span></p>'),
        ("<img alt='Река' src=a.png>", '<span class="picture-words">Река</span>'),
        ('<IMG SRC="a.png" ALT="a &gt; b">', '<span class="picture-words">a &gt; b</span>'),
        ('<img alt="a > b" src="a.png"/>x', '<span class="picture-words">a > b</span>x'),
        ('<a href="/"><img src="a.png" alt=""></a>', '<a href="/"></a>'),
        ('<img src="a.png"><imgs alt="x">', '<imgs alt="x">'),
        (
            '<picture class="a"><source type="image/avif" srcset="a 1w"><img src="a.png" alt="Чум"></picture>',
            '<span class="picture-words">Чум</span>',
        ),
        ('<video><source src="a.mp4"></video>', '<video><source src="a.mp4"></video>'),
        ('<img data-alt="нет" src="a.png" alt="да">', '<span class="picture-words">да</span>'),
    ],
)
def test_words_stand_in_the_place_of_pictures(html, instead):
    assert words_for_pictures(html) == instead


def test_pictures_are_off_where_the_reader_says_so(client):
    assert 'alt=""' in client.get("/").content.decode()

    client.cookies["vision"] = "normal.normal.normal.off"

    assert "<img" not in client.get("/").content.decode()


SCHEMES = [value for value in CHOICES["contrast"] if value != "normal"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scheme_has_a_say_on_every_colour(scheme):
    usual = tokens((settings.BASE_DIR / "static/css/crowd.css").read_text(), ":root {")
    colours = {name for name, value in usual.items() if re.match(r"#|rgb|hsl|oklch|color", value)}
    css = (settings.BASE_DIR / "static/css/vision.css").read_text()

    own = tokens(css, f'[data-contrast="{scheme}"] {{') | tokens(
        css, 'html[data-contrast]:not([data-contrast="normal"]) {'
    )

    assert len(colours) > 15
    assert colours - own.keys() == set()


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG's ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


INKS = ("ink", "ink-quiet", "link", "berry", "moss", "amber", "ice")
GROUNDS = ("snow", "surface", "sunk")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_asks_the_system_for_more_contrast_gets_seven_to_one(scheme):
    css = (settings.BASE_DIR / "static/css/crowd.css").read_text()
    shown = tokens(css, ":root {") | tokens(css, "@media (prefers-contrast: more) {\n  :root {")
    if scheme == "dark":
        shown |= tokens(css, "@media (prefers-color-scheme: dark) {\n  :root {")
        shown |= tokens(css, "@media (prefers-contrast: more) and (prefers-color-scheme: dark) {\n  :root {")

    ratios = {
        f"{ink} on {ground}": contrast(shown[f"--{ink}"], shown[f"--{ground}"]) for ink in INKS for ground in GROUNDS
    }

    assert {pair: round(ratio, 1) for pair, ratio in ratios.items() if ratio < 7} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_are_as_far_apart_as_the_standard_has_them(scheme):
    css = (settings.BASE_DIR / "static/css/vision.css").read_text()
    two = tokens(css, f'[data-contrast="{scheme}"] {{')

    assert contrast(two["--two-ink"], two["--two-paper"]) > 7
