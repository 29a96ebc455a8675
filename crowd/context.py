"""What every page's frame needs: the site's name, its menus, the languages. Read only where a template asks for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page, Site

from crowd.campaigns.models import CampaignPage
from crowd.people.queries import roles_of
from crowd.people.rules import may_act_for_residents
from crowd.sharing.names import site_name, site_name_language
from crowd.tree import site_of
from crowd.vision import Vision
from home.models import PolicyPage
from home.queries import policy_pages, running_campaigns, site_texts
from services.queries import has_listed_services

ADMIN = "wagtailadmin.access_admin"


class Language(NamedTuple):
    code: str
    name: str
    url: str


@dataclass
class Platform:
    request: HttpRequest

    @cached_property
    def _site(self) -> Site | None:
        return site_of(self.request)

    @property
    def name(self) -> str:
        return site_name(self.request)

    @property
    def name_language(self) -> str:
        return site_name_language(self.request)

    @cached_property
    def texts(self) -> tuple[Page, ...]:
        """The site's pages of text, directly beneath its home page: the footer lists them."""
        return site_texts(self._site.root_page_id) if self._site else ()

    @cached_property
    def policies(self) -> dict[str, PolicyPage]:
        """The documents that forms refer to: `rules`, `privacy`."""
        return policy_pages(self._site.root_page_id) if self._site else {}

    @cached_property
    def running(self) -> list[CampaignPage]:
        """The projects that run now: where else to go from a page that is not there."""
        return running_campaigns(self._site.root_page_id) if self._site else []

    @property
    def menu(self) -> list[Page]:
        return [page for page in self.texts if page.show_in_menus]

    @property
    def rates_services(self) -> bool:
        """Whether there is anything to see on the page of services and their ratings."""
        return has_listed_services()

    @cached_property
    def other_languages(self) -> list[Language]:
        """The page that is open, in the other languages."""
        address = self.request.get_full_path()
        return [
            Language(code, get_language_info(code)["name_local"].capitalize(), translate_url(address, code))
            for code, _name in settings.LANGUAGES
            if code != get_language()
        ]

    @cached_property
    def vision(self) -> Vision:
        """What the reader chose of the version for the visually impaired."""
        return Vision.of(self.request)

    @property
    def vision_url(self) -> str:
        """Where it is chosen, and from where one comes back to the page that is open."""
        here, settings_page = self.request.get_full_path(), reverse("vision")
        return here if self.request.path == settings_page else f"{settings_page}?{urlencode({'next': here})}"

    @property
    def leads_to_admin(self) -> bool:
        """Whether who is signed in may work in the admin. Who has no role and no group is asked no further."""
        person = getattr(self.request, "user", None)
        roles = roles_of(person)
        return person is not None and (bool(roles) or roles.in_groups) and person.has_perm(ADMIN)

    @property
    def draft_key(self) -> str | None:
        """Whose drafts of forms the browser may keep: nobody's (None), a person's, at a service centre none ("")."""
        person = getattr(self.request, "user", None)
        if person is None or not person.is_authenticated:
            return None
        if may_act_for_residents(roles_of(person)):
            return ""
        return salted_hmac("crowd.drafts", str(person.pk), algorithm="sha256").hexdigest()[:16]

    @property
    def worker_url(self) -> str:
        """The helper that keeps public pages for reading without a line, where it is turned on."""
        return reverse("service_worker") if settings.OFFLINE_READING else ""


def site(request: HttpRequest) -> dict[str, Any]:
    return {"platform": Platform(request)}
