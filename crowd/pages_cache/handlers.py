"""Dropping pages: on commit, by the process that changed what they show; by the worker, where that was missed."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from modelcluster.fields import ParentalKey
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.images.models import AbstractImage
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail.snippets.models import get_snippet_models

from crowd.events.models import Event
from crowd.events.registry import Away as PartAway
from crowd.events.registry import at_commit, subscribe
from crowd.pages_cache import store
from crowd.pages_cache.shown import drop
from crowd.pages_cache.tags import HEEDED, SITE, change_of

EDITORIAL = (Page, PageViewRestriction, Site, Redirect, AbstractSetting, AbstractImage)


def drop_for(events: Sequence[Event]) -> None:
    """Drop what the events changed; where the cache is away, coming back drops all, and the worker sees to the rest."""
    try:
        _drop_for(events)
    except store.Away:
        return


def _drop_for(events: Sequence[Event]) -> None:
    gone: dict[bool, set[str]] = {}
    for event in events:
        if change := change_of(event):
            gone.setdefault(change.gentle, set()).update(change.tags)
    for gentle, tags in gone.items():
        store.drop(tags, gentle=gentle, events=[event.pk for event in events])


def drop_missed(events: Sequence[Event]) -> None:
    """Drop what the process that wrote the events did not.

    It ended between the commit and the cache, could not reach the cache, or has a cache in its own memory.
    """
    try:
        missed = store.untold([event.pk for event in events])
        _drop_for([event for event in events if event.pk in missed])
    except store.Away as error:
        raise PartAway(str(error)) from error


@cache
def is_editorial(model: type[Model]) -> bool:
    """Say whether editors make it: pages and their parts, snippets, settings, redirects, pictures, who may see what."""
    parts = any(isinstance(field, ParentalKey) for field in model._meta.get_fields())  # noqa: SLF001 - Django's name
    return parts or issubclass(model, EDITORIAL) or model in get_snippet_models()


def editors_changed(sender: Any, **_: Any) -> None:
    """What editors make is in every page's frame and changes rarely: all pages go."""
    if is_editorial(sender):
        transaction.on_commit(partial(drop, {SITE}), robust=True)


def register() -> None:
    at_commit("pages_cache", drop_for)
    subscribe("pages_cache.missed", kinds=HEEDED, handler=drop_missed, batch=200, atomic=False)
    # The signals of pages come last in publishing and moving, when all rows are written.
    for signal in (post_save, post_delete, page_published, page_unpublished, post_page_move):
        signal.connect(editors_changed, dispatch_uid="pages_cache")
