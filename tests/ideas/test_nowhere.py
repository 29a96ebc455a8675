"""What somebody may not see is nowhere: one table of states, seekers and every place an idea could come out of."""

import pytest
from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from crowd.people.models import ConsentText
from discussions.actions import post_comment
from discussions.models import Thread
from ideas.models import Attachment
from search.documents import registry
from search.engines import DatabaseEngine
from tests.discussions.socket_case import SocketCase
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role
from tests.ideas.states import HIDDEN

WORDS, SAID = "Бегемоты в бассейне", "Комментарий под бегемотами"
JSON = {"headers": {"Accept": "application/json"}}

SEEKERS = {
    "nobody": lambda _found: None,
    "resident": lambda _found: person(),
    "moderator of another campaign": lambda _found: with_role("moderator", pages.campaign("Другой проект")),
    "expert of the campaign": lambda found: with_role("expert", found.cycle.get_parent().specific),
}
# Addresses that name the idea, and how they are asked.
NAMED = {
    "page": ("/ideas/{pk}/", {}),
    "page with its name": ("{url}", {}),
    "page in English": ("/en/ideas/{pk}/", {}),
    "versions": ("/ideas/{pk}/versions/", {}),
    "poster": ("/ideas/{pk}/poster/", {}),
    "code": ("/ideas/{pk}/qr.svg", {}),
    "picture": ("{picture}", {}),
    "attachment": ("/attachments/{attachment}/", {}),
    "thread": ("/threads/{thread}/comments/", {}),
    "thread as JSON": ("/threads/{thread}/comments/?after=0", JSON),
    "comment": ("/comments/{comment}/", {}),
}
# Addresses that act upon it, for who is signed in.
ACTS = {
    "vote": ("/ideas/{pk}/vote/", {"value": "1"}),
    "edit": ("/ideas/{pk}/edit/", {"title": "Другое название", "problem": "Другие слова"}),
    "withdraw": ("/ideas/{pk}/withdraw/", {}),
    "clarify": ("/ideas/{pk}/clarify/", {"body": "Ещё слово"}),
    "invite": ("/ideas/{pk}/co-authors/", {"email": "somebody@example.org"}),
    "answer": ("/ideas/{pk}/answer/", {}),
    "merge": ("/ideas/{pk}/merge/", {}),
    "move a vote": ("/ideas/{pk}/move-vote/", {}),
    "comment": ("/threads/{thread}/comments/", {"body": "Слово"}),
}
# Pages and files that name many.
LISTS = {
    "list": "{cycle}",
    "list by new": "{cycle}?order=new",
    "list by votes": "{cycle}?order=top",
    "list by comments": "{cycle}?order=discussed",
    "list by words": "{cycle}?q=бегемоты",
    "campaign": "{campaign}",
    "home": "/",
    "search": "/search/?q=бегемоты",
    "feed": "/feeds/ideas/{cycle_pk}/",
    "sitemap": "/sitemaps/ideas-{thousand}.xml",
    "next idea": "{other}",
}


@pytest.fixture
def somewhere(settings, tmp_path, db):
    """A public idea that was found, read and talked about, beside another; and what its addresses are made of."""
    settings.ELASTICSEARCH_URL, settings.PRIVATE_MEDIA_ROOT = "", str(tmp_path)
    ConsentText.objects.all().delete()
    cycle = pages.cycle()
    found = idea(cycle, title=WORDS, problem=f"{WORDS} мешают плавать.", votes_for=3)
    other = idea(cycle, title="Кувшинки в бассейне")
    thread = Thread.objects.get(host_kind="idea", host_id=found.pk)
    comment = post_comment(author=person(), thread=thread, body=SAID)
    attachment = Attachment.objects.create(
        idea=found,
        file=ContentFile(b"%PDF-1.4", name="plan.pdf"),
        name="plan.pdf",
        size=8,
        content_type="application/pdf",
    )
    for _ in DatabaseEngine().rebuild(registry.kinds.values()):
        pass
    places = {
        "pk": found.pk,
        "thousand": found.pk // 1000,
        "url": found.get_absolute_url(),
        "picture": reverse("sharing:picture", args=("idea", found.pk, "0" * 16)),
        "attachment": attachment.pk,
        "thread": thread.pk,
        "comment": comment.pk,
        "cycle": cycle.url,
        "cycle_pk": cycle.pk,
        "campaign": cycle.get_parent().url,
        "other": other.get_absolute_url(),
    }
    return found, places


def seeker(name, found):
    client = Client()
    if who := SEEKERS[name](found):
        client.force_login(who)
    return client


def test_it_is_everywhere_while_it_is_public(somewhere):
    """Or what follows would say nothing."""
    found, places = somewhere
    client = seeker("resident", found)

    named = statuses(client, places)

    assert set(named.values()) <= {200, 301, 302, 303}, named
    # These two name no idea where no editor's block asks for it.
    assert mentioned(client, places) == set(LISTS) - {"home", "campaign"}


def statuses(client, places):
    found = {}
    for name, (url, how) in NAMED.items():
        response = client.get(url.format(**places), **how)
        found[name] = response.status_code
        # Read to its end: then a file is closed as a server would.
        response.getvalue()
    return found


def mentioned(client, places):
    """Return the lists that name the idea, its comment, or its address."""
    found = set()
    for name, url in LISTS.items():
        response = client.get(url.format(**places))
        assert response.status_code in {200, 404}, (name, response.status_code)
        body = response.content.decode()
        text = strip_tags(body)
        if any(words in text for words in (WORDS, SAID)) or f"/ideas/{places['pk']}-" in body:
            found.add(name)
    return found


@pytest.mark.parametrize("who", SEEKERS)
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_nowhere(somewhere, state, who):
    found, places = somewhere
    client = seeker(who, found)
    HIDDEN[state](found)

    assert statuses(client, places) == dict.fromkeys(NAMED, 404)
    assert mentioned(client, places) == set()


@pytest.mark.parametrize("who", [name for name in SEEKERS if name != "nobody"])
@pytest.mark.parametrize("state", HIDDEN)
def test_nobody_acts_upon_what_is_not_public(somewhere, state, who):
    found, places = somewhere
    client = seeker(who, found)
    HIDDEN[state](found)

    refused = {name: client.post(url.format(**places), data, **JSON).status_code for name, (url, data) in ACTS.items()}

    assert refused == dict.fromkeys(ACTS, 404)


@pytest.mark.parametrize("number", ["999999", "0", "99999999999999999999"])
def test_unknown_number_is_answered_alike(somewhere, number):
    found, places = somewhere
    client = seeker("resident", found)
    unknown = places | dict.fromkeys(("pk", "thread", "comment", "attachment"), number)
    unknown |= {"url": f"/ideas/{number}-nazvanie/", "picture": f"/share/idea-{number}-{'0' * 16}.png"}

    assert statuses(client, unknown) == dict.fromkeys(NAMED, 404)


class SocketOfAnIdeaTests(SocketCase):
    async def test_socket_of_what_is_not_public_is_refused(self):
        for state, hide in HIDDEN.items():
            found = await sync_to_async(idea)()
            thread = await sync_to_async(Thread.objects.get)(host_kind="idea", host_id=found.pk)
            await sync_to_async(hide)(found)

            assert not await self.socket(thread_id=thread.pk).connect(), state
