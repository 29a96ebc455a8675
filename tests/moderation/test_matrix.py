"""Who may do what about a post in which state: every action × role × state, each answer written by hand.

The rows know nothing of the tables in the code. `public` and `flagged` are published; `withheld` was taken back by
flags; `draft` was sent to nobody. Where nothing is said for a state it is as in `else`.
"""

import pytest
from django.db import transaction
from django.test import Client

from crowd.moderation.models import Appeal, Decision, Flag, FlagReason, Reason, Sanction, Withholding
from crowd.people.models import CampaignRole
from discussions.models import Comment
from tests.factories import comments, ideas, pages
from tests.factories.accounts import account
from tests.factories.sanctions import sanction
from tests.test_access import Undone, meaning, undo

pytestmark = pytest.mark.django_db

ROLES = (
    "anonymous",
    "resident",
    "author",
    "blocked",
    "moderator",
    "elsewhere",  # moderates another campaign
    "everywhere",
    "expert",
    "editor",
    "admin",
)
MODERATORS = {"moderator", "everywhere", "admin"}
STATES = ("draft", "pending", "public", "flagged", "withheld", "hidden", "rejected")
# A comment has no draft.
EVERY_POST = [("idea", state) for state in STATES] + [("comment", state) for state in STATES if state != "draft"]
STATUS = {"public": "published", "flagged": "published", "withheld": "pending"}


