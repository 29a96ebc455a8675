"""What the responsible body and the editors decide about an idea, and tell of it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crowd import clock
from crowd.campaigns.queries import participant
from crowd.errors import AlreadyDecided, PhaseClosed
from crowd.people.models import Person
from crowd.people.queries import roles_of
from ideas.actions.moves import locked, log_of, move, record, tell
from ideas.models import Answer, Idea
from ideas.queries import is_public
from ideas.review_rules import require_answer, require_answering, step_to

# What the history tells of a long answer; the whole stands at the top of the page.
TOLD_OF_ANSWER = 300


@transaction.atomic
def shortlist_idea(*, actor: Person, idea_id: int, reason: str = "") -> Idea:
    """Choose an idea for the experts and the body, who promise an answer by the cycle's day."""
    actor = participant(actor)
    idea = locked(idea_id)
    capacity = require_answering(roles_of(actor), idea.cycle.campaign_id)
    require_seen_by_all(idea)
    due = idea.cycle.answers_by
    return move(idea, "shortlist", by=capacity, actor_id=actor.pk, reason=reason, answer_due_on=due)


@transaction.atomic
def answer_idea(
    *,
    actor: Person | None,
    idea_id: int,
    progress: str,
    on_behalf: str,
    text: str,
    given_on: date | None = None,
    seen: int | None = None,
) -> Answer:
    """Give the official answer: the decision, the text and a line of the public history, told to those who supported.

    `progress` is what was decided; one that the idea has already adds an answer and changes nothing else. `on_behalf`:
    in whose name. `seen`: how many answers the writer knew of; where there are more by now somebody was quicker.
    """
    actor = participant(actor)
    idea = locked(idea_id)
    capacity = require_answering(roles_of(actor), idea.cycle.campaign_id)
    require_seen_by_all(idea)
    today = timezone.localdate(clock.now())
    on_behalf, text, given_on = " ".join(on_behalf.split()), text.strip(), given_on or today
    if seen is not None and idea.answers.count() != seen:
        raise AlreadyDecided(_("Пока вы писали, на эту идею уже ответили. Откройте её страницу и посмотрите ответ."))
    require_answer(idea, progress=progress, on_behalf=on_behalf, text=text, given_on=given_on, today=today)
    told = Truncator(text).chars(TOLD_OF_ANSWER)
    if idea.progress == progress:
        tell(idea, "answered", by=capacity, actor_id=actor.pk, reason=told)
    else:
        move(idea, step_to(idea, progress), by=capacity, actor_id=actor.pk, reason=told)
    answer = Answer.objects.create(
        idea=idea, body=on_behalf, progress=progress, text=text, author=actor, given_on=given_on
    )
    record("idea.answered", idea, actor_id=actor.pk, answer=answer.pk)
    log_of(idea, "idea.answered", actor.pk)
    return answer


def require_seen_by_all(idea: Idea) -> None:
    """Refuse to tell the public what became of an idea that it does not see."""
    if not is_public(idea):
        raise PhaseClosed(_("Эту идею сейчас не видно жителям. Сначала её нужно опубликовать."))
