"""The demonstration campaign, from the texts in `home/demo/`. Safe to repeat: what stands is recognised and left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from wagtail.models import Site

from crowd import clock
from crowd.campaigns.models import CampaignPage
from crowd.people.actions import confirm_resident, give_consent, grant_role
from crowd.people.models import CampaignRole, ConsentText, Municipality, Person
from crowd.people.queries import roles_of
from discussions.actions import hide_comment, publish_comment
from discussions.models import Comment, Thread
from discussions.rules import voice_of
from home.actions import count_participation
from home.demonstration.english import load_english
from home.demonstration.ideas import IdeaLoader
from home.demonstration.lives import LifeLoader
from home.demonstration.pages import PageLoader
from home.demonstration.questions import load_questions
from home.demonstration.reactions import load_reactions
from home.demonstration.services import ServiceLoader
from home.demonstration.texts import Raw, texts
from home.models import HomePage
from ideas.models import Idea

DOMAIN = "example.org"
Role = CampaignRole.Role
STAFF_ROLES = {
    "moderator": Role.MODERATOR,
    "editor": Role.EDITOR,
    "approver": Role.APPROVER,
    "body": Role.BODY,
    "operator": Role.OPERATOR,
}
# Residents by number whose documents the operator has seen.
CONFIRMED = (1, 3, 7, 10, 11, 13, 16, 18)
# These two can begin and publish further campaigns.
EVERYWHERE = frozenset({Role.EDITOR, Role.APPROVER})


class Demonstration:
    """Loads the campaign; `password` is everybody's."""

    def __init__(self, password: str) -> None:
        # Everybody's password is the same here, so that one costly hash serves all.
        self.password = make_password(password)
        self.now = clock.now()
        self.people: dict[str, Person] = {}
        self.tree = PageLoader(self.now)
        self.ideas: Sequence[Idea] = ()

    @transaction.atomic
    def load(self) -> CampaignPage:
        home = HomePage.objects.get()
        self._place_site()
        self._load_consent()
        self._load_people()
        campaign = self.tree.load(home)
        self._grant_roles(campaign)
        self._confirm_residents()
        self._load_ideas()
        self._load_comments()
        load_questions(self.tree.pages, self.people)
        self._load_services()
        load_english(home)
        self.tree.complete(campaign, self.ideas)
        count_participation()
        return campaign

    def _at(self, days: float) -> datetime:
        return self.tree.at(days)

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
        roles = dict(STAFF_ROLES) | {row["key"]: Role.EXPERT for row in texts("people")["experts"]}
        for key, role in roles.items():
            where = None if role in EVERYWHERE else campaign
            if not CampaignRole.objects.filter(person=self.people[key], role=role, campaign=where).exists():
                grant_role(person=self.people[key], role=role, campaign=where, granted_by=self.people["admin"])

    def _load_ideas(self) -> None:
        self.ideas = IdeaLoader(self.now, self.people, self.tree.pages).load()
        LifeLoader(self.now, self.people, self.ideas).load()

    def _confirm_residents(self) -> None:
        """Let the operator see the documents of some: results tell their voices apart."""
        for number in CONFIRMED:
            person = self.people[f"resident{number}"]
            if person.verification != Person.Verification.RESIDENT:
                confirm_resident(person=person, document_number=f"67 09 {number:06}", operator=self.people["operator"])

    def _load_services(self) -> None:
        residents = [self.people[row["key"]] for row in texts("people")["residents"]]
        ServiceLoader(self.now, residents, self.tree.pages).load()

    def _load_comments(self) -> None:
        by_key: dict[str, Comment] = {}
        for raw in texts("comments"):
            thread, author = self._thread(raw["on"]), self.people[raw["author"]]
            comment = Comment.objects.filter(thread=thread, author=author, body=raw["body"]).first()
            if comment is None:
                comment = self._load_comment(raw, thread, author, by_key.get(raw["parent"] or ""))
            by_key[raw["key"]] = comment
        load_reactions(list(by_key.values()), [self.people[row["key"]] for row in texts("people")["residents"]])

    def _load_comment(self, raw: Raw, thread: Thread, author: Person, parent: Comment | None) -> Comment:
        comment = Comment.objects.create(
            thread=thread,
            author=author,
            parent=parent,
            root=parent and (parent.root or parent),
            body=raw["body"],
            stance=raw["stance"] or "",
            voice=voice_of(roles_of(author), thread.block.campaign_id),
            moderation=Comment.Moderation.PENDING,
            created_at=self._at(raw["created_in_days"]),
        )
        publish_comment(comment_id=comment.pk, actor_id=None)
        if raw["moderation"] == "hidden":
            hide_comment(comment_id=comment.pk, actor_id=self.people["moderator"].pk)
        return comment

    def _thread(self, where: str) -> Thread:
        kind, _, key = where.partition(":")
        host = self.tree.pages[where] if kind == "discussion" else self.ideas[int(key)]
        return Thread.objects.select_related("block").get(host_kind=kind, host_id=host.pk)
