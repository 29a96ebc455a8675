"""The demonstration's ideas, in every state that an idea may be in. What stands is recognised and left."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from crowd.campaigns.models import Sector
from crowd.moderation.actions import decide
from crowd.moderation.models import Reason
from crowd.people.models import Municipality, Person
from crowd.people.residents import receive_resident
from discussions.actions import open_thread
from home.demonstration.texts import Raw, texts
from ideas.actions import (
    IdeaText,
    add_clarification,
    answer_invitation,
    edit_idea,
    invite_co_author,
    keep_draft,
    merge_idea,
    publish_idea,
    withdraw_idea,
)
from ideas.actions.folding import right_score
from ideas.actions.operators import submit_idea_for
from ideas.models import Clarification, Idea, IdeaChange, IdeaCyclePage, Vote

TEXTS = ("title", "problem", "solution", "effect")
# What a moderator decided, by the state that it led to.
OUTCOMES = {"hidden": "hide", "rejected": "reject", "needs_work": "needs_work"}
ADVERTISING: Raw = {"reason": "advertising", "note": "", "in_days": -5.2}


class IdeaLoader:
    def __init__(self, now: datetime, people: Mapping[str, Person], pages: Mapping[str, Any]) -> None:
        self.now = now
        self.people = people
        self.pages = pages
        self.sectors = {sector.slug: sector for sector in Sector.objects.all()}
        self.places = {place.name: place for place in Municipality.objects.all()}
        self.ideas: list[Idea] = []

    def load(self) -> Sequence[Idea]:
        new: list[tuple[Idea, Raw]] = []
        for number, raw in enumerate(texts("ideas")):
            cycle, key = self.pages[raw["cycle"]], f"demonstration:{number}"
            idea = Idea.objects.filter(cycle=cycle, import_key=key).first()
            if idea is None:
                idea = self._load_idea(raw, cycle)
                Idea.objects.filter(pk=idea.pk).update(import_key=key, created_at=self._at(raw["created_in_days"]))
                new.append((idea, raw))
            self.ideas.append(idea)
        for idea, raw in new:
            self._live_on(idea, raw)
        return self.ideas

    def _at(self, days: float) -> datetime:
        return self.now + timedelta(days=days)

    def _text(self, raw: Raw, **other: str) -> IdeaText:
        written = {name: raw[name] for name in TEXTS} | other
        sector, place = self.sectors[raw["sector"]], self.places[raw["municipality"]]
        return IdeaText(**written, sector=sector, municipality=place, tags=raw["tags"])

    def _load_idea(self, raw: Raw, cycle: IdeaCyclePage) -> Idea:
        if raw["moderation"] == "draft":
            return keep_draft(author=self.people[raw["author"]], cycle=cycle, text=self._text(raw))
        if "by_operator" in raw:
            return self._enter(raw, cycle)
        before = {name: text for name, text in raw.get("before", {}).items() if name in TEXTS}
        idea = self._submit(raw, cycle, self._text(raw, **before))
        if raw["moderation"] not in {"pending", "rejected", "needs_work"}:
            publish_idea(idea_id=idea.pk, actor_id=None)
            _backdate(idea, "publish", self._at(raw["created_in_days"]))
        if before:
            self._edit(idea, raw)
        if raw["moderation"] in OUTCOMES:
            self._decide(idea, raw)
        self._vote(idea, raw)
        return idea

    def _submit(self, raw: Raw, cycle: IdeaCyclePage, text: IdeaText) -> Idea:
        """Write an idea that waits, as of its day: most cycles no longer take any."""
        moment = self._at(raw["created_in_days"])
        public = raw["moderation"] in {"published", "hidden"}
        idea = Idea.objects.create(
            cycle=cycle,
            author=self.people[raw["author"]],
            moderation=Idea.Moderation.PENDING,
            created_at=moment,
            published_at=moment if public else None,
            **text.columns(),
        )
        idea.tags.set(raw["tags"])
        open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
        return idea

    def _enter(self, raw: Raw, cycle: IdeaCyclePage) -> Idea:
        """Let the operator enter the idea of a resident who came to the centre."""
        said, operator, moment = raw["by_operator"], self.people["operator"], self._at(raw["created_in_days"])
        resident = receive_resident(
            operator=operator,
            document_number=said["document_number"],
            display_name=said["display_name"],
            municipality=self.places[raw["municipality"]],
        )
        idea = submit_idea_for(
            operator=operator, resident=resident, cycle=cycle, text=self._text(raw), consent=said["consent"]
        )
        publish_idea(idea_id=idea.pk, actor_id=self.people["moderator"].pk)
        idea.changes.update(happened_at=moment)
        idea.operator_entries.update(entered_at=moment)
        Idea.objects.filter(pk=idea.pk).update(published_at=moment)
        self._vote(idea, raw)
        return idea

    def _edit(self, idea: Idea, raw: Raw) -> None:
        moment = self._at(raw["before"]["in_days"])
        edit_idea(author=idea.author, idea_id=idea.pk, text=self._text(raw))
        idea.versions.update(replaced_at=moment)
        _backdate(idea, "edited", moment)

    def _decide(self, idea: Idea, raw: Raw) -> None:
        said = raw.get("decided", ADVERTISING)
        decide(
            moderator=self.people["moderator"],
            kind="idea",
            subject_id=idea.pk,
            outcome=OUTCOMES[raw["moderation"]],
            reason=Reason.objects.get(slug=said["reason"]),
            note=said["note"],
        )
        last = idea.changes.latest("pk")
        IdeaChange.objects.filter(pk=last.pk).update(happened_at=self._at(said["in_days"]))

    def _vote(self, idea: Idea, raw: Raw) -> None:
        """Write the voices that were given, as of the idea's day, with the counts that follow from them."""
        moment = self._at(raw["created_in_days"])
        given = [(self.people[key], Vote.Value.FOR) for key in raw["supporters"]]
        given += [(self.people[key], Vote.Value.AGAINST) for key in raw.get("against", ())]
        residents = {person.pk for person, _value in given if person.verification == Person.Verification.RESIDENT}
        Vote.objects.bulk_create(
            Vote(idea=idea, person=person, value=value, by_resident=person.pk in residents, cast_at=moment)
            for person, value in given
        )
        idea.refresh_from_db()
        idea.votes_for = sum(value == Vote.Value.FOR for _person, value in given)
        idea.votes_against = len(given) - idea.votes_for
        idea.residents_for = sum(person.pk in residents and value == Vote.Value.FOR for person, value in given)
        idea.residents_against = len(residents) - idea.residents_for
        idea.top_score = right_score(idea)
        idea.save(update_fields=["votes_for", "votes_against", "residents_for", "residents_against", "top_score"])

    def _live_on(self, idea: Idea, raw: Raw) -> None:
        """Let happen to the idea what happens once all of them and their voices are there."""
        for key in raw.get("co_authors", ()):
            invitation = invite_co_author(author=idea.author, idea_id=idea.pk, email=self.people[key].email)
            answer_invitation(person=self.people[key], invitation_id=invitation.pk, accept=True)
        if said := raw.get("clarification"):
            clarification = add_clarification(author=idea.author, idea_id=idea.pk, body=said["body"])
            moment = self._at(said["in_days"])
            Clarification.objects.filter(pk=clarification.pk).update(created_at=moment)
            _backdate(idea, "clarified", moment)
        if days := raw.get("withdrawn_in_days"):
            withdraw_idea(author=idea.author, idea_id=idea.pk)
            _backdate(idea, "withdraw", self._at(days))
        if said := raw.get("merged"):
            into = self.ideas[said["into"]]
            moderator = self.people["moderator"]
            merge_idea(actor=moderator, idea_id=idea.pk, into_id=into.pk, reason=said["reason"])
            _backdate(idea, "merge", self._at(said["in_days"]))


def _backdate(idea: Idea, step: str, moment: datetime) -> None:
    """Let the history tell when the step would have been taken."""
    IdeaChange.objects.filter(idea=idea, step=step).update(happened_at=moment)
