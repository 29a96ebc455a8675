"""One small world for the table of who may do what: a campaign with something in every state, and everybody in it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from crowd.moderation.models import Appeal, Decision, Reason, Sanction, WatchedPhrase
from crowd.people.models import CampaignRole
from discussions.models import Comment, Thread
from home.models import HomePage, NewsIndexPage, NewsPage, PolicyPage, PolicyVersion, StandardPage
from ideas.models import Attachment, CoAuthor, Idea
from search.models import Synonyms
from tests.factories import pages, services
from tests.factories.accounts import account
from tests.factories.ideas import idea
from tests.factories.questions import question

ROLES = (
    "anonymous",
    "resident",
    "author",
    "expert",
    "operator",
    "moderator",
    "stranger",  # moderates another campaign
    "editor",
    "approver",
    "admin",
    "body",
)
IDEA = {"title": "Новая идея для всех", "problem": "Так неудобно."}


@dataclass
class World:
    people: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)


def make_world():
    world = World()
    here, elsewhere = pages.campaign("Здесь"), pages.campaign("Там")
    _make_people(world, here, elsewhere)
    home = HomePage.objects.get()
    text = home.add_child(instance=StandardPage(title="Правила"))
    index = home.add_child(instance=NewsIndexPage(title="Новости"))
    policy = PolicyPage(title="Правила участия", kind=PolicyPage.Kind.RULES)
    policy.versions.add(PolicyVersion(number=1, in_force_from=timezone.localdate(), body="<p>Уважать друг друга.</p>"))
    home.add_child(instance=policy)
    news = here.add_child(instance=NewsPage(title="Новость", published_on=timezone.localdate()))
    discussion, draft = pages.discussion(here), pages.discussion(here, title="Черновик", live=False)
    cycle = pages.cycle(here)
    author = world.people["author"]
    public = idea(cycle, author=author)
    pending = idea(cycle, author=author, moderation=Idea.Moderation.PENDING)
    hidden = idea(cycle, author=author, moderation=Idea.Moderation.HIDDEN)
    appealed = idea(cycle, author=author, moderation=Idea.Moderation.HIDDEN)
    kept = idea(cycle, author=author, moderation=Idea.Moderation.DRAFT)
    # As its author typed it: who has not agreed is shown to nobody by another name.
    called = CoAuthor.objects.create(idea=public, email=world.people["resident"].email.upper())
    thread = Thread.objects.create(host_kind="discussion", host_id=discussion.pk, block=discussion)
    # However long the table takes: what was written may be changed for a quarter of an hour.
    written = {"thread": thread, "author": author, "created_at": timezone.now() + timedelta(hours=3)}
    waiting = Comment.objects.create(body="Ждёт", moderation=Comment.Moderation.PENDING, **written)
    said = Comment.objects.create(
        body="Сказано", moderation=Comment.Moderation.PUBLISHED, seq=1, first_seq=1, **written
    )
    Thread.objects.filter(pk=thread.pk).update(last_seq=1, comment_count=1)
    # Ids that no other row has: of what library addresses show for 1, there is none.
    rated = services.service("Вика", pk=700001, slug="vika", rated_always=True)
    hidden_service = services.service("Скрытый", pk=700002, state="hidden")
    rating = services.ratings(rated, 3)[0]
    synonyms = Synonyms.objects.create(pk=700003, phrases="детсад\nдетский сад")
    watched = WatchedPhrase.objects.create(pk=700004, phrase="пень")
    world.places = {
        "synonyms": synonyms.pk,
        "watched": watched.pk,
        "service": rated.pk,
        "hidden_service": hidden_service.pk,
        "rating": rating.pk,
        "campaign": here.url,
        "discussion": discussion.url,
        "discussion_id": discussion.pk,
        "draft": draft.get_url_parts()[2],
        "question": question(discussion).pk,
        "hidden_question": question(draft).pk,
        "cycle": cycle.url,
        "text": text.url,
        "news_index": index.url,
        "policy": policy.url,
        "news": news.url,
        "cycle_id": cycle.pk,
        "public": public.pk,
        "public_url": public.get_absolute_url(),
        "pending": pending.pk,
        "pending_url": pending.get_absolute_url(),
        "hidden": hidden.pk,
        "kept": kept.pk,
        "called": called.pk,
        "hidden_url": hidden.get_absolute_url(),
        "public_file": _file(public),
        "pending_file": _file(pending),
        "thread": thread.pk,
        "public_thread": _thread(public),
        "pending_thread": _thread(pending),
        "waiting": waiting.pk,
        "sanction": _sanction(here, account()).pk,
        "warning": _sanction(here, world.people["resident"], kind=Sanction.Kind.WARNING).pk,
        "said": said.pk,
        "decision": _hidden_by(account(), hidden, here).pk,
        "appeal": _appeal(_hidden_by(account(), appealed, here)).pk,
        "campaign_id": here.pk,
        "role": author.pk and CampaignRole.objects.filter(role="moderator", campaign=here).get().pk,
    }
    return world


def _make_people(world, here, elsewhere):
    for role in ROLES[1:]:
        world.people[role] = account(is_superuser=role == "admin")
    held = {"expert": here, "operator": here, "moderator": here, "editor": here, "approver": here, "body": here}
    for role, campaign in held.items():
        CampaignRole.objects.create(person=world.people[role], role=role, campaign=campaign)
    CampaignRole.objects.create(person=world.people["stranger"], role="moderator", campaign=elsewhere)


def _file(idea_of_file):
    file = Attachment(idea=idea_of_file, name="план.pdf", content_type="application/pdf", size=4)
    file.file.save("plan.pdf", ContentFile(b"%PDF"), save=True)
    return file.pk


def _thread(host):
    return Thread.objects.get(host_kind="idea", host_id=host.pk).pk


def _hidden_by(moderator, hidden, campaign):
    return Decision.objects.create(
        kind="idea",
        subject_id=hidden.pk,
        campaign_id=campaign.pk,
        author=hidden.author,
        outcome="hide",
        reason=Reason.objects.get(slug="insult"),
        moderator=moderator,
    )


def _appeal(decision):
    return Appeal.objects.create(
        decision=decision,
        campaign_id=decision.campaign_id,
        author=decision.author,
        text="Это не оскорбление.",
        first_moderator=decision.moderator,
    )


def _sanction(campaign, person, **fields):
    now = timezone.now()
    return Sanction.objects.create(
        person=person,
        campaign_id=campaign.pk,
        reason=Reason.objects.get(slug="insult"),
        imposed_by=account(),
        starts_at=now,
        ends_at=now + timedelta(days=1),
        **fields,
    )
