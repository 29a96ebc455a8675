"""Who answers ideas, who reviews them, who joins them to others. Pure, as `ideas.rules`."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity
from crowd.campaigns.rules import require_open
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, PhaseClosed, Text
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import Roles
from ideas.models import HIGHEST_SCORE, LONGEST_TEXT, LOWEST_SCORE, Idea, IdeaChange, Review
from ideas.reviewing import Criterion
from ideas.transitions import PROGRESS, allows

Role, By, Progress = CampaignRole.Role, IdeaChange.By, Idea.Progress

# What an official answer decides; the first three lead on, the last two tell how it went.
ANSWERS = (Progress.ACCEPTED, Progress.DECLINED, Progress.IN_PROGRESS, Progress.DONE)
LONGEST_BODY = 200


def answering_as(roles: Roles, campaign_id: int) -> str:
    """Return in what capacity somebody with these roles answers in the campaign; "" where they may not."""
    if roles.holds(Role.BODY, campaign_id) and not roles.everywhere:
        return By.BODY
    return By.EDITOR if roles.holds(Role.EDITOR, campaign_id) else ""


def require_answering(roles: Roles, campaign_id: int) -> str:
    """Return the capacity in which the person answers; refuse whoever does not."""
    if capacity := answering_as(roles, campaign_id):
        return capacity
    raise NotAllowed(_("Отвечает ответственный орган проекта и его редакторы."))


def require_answering_somewhere(roles: Roles) -> None:
    if not roles.any_of(Role.BODY, Role.EDITOR):
        raise NotAllowed(_("Отвечает ответственный орган проекта и его редакторы."))


def step_to(idea: Idea, progress: str) -> str:
    """Return the name of the transition that leads there from where the idea is; "" where none does."""
    return next(
        (name for name, step in PROGRESS.items() if step.target == progress and idea.progress in step.sources), ""
    )


def answers_open(idea: Idea) -> list[str]:
    """Return what an answer may decide about the idea now; that it stays as decided is one of these."""
    if not allows(idea).public:
        return []
    return [progress for progress in ANSWERS if idea.progress == progress or step_to(idea, progress)]


def require_answerable(idea: Idea) -> list[str]:
    """Return what an answer may decide about the idea; refuse where nobody answers it now."""
    if not (known := answers_open(idea)):
        raise PhaseClosed(_("На эту идею сейчас не отвечают: она снята, отозвана или объединена с другой."))
    return known


def require_answer(idea: Idea, *, progress: str, on_behalf: str, text: str, given_on: date, today: date) -> None:
    """Refuse what is no answer to this idea, in words for each field."""
    known = require_answerable(idea)
    fields: dict[str, list[Text]] = {}
    if progress not in ANSWERS:
        fields["progress"] = [_("Выберите, что решили.")]
    elif progress not in known:
        raise PhaseClosed(_("Такое решение с этой идеей уже не согласуется: откройте её страницу заново."))
    if problem := text_problem(text, LONGEST_TEXT):
        fields["text"] = [problem]
    if problem := text_problem(on_behalf, LONGEST_BODY):
        fields["on_behalf"] = [problem]
    if given_on > today:
        fields["given_on"] = [_("Эта дата ещё не наступила.")]
    if fields:
        raise Invalid(fields=fields)


def text_problem(text: str, longest: int) -> Text | None:
    """Return what is wrong with a text that must be there, None where nothing is."""
    if not text.strip():
        return _("Это поле нужно заполнить.")
    if "\x00" in text:
        return _("В тексте есть знак, который нельзя сохранить.")
    return _("Слишком длинно.") if len(text) > longest else None


def require_expert(roles: Roles, campaign_id: int, *, is_author: bool) -> None:
    """Refuse whoever is no expert of the campaign, or is one and has written the idea."""
    if not roles.holds(Role.EXPERT, campaign_id):
        raise NotAllowed(_("Оценивают эксперты проекта."))
    if is_author:
        raise NotAllowed(_("Свою идею эксперт не оценивает."))


def require_reviewable(idea: Idea, opened: AbstractSet[str]) -> None:
    """Refuse what is not chosen for review, or not now."""
    if not allows(idea).public or idea.progress != Progress.SHORTLISTED:
        raise PhaseClosed(_("Эксперты оценивают отобранные идеи, а эта сейчас не среди них."))
    require_open(Activity.REVIEW, opened)


def require_unfinished(review: Review) -> None:
    """Refuse to change a review that is in: its expert may have read the others' since."""
    if review.state == Review.State.SUBMITTED:
        raise AlreadyDecided(_("Ваша оценка уже отправлена, и вы могли прочесть чужие. Изменить её нельзя."))


