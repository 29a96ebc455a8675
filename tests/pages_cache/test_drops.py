"""What changes a page drops it, on commit; what does not leaves it alone."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site_settings
from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction, Site

from crowd import clock
from crowd.campaigns.models import Sector
from crowd.events import actions as events
from crowd.events.models import Event
from crowd.events.registry import registry
from crowd.pages_cache import store
from crowd.pages_cache.handlers import drop_missed
from crowd.pages_cache.tags import HEEDED, QUIET
from crowd.people.actions import edit_person, publish_consent_text
from discussions.actions import hide_comment, post_comment
from home.actions import count_participation
from home.models import HomePage, StandardPage
from ideas.actions import cast_vote, hide_idea, publish_idea
from ideas.handlers import fold_votes
from ideas.models import Idea
from tests.factories import pages
from tests.factories.comments import thread
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


class Places:
    def __init__(self):
        self.thread = thread(pages.discussion())
        self.idea = idea()
        text = HomePage.objects.get().add_child(instance=StandardPage(title="О площадке"))
        self.urls = {
            "home": "/",
            "text": text.url,
            "campaign": self.thread.block.get_parent().url,
            "discussion": self.thread.block.url,
            "thread": f"/threads/{self.thread.pk}/comments/",
            "other campaign": self.idea.cycle.get_parent().url,
            "list": self.idea.cycle.url,
            "idea": self.idea.get_absolute_url(),
        }


@pytest.fixture
def places(reader, committed):
    with committed():
        found = Places()
    reader.warm(*found.urls.values())
    return found


@pytest.fixture
def dropped(places, reader):
    """Which of the pages are no longer kept."""
    return lambda: {name for name, url in places.urls.items() if not reader.is_kept(url)}


IN_DISCUSSION = {"home", "campaign", "discussion", "thread"}
IN_CYCLE = {"home", "other campaign", "list", "idea"}
EVERYTHING = IN_DISCUSSION | IN_CYCLE | {"text"}


def test_comment_drops_what_shows_it(places, dropped, committed):
    with committed():
        post_comment(author=person(), thread=places.thread, body="Слово")

    assert dropped() == IN_DISCUSSION


def test_new_page_shows_the_comment(places, client, committed):
    with committed():
        post_comment(author=person(), thread=places.thread, body="Слово из комментария")

    assert "Слово из комментария" in client.get(places.urls["discussion"]).content.decode()
    assert "1 комментарий" in client.get(places.urls["campaign"]).content.decode()


def test_hidden_comment_is_gone_at_once_however_patient_the_cache(places, client, reader, committed, settings):
    settings.PAGES_CACHE_BEHIND_SECONDS = 3600
    with committed():
        said = post_comment(author=person(), thread=places.thread, body="Плохое слово")
        reader.client.get(places.urls["discussion"])

    with committed():
        hide_comment(comment_id=said.pk, actor_id=None)

    assert "Плохое слово" not in client.get(places.urls["discussion"]).content.decode()


def test_history_of_a_comment_is_kept_until_its_thread_changes(places, reader, committed):
    with committed():
        said = post_comment(author=person(), thread=places.thread, body="Слово")
    url = f"/comments/{said.pk}/history/"
    reader.warm(url)
    kept = reader.is_kept(url)

    with committed():
        hide_comment(comment_id=said.pk, actor_id=None)

    assert (kept, reader.is_kept(url)) == (True, False)


def test_vote_drops_its_idea_and_lists(places, dropped, committed):
    with committed():
        cast_vote(person=person(), idea=places.idea, value=1)

    assert dropped() == IN_CYCLE


def test_folded_votes_drop_the_lists_that_go_by_them(places, dropped, reader, committed):
    with committed():
        cast_vote(person=person(), idea=places.idea, value=1)
    reader.warm(*places.urls.values())

    with committed():
        fold_votes(list(Event.objects.filter(kind="vote.cast")))

    assert dropped() == {"other campaign", "list"}


@pytest.mark.parametrize(("before", "change"), [("published", hide_idea), ("pending", publish_idea)])
def test_decision_about_an_idea_drops_it_and_lists(places, dropped, committed, before, change):
    Idea.objects.filter(pk=places.idea.pk).update(moderation=before)

    with committed():
        change(idea_id=places.idea.pk, actor_id=None)

    assert dropped() == IN_CYCLE


def test_thread_beneath_a_hidden_idea_goes_with_it(client, reader, committed, places):
    address = f"/threads/{thread_of(places.idea).pk}/comments/"
    reader.warm(address)

    with committed():
        hide_idea(idea_id=places.idea.pk, actor_id=None)

    assert client.get(address).status_code == 404


def thread_of(one):
    from discussions.actions import open_thread

    return open_thread(host_kind="idea", host_id=one.pk, block=one.cycle)


def test_name_drops_everything(dropped, committed):
    with committed():
        edit_person(person=person(), display_name="Новое имя", municipality=None)

    assert dropped() == EVERYTHING


def test_consent_text_drops_everything(dropped, committed):
    with committed():
        publish_consent_text(title="Согласие", text="Новое", publisher=person(is_superuser=True))

    assert dropped() == EVERYTHING


def publish(places):
    places.thread.block.save_revision().publish()


def unpublish(places):
    places.thread.block.unpublish()


def move(places):
    places.thread.block.refresh_from_db()
    places.thread.block.specific.move(places.idea.cycle.get_parent(), pos="last-child")


def delete(places):
    StandardPage.objects.get().delete()


def add_phase(places):
    pages.phase(places.thread.block, "comment")


def rename_sector(places):
    Sector.objects.first().save()


def rename_site(places):
    Site.objects.get().save()


def redirect(places):
    Redirect.add_redirect("/old", "/")


def restrict(places):
    PageViewRestriction.objects.create(page=places.thread.block, restriction_type="login")


EDITS = [publish, unpublish, move, delete, add_phase, rename_sector, rename_site, redirect, restrict]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_what_editors_do_drops_everything(places, reader, committed, edit):
    with committed():
        edit(places)

    assert not reader.is_kept("/")
    assert not reader.is_kept(places.urls["idea"])


def test_what_is_waited_with_drops_nothing(places, dropped, committed):
    with committed():
        block = places.thread.block
        type(block).objects.filter(pk=block.pk).update(comments_premoderation="everybody")
        post_comment(author=person(), thread=places.thread, body="Ждёт")

    assert dropped() == set()


def test_what_is_taken_back_drops_nothing(places, dropped, committed):
    with committed(), transaction.atomic():
        post_comment(author=person(), thread=places.thread, body="Слово")
        transaction.set_rollback(True)

    assert dropped() == set()


def test_counted_participation_drops_the_home_page(dropped, committed):
    with committed():
        count_participation()

    assert dropped() == {"home"}


def test_event_nobody_thought_of_drops_all_that_it_names(places, dropped, committed):
    with committed(), transaction.atomic():
        subject = events.Subject("idea", places.idea.pk)
        events.record("idea.painted", subject=subject, campaign_id=places.idea.cycle.campaign_id)

    assert dropped() == IN_CYCLE


def test_every_kind_of_event_has_been_thought_of():
    code = [
        path.read_text()
        for folder in ("crowd", "discussions", "ideas", "home", "questions", "services")
        for path in Path(site_settings.BASE_DIR, folder).rglob("*.py")
        if "migrations" not in path.parts and "pages_cache" not in path.parts
    ]
    told = {kind for text in code for kind in re.findall(r'(?:record\w*|_record\w*)\(\s*"([a-z_]+\.[a-z_]+)"', text)}

    assert told
    assert told - HEEDED - QUIET == set()


# Where the writer did not tell


def test_worker_drops_what_was_missed(places, dropped):
    post_comment(author=person(), thread=places.thread, body="Слово")
    assert dropped() == set()

    drop_missed(list(Event.objects.filter(kind="comment.published")))

    assert dropped() == IN_DISCUSSION


def test_worker_leaves_alone_what_was_told(places, dropped, reader, committed):
    with committed():
        post_comment(author=person(), thread=places.thread, body="Слово")
    reader.warm(*places.urls.values())

    drop_missed(list(Event.objects.filter(kind="comment.published")))

    assert dropped() == set()


def test_worker_hears_of_all_that_changes_a_page():
    assert registry.consumers["pages_cache.missed"].kinds == HEEDED


# What changes while the page is made


def test_page_made_while_something_changed_counts_as_old(places, client, reader, committed, settings):
    """The page is read before the comment, and kept after it."""
    from django.template.backends.django import Template

    drop = store.drop
    store.drop({f"thread:{places.thread.pk}"})
    render = Template.render
    told = []

    def render_slowly(self, *arguments, **options):
        made = render(self, *arguments, **options)
        if not told:
            told.append(True)
            drop({f"thread:{places.thread.pk}"})
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", render_slowly)
        client.get(places.urls["discussion"])

    assert told
    assert not reader.is_kept(places.urls["discussion"])
    assert reader.is_kept(places.urls["discussion"])


# What ends by itself


@pytest.mark.parametrize(("phase_ends", "kept_for", "gone_after"), [(2, 90, 121), (180, 270, 301)])
def test_page_ends_with_the_phase_or_after_five_minutes(reader, committed, phase_ends, kept_for, gone_after):
    with time_machine.travel("2026-11-12T09:00:00Z", tick=False) as now:
        with committed():
            page = pages.discussion(opens=())
            pages.phase(page, "comment", starts=-1, ends=phase_ends / 1440)
        reader.client.get(page.url)

        now.shift(kept_for)
        before = reader.is_kept(page.url)
        now.shift(gone_after - kept_for)

        assert (before, reader.is_kept(page.url)) == (True, False)


def test_page_ends_with_the_day(reader):
    # Midnight in Khanty-Mansiysk, by the database's clock, which no test can move, and by the cache's.
    moment = datetime(2026, 11, 12, 18, 59, tzinfo=UTC)
    with clock.at(moment), time_machine.travel(moment, tick=False) as now:
        reader.warm("/")

        now.shift(30)
        before = reader.is_kept("/")
        now.shift(31)

        assert (before, reader.is_kept("/")) == (True, False)


def test_page_that_ends_at_once_is_not_kept(reader, committed):
    with time_machine.travel("2026-11-12T09:00:00Z", tick=False):
        with committed():
            page = pages.discussion(opens=())
            pages.phase(page, "comment", starts=-1, ends=0.5 / 86400)
        reader.client.get(page.url)

        assert not reader.is_kept(page.url)


def test_moved_boundary_is_heeded(reader, committed):
    with time_machine.travel("2026-11-12T09:00:00Z", tick=False) as now:
        with committed():
            page = pages.discussion(opens=())
            phase = pages.phase(page, "comment")
        reader.warm(page.url)
        with committed():
            phase.closes_at = clock.now() + timedelta(seconds=60)
            phase.save()
        reader.warm(page.url)

        now.shift(61)

        assert not reader.is_kept(page.url)
