from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd import clock
from crowd.campaigns.models import Activity, Sector
from crowd.campaigns.queries import is_visible_block, open_activities, participant
from crowd.campaigns.rules import require_open
from crowd.errors import Invalid, PhaseClosed, QuotaReached
from crowd.events import actions as events
from crowd.moderation.queries import require_voice
from crowd.people.models import Municipality, Person
from discussions.actions import open_thread
from ideas.imports import ImportRow
from ideas.models import Attachment, Idea, IdeaCyclePage, Vote, VoteChange, new_receipt
from ideas.queries import counted_votes, differs, live_group, with_counted_votes
from ideas.rules import MOST_PENDING, allows, first_state, require_author, require_votable
from ideas.uploads import CleanFile

Moderation = Idea.Moderation

IMPORT_EMAIL = "import@localhost.invalid"


@dataclass(frozen=True)
class IdeaText:
    """What a person writes into the form of an idea."""

    title: str
    problem: str
    solution: str = ""
    effect: str = ""
    sector: Sector | None = None
    municipality: Municipality | None = None
    tags: Sequence[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "problem": self.problem,
            "solution": self.solution,
            "effect": self.effect,
            "sector": self.sector,
            "municipality": self.municipality,
        }


@transaction.atomic
def submit_idea(
    *, author: Person | None, cycle: IdeaCyclePage, text: IdeaText, files: Iterable[CleanFile] = ()
) -> Idea:
    """Propose an idea: it is published at once or waits for a moderator, as the cycle and the author's standing say."""
    author = participant(author)
    require_open(Activity.SUBMIT, open_activities(cycle.pk) if is_visible_block(cycle.pk) else frozenset())
    require_voice(author, cycle.campaign_id)
    # The person's row is the lock of the quota: two parallel submissions cannot both be the last that fits.
    author = Person.objects.select_for_update().get(pk=author.pk)
    waiting = Idea.objects.filter(author=author, cycle=cycle, moderation=Moderation.PENDING).count()
    if waiting >= MOST_PENDING:
        raise QuotaReached(
            ngettext(
                "У вас уже %(n)s идея ждёт проверки. Дождитесь решения по ней.",
                "У вас уже %(n)s идей ждут проверки. Дождитесь решения по ним.",
                waiting,
            )
            % {"n": waiting}
        )
    state = first_state(cycle, author)
    idea = Idea.objects.create(
        author=author,
        cycle=cycle,
        moderation=state,
        published_at=clock.now() if state == Moderation.PUBLISHED else None,
        **text.columns(),
    )
    idea.tags.set(text.tags)
    _attach(idea, files)
    open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
    _record("idea.submitted" if state == Moderation.PENDING else "idea.published", idea, actor_id=author.pk)
    return idea


@transaction.atomic
def edit_idea(*, author: Person, idea_id: int, text: IdeaText) -> Idea:
    """Change the text while nobody has voted: later, a changed text would steal votes."""
    idea = _locked(idea_id)
    require_author(idea, author)
    if not allows(idea).editable:
        raise PhaseClosed(_("Эту идею уже нельзя изменить."))
    require_open(Activity.SUBMIT, open_activities(idea.cycle_id))
    require_voice(author, idea.cycle.campaign_id)
    if idea.votes.exclude(person=author).exists():
        raise PhaseClosed(_("За идею уже голосовали, поэтому её текст больше не меняется. Дополните её в комментарии."))
    _change(idea, **text.columns())
    idea.tags.set(text.tags)
    _record("idea.edited", idea, actor_id=author.pk)
    return idea


@transaction.atomic
def withdraw_idea(*, author: Person, idea_id: int) -> Idea:
    """Take one's own idea out of the lists; its page stays, with the votes and comments that others gave."""
    idea = _locked(idea_id)
    require_author(idea, author)
    if idea.progress != Idea.Progress.OPEN:
        raise PhaseClosed(_("Эту идею уже нельзя отозвать."))
    _change(idea, progress=Idea.Progress.WITHDRAWN)
    _record("idea.withdrawn", idea, actor_id=author.pk)
    return idea


@transaction.atomic
def publish_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Make an idea public: one that waited, or one that was hidden."""
    idea = _locked(idea_id)
    _change(idea, moderation=Moderation.PUBLISHED, published_at=idea.published_at or clock.now())
    _record("idea.published", idea, actor_id=actor_id)
    return idea


@transaction.atomic
def hide_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Take an idea out of public sight; progress, votes and comments stay, so that an appeal can restore all."""
    idea = _locked(idea_id)
    _change(idea, moderation=Moderation.HIDDEN)
    _record("idea.hidden", idea, actor_id=actor_id)
    return idea


@transaction.atomic
def reject_idea(*, idea_id: int, actor_id: int | None) -> Idea:
    """Refuse an idea that waited."""
    idea = _locked(idea_id)
    _change(idea, moderation=Moderation.REJECTED)
    _record("idea.rejected", idea, actor_id=actor_id)
    return idea