def require_review(scores: Mapping[UUID, int], criteria: Sequence[Criterion], comment: str, *, whole: bool) -> None:
    """Refuse what is no review, in words for each field; `whole` asks for every score and for words."""
    fields: dict[str, list[Text]] = {}
    for criterion in criteria:
        score = scores.get(criterion.key)
        if score is None and whole:
            fields[score_field(criterion.key)] = [_("Выберите оценку от 1 до 5.")]
        elif score is not None and not LOWEST_SCORE <= score <= HIGHEST_SCORE:
            fields[score_field(criterion.key)] = [_("Оценка может быть от 1 до 5.")]
    if (comment or whole) and (problem := text_problem(comment, LONGEST_TEXT)):
        fields["comment"] = [problem]
    if fields:
        raise Invalid(fields=fields)


def score_field(key: UUID) -> str:
    """Return what the score by a criterion is called in a form."""
    return f"score_{key.hex}"


def may_read_reviews(roles: Roles, campaign_id: int, *, over: bool, own: str) -> bool:
    """Say whether somebody may read the experts' reviews of an idea.

    `over`: no phase reviews any more, then everybody may. Until then an expert whose own is in, and editors; who could
    still write one reads none, in whatever other role. `own` is the state of the person's own review, "" without one.
    """
    if over or own == Review.State.SUBMITTED:
        return True
    could_write = own == Review.State.DRAFT or (roles.holds(Role.EXPERT, campaign_id) and not roles.everywhere)
    if could_write and own != Review.State.CONFLICT:
        return False
    return roles.holds(Role.EDITOR, campaign_id)


def joining_as(roles: Roles, person: Person, idea: Idea) -> str:
    """Return in what capacity the person says that the idea is another's duplicate; "" where they may not."""
    if roles:
        for role, capacity in ((Role.EDITOR, By.EDITOR), (Role.MODERATOR, By.MODERATOR)):
            if roles.holds(role, idea.cycle.campaign_id):
                return capacity
    return By.AUTHOR if idea.author_id == person.pk else ""


def require_joining(roles: Roles, person: Person, idea: Idea) -> str:
    if capacity := joining_as(roles, person, idea):
        return capacity
    raise NotAllowed(_("Объединить идею с другой могут её автор, модератор и редакторы."))


def require_mergeable(idea: Idea, into: Idea, *, has_duplicates: bool) -> None:
    """Refuse what would make a ring or a chain, and a target that lists do not show."""
    refused: Text | None = None
    if not allows(idea).listed or idea.progress not in PROGRESS["merge"].sources:
        raise PhaseClosed(_("Эту идею сейчас нельзя объединить с другой: она снята или по ней уже решили."))
    if idea.pk == into.pk:
        refused = _("Это она и есть. Укажите другую идею.")
    elif into.progress == Progress.MERGED:
        refused = _("Та идея сама объединена с другой. Укажите, с какой.")
    elif not allows(into).listed:
        refused = _("Автор отозвал ту идею. Укажите другую.")
    elif has_duplicates:
        refused = _("С этой идеей уже объединены похожие. Сначала разъедините их.")
    if refused:
        raise Invalid(fields={"into": [refused]})


def may_part(capacity: str, *, joined_by: str) -> bool:
    return capacity != By.AUTHOR or joined_by == By.AUTHOR


def require_parting(idea: Idea, capacity: str, *, joined_by: str) -> None:
    if idea.progress != Progress.MERGED:
        raise PhaseClosed(_("Эта идея уже отдельно."))
    if not may_part(capacity, joined_by=joined_by):
        raise NotAllowed(_("Эту идею объединили сотрудники проекта. Если это ошибка, напишите им в комментарии."))
