"""The demonstration campaign, from the texts in `home/demo/`. Safe to repeat: what stands is recognised and left."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Page, Site

from crowd import clock
from crowd.campaigns.models import CampaignPage, Phase, Sector
from crowd.people.actions import give_consent, grant_role
from crowd.people.models import CampaignRole, ConsentText, Municipality, Person
from discussions.actions import hide_comment, open_thread, publish_comment
from discussions.models import Comment, DiscussionPage, Thread
from home.models import HomePage, NewsPage, StandardPage
from ideas.actions import hide_idea, publish_idea
from ideas.models import Idea, IdeaCyclePage, Vote

TEXTS = Path(__file__).parent / "demo"
DOMAIN = "example.org"
IN_MENU = frozenset({"o-proekte", "voprosy"})
Role = CampaignRole.Role
STAFF_ROLES = {"moderator": Role.MODERATOR, "editor": Role.EDITOR, "operator": Role.OPERATOR}

Raw = Mapping[str, Any]


def texts(name: str) -> Any:
    return json.loads((TEXTS / f"{name}.json").read_text(encoding="utf-8"))


def paragraphs(lines: Iterable[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def stream(blocks: Iterable[Raw]) -> list[tuple[str, Any]]:
    """Return the blocks of a text file as a StreamField takes them."""
    return [_block(block) for block in blocks]


def _block(block: Raw) -> tuple[str, Any]:
    kind = block["kind"]
    if kind == "paragraph":
        return kind, str(paragraphs([block["text"]]))
    if kind == "list":
        items = format_html_join("", "<li>{}</li>", ((item,) for item in block["items"]))
        return "paragraph", str(format_html("<ul>{}</ul>", items))
    if kind == "quote":
        return kind, {"text": block["text"], "author": block.get("author", "")}
    if kind == "figures":
        return kind, block["items"]
    if kind == "accordion":
        return kind, [{"title": item["title"], "text": str(paragraphs([item["text"]]))} for item in block["items"]]
    return "heading", block["text"]


class Demonstration:
    """Loads the campaign; `password` is everybody's."""

    def __init__(self, password: str) -> None:
        # Everybody's password is the same here, so that one costly hash serves all.
        self.password = make_password(password)
        self.now = clock.now()
        self.people: dict[str, Person] = {}
        self.pages: dict[str, Any] = {}
        self.ideas: list[Idea] = []

    @transaction.atomic
    def load(self) -> CampaignPage:
        home = HomePage.objects.get()
        self._place_site()
        self._load_consent()
        self._load_people()
        campaign = self._load_campaign(home)
        self._load_pages(home)
        self._grant_roles(campaign)
        self._load_ideas()
        self._load_comments()
        return campaign

    def _at(self, days: float) -> datetime:
        return self.now + timedelta(days=days)

    def _edge(self, days: int) -> datetime:
        """Return when a phase opens or closes on that day: at an hour that an editor would choose."""
        return timezone.localtime(self._at(days)).replace(hour=9, minute=0, second=0, microsecond=0)

    def _place_site(self) -> None:
        """Links in mails and feeds name the host that SITE_URL names."""
        parts = urlsplit(settings.SITE_URL)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        Site.objects.filter(is_default_site=True).update(hostname=parts.hostname or "localhost", port=port)

    def _load_consent(self) -> None:
        consent = texts("pages")["consent"]
        ConsentText.objects.get_or_create(
            version=int(consent["version"]),
            defaults={"title": consent["title"], "text": "\n\n".join(consent["text"])},
        )

    def _load_people(self) -> None:
        people = texts("people")
        rows = [*people["residents"], *people["experts"], *(people[key] for key in (*STAFF_ROLES, "admin"))]
        consent = ConsentText.objects.order_by("-version").first()
        places = {place.name: place for place in Municipality.objects.all()}
        for row in rows:
            person = self._load_person(row, places)
            if consent:
                give_consent(person=person, text=consent)
            self.people[row["key"]] = person

    def _load_person(self, row: Raw, places: Mapping[str, Municipality]) -> Person:
        email = f"{row['key']}@{DOMAIN}"
        person = Person.objects.filter(email=email).first()
        if person is None:
            person = Person.objects.create(
                email=email,
                password=self.password,
                display_name=row["display_name"],
                municipality=places[row["municipality"]],
                verification=Person.Verification.EMAIL,
                standing=Person.Standing.TRUSTED,
                is_superuser=row["key"] == "admin",
            )
        EmailAddress.objects.get_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
        return person

    def _grant_roles(self, campaign: CampaignPage) -> None:
        admin = self.people["admin"]
        for key, role in STAFF_ROLES.items():
            grant_role(person=self.people[key], role=role, campaign=campaign, granted_by=admin)
        for row in texts("people")["experts"]:
            grant_role(person=self.people[row["key"]], role=Role.EXPERT, campaign=campaign, granted_by=admin)

    def _load_campaign(self, home: HomePage) -> CampaignPage:
        raw = texts("campaign")
        campaign = self._child(
            home,
            CampaignPage(
                title=raw["title"],
                slug=raw["slug"],
                intro=raw["intro"],
                why="\n\n".join(raw["why"]),
                responsible_body=raw["responsible_body"],
                opens_at=self._edge(raw["opens_in_days"]),
                closes_at=self._edge(raw["closes_in_days"]),
                body=stream(raw["blocks"]),
            ),
        )
        for discussion in raw["discussions"]:
            self._load_discussion(campaign, discussion)
        for cycle in raw["cycles"]:
            self._load_cycle(campaign, cycle)
        for news in raw["news"]:
            self._load_news(campaign, news)
        return campaign

    def _load_discussion(self, campaign: CampaignPage, raw: Raw) -> None:
        body = [("paragraph", str(paragraphs(raw["body"])))]
        page = DiscussionPage(title=raw["title"], slug=raw["slug"], intro=raw["intro"], body=body)
        phase = {"name": "Обсуждение", "opens": ["comment"]} | {k: raw[k] for k in ("opens_in_days", "closes_in_days")}
        page = self._child(campaign, page, phases=[phase])
        open_thread(host_kind="discussion", host_id=page.pk, block=page)
        self.pages[f"discussion:{raw['key']}"] = page

    def _load_cycle(self, campaign: CampaignPage, raw: Raw) -> None:
        body = [("heading", "Правила сбора"), _block({"kind": "list", "items": raw["rules"]})]
        page = IdeaCyclePage(title=raw["title"], slug=raw["slug"], intro=raw["intro"], body=body)
        self.pages[raw["key"]] = self._child(campaign, page, phases=raw["phases"])

    def _load_news(self, campaign: CampaignPage, raw: Raw) -> None:
        page = NewsPage(
            title=raw["title"],
            slug=raw["slug"],
            intro=raw["intro"],
            body=[("paragraph", str(paragraphs(raw["body"])))],
            published_on=self._at(raw["published_in_days"]).date(),
        )
        self._child(campaign, page)

    def _load_pages(self, home: HomePage) -> None:
        raw = texts("pages")
        for page in [*raw["pages"], raw["privacy"]]:
            intro, body = page.get("intro", ""), stream(page["body"])
            in_menu = page["slug"] in IN_MENU
            text = StandardPage(title=page["title"], slug=page["slug"], intro=intro, body=body, show_in_menus=in_menu)
            self._child(home, text)

    def _child(self, parent: Page, page: Any, phases: Iterable[Raw] = ()) -> Any:
        """Add and publish the page where its address is free; else return what stands there."""
        standing = type(page).objects.child_of(parent).filter(slug=page.slug).first()
        if standing is not None:
            return standing
        page.live = False
        parent.add_child(instance=page)
        for phase in phases:
            Phase.objects.create(
                page=page,
                name=phase["name"],
                opens_at=self._edge(phase["opens_in_days"]),
                closes_at=self._edge(phase["closes_in_days"]),
                **dict.fromkeys(phase["opens"], True),
            )
        page = type(page).objects.get(pk=page.pk)
        page.save_revision().publish()
        page.refresh_from_db()
        return page

    def _load_ideas(self) -> None:
        sectors = {sector.slug: sector for sector in Sector.objects.all()}
        places = {place.name: place for place in Municipality.objects.all()}
        for number, raw in enumerate(texts("ideas")):
            cycle, key = self.pages[raw["cycle"]], f"demonstration:{number}"
            idea = Idea.objects.filter(cycle=cycle, import_key=key).first()
            if idea is None:
                idea = self._load_idea(raw, cycle, key, sectors[raw["sector"]], places[raw["municipality"]])
            self.ideas.append(idea)

    def _load_idea(self, raw: Raw, cycle: IdeaCyclePage, key: str, sector: Sector, municipality: Municipality) -> Idea:
        moment = self._at(raw["created_in_days"])
        columns = {name: raw[name] for name in ("title", "problem", "solution", "effect")}
        idea = Idea.objects.create(
            cycle=cycle,
            author=self.people[raw["author"]],
            sector=sector,
            municipality=municipality,
            moderation=Idea.Moderation.PENDING,
            created_at=moment,
            published_at=None if raw["moderation"] == "pending" else moment,
            import_key=key,
            **columns,
        )
        idea.tags.set(raw["tags"])
        open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
        if raw["moderation"] != "pending":
            publish_idea(idea_id=idea.pk, actor_id=None)
        if raw["moderation"] == "hidden":
            hide_idea(idea_id=idea.pk, actor_id=self.people["moderator"].pk)
        voters = [self.people[key] for key in raw["supporters"]]
        Vote.objects.bulk_create(Vote(idea=idea, person=person, value=1, cast_at=moment) for person in voters)
        Idea.objects.filter(pk=idea.pk).update(votes_for=len(voters))
        return idea

    def _load_comments(self) -> None:
        by_key: dict[str, Comment] = {}
        for raw in texts("comments"):
            thread, author = self._thread(raw["on"]), self.people[raw["author"]]
            comment = Comment.objects.filter(thread=thread, author=author, body=raw["body"]).first()
            if comment is None:
                comment = self._load_comment(raw, thread, author, by_key.get(raw["parent"] or ""))
            by_key[raw["key"]] = comment

    def _load_comment(self, raw: Raw, thread: Thread, author: Person, parent: Comment | None) -> Comment:
        comment = Comment.objects.create(
            thread=thread,
            author=author,
            parent=parent,
            root=parent and (parent.root or parent),
            body=raw["body"],
            stance=raw["stance"] or "",
            moderation=Comment.Moderation.PENDING,
            created_at=self._at(raw["created_in_days"]),
        )
        publish_comment(comment_id=comment.pk, actor_id=None)
        if raw["moderation"] == "hidden":
            hide_comment(comment_id=comment.pk, actor_id=self.people["moderator"].pk)
        return comment

    def _thread(self, where: str) -> Thread:
        kind, _, key = where.partition(":")
        host = self.pages[where] if kind == "discussion" else self.ideas[int(key)]
        return Thread.objects.get(host_kind=kind, host_id=host.pk)
