"""The interface in Russian, its source, and in English: nothing untranslated, every plural with all its forms."""

import re
import shutil

import polib
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import ngettext, npgettext, override

from crowd import clock
from home.models import HomePage, NewsPage, StandardPage
from tests.factories import comments, ideas, pages, people

SOURCES = ("crowd", "discussions", "home", "ideas", "search", "services", "templates")
FORMS = {"ru": 4, "en": 2}
CYRILLIC = re.compile("[А-Яа-яЁё]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w+>")
NUMBERS = (0, 1, 2, 5, 11, 21, 22, 111)
# What of an element's attributes people read or hear; scripts show the rest of these.
SPOKEN = ("alt", "aria-label", "placeholder", "title")


def catalog(language):
    return polib.pofile(str(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"))


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def msgstrs(entry):
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def copy_sources(folder):
    """Extraction writes beside what it reads, so it reads a copy."""
    for name in SOURCES:
        shutil.copytree(
            settings.BASE_DIR / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.mo"),
        )
    (folder / "locale").mkdir()


def test_catalogs_hold_every_string_of_code_and_templates(tmp_path, monkeypatch, settings, capfd):
    if shutil.which("xgettext") is None:
        pytest.skip("GNU gettext is not installed: strings cannot be collected")
    held = {language: {key(entry) for entry in catalog(language)} for language in FORMS}
    copy_sources(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", locale=["en"], no_location=True, verbosity=0)

    written = {key(entry) for entry in polib.pofile(str(tmp_path / "locale/en/LC_MESSAGES/django.po"))}
    said = "".join(capfd.readouterr())
    assert len(written) > 500
    assert {language: written - entries for language, entries in held.items()} == {"ru": set(), "en": set()}
    # One string both counted and not would be one entry: a context tells them apart.
    assert "warning" not in said


@pytest.mark.parametrize("language", FORMS)
def test_no_entry_is_fuzzy_or_obsolete(language):
    po = catalog(language)

    assert [entry.msgid for entry in po if entry.fuzzy or entry.obsolete] == []
    assert not po.metadata_is_fuzzy


@pytest.mark.parametrize("language", FORMS)
def test_every_plural_has_all_forms_of_the_language(language):
    po = catalog(language)
    incomplete = [
        entry.msgid
        for entry in po
        if entry.msgid_plural and (len(msgstrs(entry)) != FORMS[language] or not all(msgstrs(entry)))
    ]

    assert incomplete == []
    assert po.metadata["Plural-Forms"].startswith(f"nplurals={FORMS[language]};")


def test_every_string_is_in_english():
    untranslated = [entry.msgid for entry in catalog("en") if not all(msgstrs(entry))]
    russian = [text for entry in catalog("en") for text in msgstrs(entry) if CYRILLIC.search(text)]

    assert untranslated == []
    assert russian == []


@pytest.mark.parametrize("language", FORMS)
def test_translations_keep_the_placeholders(language):
    lost = [
        (entry.msgid, text)
        for entry in catalog(language)
        for text in msgstrs(entry)
        if text and placeholders(text) != placeholders(entry.msgid)
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "комментариев комментарий комментария комментариев комментариев комментарий комментария комментариев"),
        ("en", "comments comment comments comments comments comments comments comments"),
    ],
)
def test_comments_are_counted(language, words):
    with override(language):
        counted = [
            ngettext("%(comments)s комментарий", "%(comments)s комментариев", number) % {"comments": number}
            for number in NUMBERS
        ]

    assert counted == [f"{number} {word}" for number, word in zip(NUMBERS, words.split(), strict=True)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "голосов голос голоса голосов голосов голос голоса голосов"),
        ("en", "votes vote votes votes votes votes votes votes"),
    ],
)
def test_votes_are_counted_in_their_context(language, words):
    with override(language):
        counted = [npgettext("beneath its number", "голос", "голосов", number) for number in NUMBERS]

    assert counted == words.split()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "секунд секунду секунды секунд секунд секунду секунды секунд"),
        ("en", "seconds second seconds seconds seconds seconds seconds seconds"),
    ],
)
def test_seconds_are_counted(language, words):
    with override(language):
        counted = [
            ngettext("%(number)d секунду", "%(number)d секунд", number) % {"number": number} for number in NUMBERS
        ]

    assert counted == [f"{number} {word}" for number, word in zip(NUMBERS, words.split(), strict=True)]


def russian_in_interface(html):
    """Return the Russian that people read or hear on the page outside of what is marked as Russian."""
    body = BeautifulSoup(html, "html.parser").body
    for element in body.select('[lang="ru"], script'):
        element.decompose()
    spoken = [
        value
        for element in body.find_all(True)
        for name, value in element.attrs.items()
        if name in SPOKEN or name.startswith("data-")
    ]
    return [text for text in [*body.stripped_strings, *spoken] if CYRILLIC.search(text)]


def render_all(client):
    """Return the pages in English by address, each with something on it."""
    home = HomePage.objects.get()
    campaign = pages.campaign(intro="Коротко", why="Затем", responsible_body="Департамент")
    discussion = pages.discussion(campaign, intro="Коротко")
    cycle = pages.cycle(campaign)
    pages.phase(cycle, "submit", starts=2, ends=3, name="Второй этап")
    home.add_child(instance=StandardPage(title="О проекте", show_in_menus=True))
    campaign.add_child(instance=NewsPage(title="Новость", published_on=clock.now().date()))
    author = people.person(display_name="Anna", municipality=people.municipality())
    idea = ideas.idea(cycle, author=author, tags=["парк"], municipality=people.municipality())
    comments.comments(comments.thread(discussion), 1, author=author)
    addresses = ("/", campaign.url, discussion.url, idea.get_absolute_url(), "/accounts/login/", "/nothing-here/")
    return {address: client.get(f"/en{address.removeprefix('/en')}").content.decode() for address in addresses}


@pytest.mark.django_db
def test_english_pages_have_no_russian_but_what_is_marked(client):
    rendered = render_all(client)

    assert {address: russian for address, html in rendered.items() if (russian := russian_in_interface(html))} == {}
    assert "Running now" in rendered["/"]
    assert "Sign in" in rendered["/accounts/login/"]


@pytest.mark.django_db
def test_what_the_check_looks_for_is_there_in_russian(client):
    page = client.get("/accounts/login/").content.decode()

    assert "Вход" in russian_in_interface(page)