@transaction.atomic
def cast_vote(*, person: Person | None, idea: Idea, value: int) -> Vote:
    """Give, change or take back (0) one's voice: one row per person and idea, by constraint.

    The counts are no row that every vote updates: a vote adds a `VoteChange`, the worker folds it.
    """
    person = participant(person)
    require_votable(idea, value, open_activities(idea.cycle_id))
    receipt = new_receipt()
    Vote.objects.bulk_create([Vote(idea=idea, person=person, value=value, receipt=receipt)], ignore_conflicts=True)
    vote = Vote.objects.select_for_update().get(idea=idea, person=person)
    before = 0 if vote.receipt == receipt else vote.value
    if before == value:
        return vote
    if vote.value != value:
        vote.value, vote.cast_at = value, clock.now()
        vote.save(update_fields=["value", "cast_at"])
    VoteChange.objects.create(
        idea=idea,
        votes_for=(value == Vote.Value.FOR) - (before == Vote.Value.FOR),
        votes_against=(value == Vote.Value.AGAINST) - (before == Vote.Value.AGAINST),
    )
    # No actor: the log tells that somebody voted, the row alone tells who.
    events.record(
        "vote.cast",
        subject=events.Subject("idea", idea.pk),
        campaign_id=idea.cycle.campaign_id,
        live_group=live_group(idea.pk),
    )
    return vote


def _locked(idea_id: int) -> Idea:
    idea = Idea.objects.select_for_update(of=("self",)).select_related("cycle").filter(pk=idea_id).first()
    if idea is None:
        raise Invalid(_("Такой идеи нет."))
    return idea


def _change(idea: Idea, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(idea, name, value)
    idea.version += 1
    idea.save(update_fields=[*columns, "version"])


def _record(kind: str, idea: Idea, *, actor_id: int | None) -> None:
    events.record(
        kind,
        subject=events.Subject("idea", idea.pk),
        actor_id=actor_id,
        campaign_id=idea.cycle.campaign_id,
        payload={"cycle": idea.cycle_id},
        live_group=live_group(idea.pk),
    )


def _attach(idea: Idea, files: Iterable[CleanFile]) -> None:
    stored: list[Attachment] = []
    try:
        for file in files:
            attachment = Attachment(idea=idea, name=file.name, content_type=file.content_type, size=file.content.size)
            attachment.file.save(file.name, file.content, save=False)
            stored.append(attachment)
        Attachment.objects.bulk_create(stored)
    except Exception:
        # The transaction takes the rows back; the files are ours to take back.
        for attachment in stored:
            attachment.file.delete(save=False)
        raise


@transaction.atomic
def import_ideas(*, cycle: IdeaCyclePage, rows: Sequence[ImportRow]) -> int:
    """Publish imported rows, all or none of them; return how many were new. Known rows are left as they are."""
    known = set(
        Idea.objects.filter(cycle=cycle, import_key__in=[row.key for row in rows]).values_list("import_key", flat=True)
    )
    author = _import_author()
    new = 0
    for row in rows:
        if row.key in known:
            continue
        known.add(row.key)
        moment = row.happened_at or clock.now()
        idea = Idea.objects.create(
            cycle=cycle,
            author=author,
            title=row.title,
            problem=row.problem,
            solution=row.solution,
            effect=row.effect,
            sector=row.sector,
            municipality=row.municipality,
            moderation=Moderation.PUBLISHED,
            created_at=moment,
            published_at=moment,
            votes_for=row.votes,
            imported_votes=row.votes,
            import_key=row.key,
        )
        idea.tags.set(row.tags)
        open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
        _record("idea.published", idea, actor_id=None)
        new += 1
    return new


def _import_author() -> Person:
    """Return the person that imported ideas stand under: nobody can sign in as it."""
    author = Person.objects.filter(email=IMPORT_EMAIL).first()
    if author is None:
        author = Person(email=IMPORT_EMAIL, display_name=_("Обращения жителей"), is_active=False)
        author.set_unusable_password()
        author.save()
    return author


def reconcile_counts() -> list[str]:
    """Set the folded counts of every idea to what its rows say; return a line per idea that differed."""
    suspects = [idea.pk for idea in with_counted_votes(Idea.objects.order_by("pk")).iterator(1000) if differs(idea)]
    return [line for pk in suspects if (line := _reconcile_idea(pk))]


@transaction.atomic
def _reconcile_idea(idea_id: int) -> str:
    # A worker that folds ends with the idea's row: behind its lock one statement sees rows and counts of one moment.
    Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    idea = with_counted_votes(Idea.objects.filter(pk=idea_id)).get()
    if not differs(idea):
        return ""
    stored, right = (idea.votes_for, idea.votes_against), counted_votes(idea)
    Idea.objects.filter(pk=idea_id).update(votes_for=right[0], votes_against=right[1])
    return f"Idea {idea_id}: {stored[0]} for and {stored[1]} against were stored, {right[0]} and {right[1]} are right."