class Place:
    """A campaign with everybody in it, and a post of each kind in every state."""

    def __init__(self):
        self.here, there = pages.campaign("Здесь"), pages.campaign("Там")
        self.people = {role: account(is_superuser=role == "admin") for role in ROLES[1:]}
        for role in ("moderator", "expert", "editor"):
            CampaignRole.objects.create(person=self.people[role], role=role, campaign=self.here)
        CampaignRole.objects.create(person=self.people["elsewhere"], role="moderator", campaign=there)
        CampaignRole.objects.create(person=self.people["everywhere"], role="moderator", campaign=None)
        sanction(self.people["blocked"], "block")
        self.cycle, self.thread = pages.cycle(self.here), comments.thread(pages.discussion(self.here))
        self.clients = {role: self._client(role) for role in ROLES}
        self.posts = {(kind, state): self._made(kind, state) for kind, state in EVERY_POST}

    def _client(self, role):
        client = Client(raise_request_exception=False)
        if role in self.people:
            client.force_login(self.people[role])
        return client

    def _made(self, kind, state):
        author, status = self.people["author"], STATUS.get(state, state)
        if kind == "idea":
            post = ideas.idea(self.cycle, author=author, moderation=status, title=f"Шишка {state}")
        else:
            post = comments.comment(self.thread, author=author)
            Comment.objects.filter(pk=post.pk).update(moderation=status)
        if state in {"flagged", "withheld"}:
            about = {"kind": kind, "subject_id": post.pk, "campaign_id": self.here.pk}
            Flag.objects.create(person=account(), reason=FlagReason.objects.get(slug="insult"), **about)
            if state == "withheld":
                Withholding.objects.create(flags=3, decisions_before=0, **about)
        return post

    def decided(self, kind, state, moderator="moderator"):
        """What was decided against the post."""
        return Decision.objects.create(
            kind=kind,
            subject_id=self.posts[kind, state].pk,
            campaign_id=self.here.pk,
            author=self.people["author"],
            outcome={"hidden": "hide", "rejected": "reject"}[state],
            reason=Reason.objects.get(slug="insult"),
            moderator=self.people[moderator],
        )

    def ask(self, role, method, address, data=None):
        """The status that this role gets; what the request did is taken back."""
        found = None
        try:
            with transaction.atomic():
                found = meaning(getattr(self.clients[role], method)(address, data or {}))
                undo()
        except Undone:
            return found

    def all_ask(self, method, address, data=None):
        return {role: self.ask(role, method, address, data) for role in ROLES}


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    """The place, made once for all rows: what a test does is taken back, and in the end the place goes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Place()
        transaction.set_rollback(True)


def told(text):
    """What each role gets: a status for everybody, then exceptions: `403 anonymous=401 moderators=200`."""
    default, *exceptions = text.split()
    statuses = dict.fromkeys(ROLES, int(default))
    for exception in exceptions:
        who, _, status = exception.partition("=")
        statuses |= dict.fromkeys(MODERATORS if who == "moderators" else who.split(","), int(status))
    return statuses


# Residents have no admin; of its pages a moderator of another campaign is told that there is no such post.
STAFF = "403 anonymous=401 elsewhere=404"
NOT_THERE = f"{STAFF} moderators=404"
SEEN = f"{STAFF} moderators=200"
DONE = f"{STAFF} moderators=302"
# Somebody decided already, or from this state there is nothing of the kind to decide.
LATE = f"{STAFF} moderators=409"

PAGES = {
    "case": ("/admin/moderation/{kind}/{pk}/", {"draft": NOT_THERE, "else": SEEN}),
    "impose": ("/admin/sanctions/impose/{kind}/{pk}/", {"draft": NOT_THERE, "else": SEEN}),
    "flag form": (
        "/flags/new/?kind={kind}&id={pk}",
        {"public": "200 author,blocked=403", "flagged": "200 author,blocked=403", "else": "404"},
    ),
}

IDEA_DECISIONS = {
    "publish": {"pending", "withheld", "hidden", "rejected"},
    "hide": {"public", "flagged"},
    "keep": {"flagged"},
    "reject": {"pending", "withheld"},
    "needs_work": {"pending", "withheld"},
}
COMMENT_DECISIONS = IDEA_DECISIONS | {"needs_work": set()}
KINDS = {"idea": IDEA_DECISIONS, "comment": COMMENT_DECISIONS}


@pytest.mark.parametrize(("kind", "state"), EVERY_POST)
def test_pages_and_decisions_about_a_post(place, kind, state):
    def addressed(address):
        return address.format(kind=kind, pk=place.posts[kind, state].pk)

    got = {name: place.all_ask("get", addressed(address)) for name, (address, _cells) in PAGES.items()}
    decided = {
        outcome: place.all_ask(
            "post",
            addressed("/admin/moderation/{kind}/{pk}/decide/"),
            {"outcome": outcome, "reason": Reason.objects.get(slug="insult").pk},
        )
        for outcome in KINDS[kind]
    }

    assert got == {name: told(cells.get(state, cells["else"])) for name, (_address, cells) in PAGES.items()}
    assert decided == {
        outcome: told(NOT_THERE if state == "draft" else DONE if state in states else LATE)
        for outcome, states in KINDS[kind].items()
    }


OWN_SEEN = {("idea", state) for state in ("pending", "withheld", "hidden", "rejected")} | {
    ("comment", "pending"),
    ("comment", "withheld"),
}


@pytest.mark.parametrize(("kind", "state"), EVERY_POST)
def test_flagging_and_sanctioning_because_of_a_post(place, kind, state):
    about = {"kind": kind, "id": place.posts[kind, state].pk, "reason": "insult"}
    imposed = {"kind": "silence", "days": "1", "reason": Reason.objects.get(slug="insult").pk}

    flagged = place.all_ask("post", "/flags/", about)
    silenced = place.all_ask("post", f"/admin/sanctions/impose/{kind}/{about['id']}/", imposed)

    seen = "303 anonymous=401 author,blocked=403"
    # Who may look behind what is not public still flags nothing there; where authors see their own, that is said.
    own = " author=403" if (kind, state) in OWN_SEEN else ""
    assert flagged == told(seen if state in {"public", "flagged"} else f"404 anonymous=401{own}")
    assert silenced == told(NOT_THERE if state == "draft" else DONE)


AGAINST = [(kind, state) for kind, state in EVERY_POST if state in {"hidden", "rejected"}]


@pytest.mark.parametrize(("kind", "state"), AGAINST)
def test_appealing(place, kind, state):
    statement = f"/me/decisions/{place.decided(kind, state).pk}/"

    assert place.all_ask("get", statement) == told("404 anonymous=401 author=200")
    assert place.all_ask("post", statement, {"text": "Это не так."}) == told("404 anonymous=401 author=303")


@pytest.mark.parametrize("first", sorted(MODERATORS))
@pytest.mark.parametrize(("kind", "state"), AGAINST)
def test_appeal_against_an_own_decision_is_shown_and_not_offered(place, kind, state, first):
    decision = place.decided(kind, state, first)
    appeal = Appeal.objects.create(
        decision=decision,
        campaign_id=place.here.pk,
        author=decision.author,
        text="Это не так.",
        first_moderator=decision.moderator,
    )
    address = f"/admin/moderation/appeals/{appeal.pk}/"

    answered = {
        outcome: place.all_ask("post", address, {"outcome": outcome, "answer": "Слова"})
        for outcome in ("upheld", "rejected")
    }
    offered = {role: "Ответить автору" in page(place, role, address) for role in MODERATORS}

    # 403 for whoever decided first, whatever the role.
    assert answered["upheld"] == answered["rejected"] == told(f"{DONE} {first}=403")
    assert offered == {role: role != first for role in MODERATORS}


def page(place, role, address):
    return place.clients[role].get(address).content.decode()


@pytest.mark.parametrize("everywhere", [True, False], ids=["site", "campaign"])
def test_lists_and_lifting(place, everywhere):
    imposed = sanction(account(), Sanction.Kind.SILENCE, None if everywhere else place.here)
    address = f"/admin/sanctions/{imposed.pk}/"
    lists = ("/admin/moderation/", "/admin/moderation/appeals/", "/admin/sanctions/")

    got = {listed: place.all_ask("get", listed) for listed in lists}
    looked_at, lifted = place.all_ask("get", address), place.all_ask("post", address)

    assert got == dict.fromkeys(lists, told("403 anonymous=401 elsewhere=200 moderators=200"))
    nobody_elses = " moderator=404" if everywhere else ""
    assert looked_at == told(SEEN + nobody_elses)
    assert lifted == told(DONE + nobody_elses)
    assert place.all_ask("get", "/moderation/") == told("200")


def test_queue_names_what_waits_to_moderators_of_the_campaign_alone(place):
    roles = [*sorted(MODERATORS), "elsewhere"]

    shown = {role: page(place, role, "/admin/moderation/") for role in roles}

    named = {role: {state for state in STATES if f"Шишка {state}" in shown[role]} for role in roles}
    waits = {"pending", "flagged", "withheld"}
    assert named == dict.fromkeys(MODERATORS, waits) | {"elsewhere": set()}
