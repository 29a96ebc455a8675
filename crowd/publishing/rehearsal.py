"""A page as it will be at a chosen moment: what stands on the stage, what a reader would get, where links lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib import import_module
from io import BytesIO
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page, Site

from crowd.campaigns.models import BlockPage, CampaignPage, Phase
from crowd.people.models import Person
from crowd.people.queries import roles_of
from crowd.publishing.inert import inert
from crowd.publishing.queries import campaign_id_of
from crowd.publishing.rules import may_rehearse
from crowd.publishing.stage import is_staged, rehearsed

DRAFTS, LIVE = "drafts", "live"
MINUTE = timedelta(minutes=1)
# Of the bar's own fields; everything else in the address is the rehearsed page's.
OWN = frozenset({"at", "show"})
# What the rehearsed request keeps of the editor's: where the site is, nothing of who asks.
PASSED_ON = (
    "HTTP_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "SERVER_NAME",
    "SERVER_PORT",
    "REMOTE_ADDR",
)


def get_rehearsable_page_or_404(person: Person, pk: int) -> Page:
    """Return the page if this person may rehearse it: the one door to a rehearsal."""
    page = Page.objects.filter(pk=pk, depth__gt=1).first()
    if page is None or not is_rehearsable(person, page):
        raise Http404
    return page.specific


def is_rehearsable(person: Person, page: Page) -> bool:
    return may_rehearse(roles_of(person), campaign_id_of(page))


@dataclass(frozen=True)
class Boundary:
    """A moment at which something opens or closes, and the moments on both sides of it to look at."""

    moment: datetime
    what: str
    where: str
    opens: bool

    @property
    def before(self) -> datetime:
        return self.after - MINUTE

    @property
    def after(self) -> datetime:
        """The first whole minute at which it has happened: the form knows no seconds."""
        whole = self.moment.replace(second=0, microsecond=0)
        return whole if whole == self.moment else whole + MINUTE


@dataclass(frozen=True)
class Shown:
    """What came of a rehearsal: the page's HTML, drafts that are not complete, and the moments worth a look."""

    html: str
    visible: bool
    incomplete: list[str]
    boundaries: list[Boundary]


@dataclass(frozen=True)
class Rehearsal:
    page: Page
    person: Person
    at: datetime
    show: str = DRAFTS

    def scope(self) -> Q:
        """Return the condition of pages that are rehearsed together: the campaign's, else what is beneath the page."""
        campaign = CampaignPage.objects.ancestor_of(self.page, inclusive=True).first()
        return Q(path__startswith=(campaign or self.page).path)

    def staged_pages(self) -> list[Page]:
        if self.show == LIVE:
            return []
        pages = Page.objects.filter(self.scope()).filter(alias_of=None).order_by("path")
        return [page for page in pages if is_staged(page)]

    def url(self, page_id: int, at: datetime, query: str = "") -> str:
        local = timezone.localtime(at, timezone.get_default_timezone())
        own = {"at": local.strftime("%Y-%m-%dT%H:%M"), "show": self.show}
        other = [(name, value) for name, value in parse_qsl(query) if name not in OWN]
        return f"{reverse('rehearsal', args=[page_id])}?{urlencode([*own.items(), *other])}"

    def perform(self, request: HttpRequest) -> Shown:
        """Render the page on the stage, where the database refuses every write."""
        with rehearsed(self.staged_pages(), self.at) as incomplete:
            html, visible = self._render(request)
            return Shown(html, visible, incomplete, self._boundaries())

    def _render(self, request: HttpRequest) -> tuple[str, bool]:
        """Return the page as a visitor gets it who is not signed in, and whether there is one."""
        with translation.override(settings.LANGUAGE_CODE):
            reader = reader_request(request, self.address)
            page = Page.objects.filter(pk=self.page.pk, live=True).first()
            if page is not None:
                try:
                    response = page.specific.serve(reader)
                except Http404:
                    page = None
            if page is None or response.status_code != HTTPStatus.OK:
                return render_to_string("publishing/not_there.html", {"page": self.page}, reader), False
            if hasattr(response, "render"):
                response.render()
            return response.content.decode(), True

    @property
    def address(self) -> str:
        """Where the page stands on the site, published or not."""
        return _address(self.page.url_path, _root_path(self.page))

    def _boundaries(self) -> list[Boundary]:
        blocks = BlockPage.objects.filter(self.scope(), live=True).values("pk")
        found = []
        for phase in Phase.objects.filter(page__in=blocks).select_related("page"):
            found.append(Boundary(phase.opens_at, phase.name, phase.page.title, opens=True))
            found.append(Boundary(phase.closes_at, phase.name, phase.page.title, opens=False))
        return sorted(found, key=lambda boundary: (boundary.moment, boundary.opens))

    def finished(self, shown: Shown, bar: str) -> str:
        """Return the rehearsed page with the bar on top, and nothing in it that could do anything."""
        led = self._led()

        def lead(path: str, query: str) -> str | None:
            return self.url(led[path], self.at, query) if path in led else None

        return inert(shown.html, address=self.address, bar=bar, lead=lead)

    def _led(self) -> dict[str, int]:
        """Return the pages to which links of the rehearsed page may lead, by their addresses."""
        root_path = _root_path(self.page)
        own = Page.objects.filter(self.scope())
        above = [page for page in self.page.get_ancestors().filter(depth__gt=1) if is_rehearsable(self.person, page)]
        pages = [*own.values_list("url_path", "pk"), *((page.url_path, page.pk) for page in above)]
        return {_address(url_path, root_path): pk for url_path, pk in pages}


def _root_path(page: Page) -> str:
    """Return the path of the site's root page, above which no address reaches."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return site.root_page.url_path if site else page.url_path


def _address(url_path: str, root_path: str) -> str:
    return "/" + url_path.removeprefix(root_path)


def reader_request(original: HttpRequest, address: str) -> WSGIRequest:
    """Return the request of a visitor who is not signed in and remembers nothing, for the page at the address."""
    query = urlencode([(name, value) for name, values in original.GET.lists() if name not in OWN for value in values])
    environ = {name: original.META[name] for name in PASSED_ON if name in original.META}
    environ |= {
        "REQUEST_METHOD": "GET",
        # Bytes, as servers hand them over.
        "PATH_INFO": address.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_ACCEPT": "text/html",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": original.scheme,
    }
    request = WSGIRequest(environ)
    request.user = AnonymousUser()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.LANGUAGE_CODE = settings.LANGUAGE_CODE
    return request
