"""When a flag may be raised, what a decision makes of it, and whose flags hide a post by themselves. Pure."""

from collections.abc import Sequence

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from crowd.errors import Invalid, NotAllowed, Text
from crowd.moderation.models import LONGEST_FLAG_NOTE, Flag, FlagReason, Outcome
from crowd.moderation.registry import Case
from crowd.people.models import Person

PUBLIC = "published"

# How many of somebody's latest settled flags are looked at, and how many of them may be false.
RECORD = 10
FALSE_FLAGS = 3

# What a moderator makes of a flagged post says whether there was something to flag; what is given back to be mended was
# flagged rightly too.
SETTLED_BY = {
    Outcome.PUBLISH: Flag.State.DISMISSED,
    Outcome.KEEP: Flag.State.DISMISSED,
    Outcome.HIDE: Flag.State.UPHELD,
    Outcome.REJECT: Flag.State.UPHELD,
    Outcome.NEEDS_WORK: Flag.State.UPHELD,
    Outcome.DUPLICATE: Flag.State.UPHELD,
}


def require_flaggable(case: Case, person: Person) -> None:
    """Refuse to flag one's own post; what is not public is not there, whoever may look behind."""
    require_others(case, person)
    if case.status != PUBLIC:
        raise Http404


def require_others(case: Case, person: Person) -> None:
    if case.author_id == person.pk:
        raise NotAllowed(_("Это ваша запись: пожаловаться можно только на чужую."))


def require_flag(reason: FlagReason | None, note: str) -> tuple[FlagReason, str]:
    """Return the reason and the note without blanks around it; refuse what is no flag, in words for each field."""
    fields: dict[str, list[Text]] = {}
    note = note.replace("\r\n", "\n").strip()
    if reason is None:
        fields["reason"] = [_("Выберите, что не так с этой записью.")]
    if len(note) > LONGEST_FLAG_NOTE:
        fields["note"] = [_("Не длиннее %(most)s знаков.") % {"most": LONGEST_FLAG_NOTE}]
    elif "\x00" in note:
        fields["note"] = [_("В тексте есть знак, который нельзя сохранить.")]
    if fields or reason is None:
        raise Invalid(fields=fields)
    return reason, note


def is_distrusted(settled: Sequence[str]) -> bool:
    """Say whether somebody flags what breaks no rule; `settled` is what became of the own flags, the latest first.

    Of the last `RECORD` flags that were decided about, at least `FALSE_FLAGS` were dismissed, and more than were
    upheld. Two false flags are a difference of opinion with a moderator; the third shows a habit, unless the same
    person was right as often. Only the latest count, so that trust comes back to whoever flags with care.

    Flags of who is distrusted reach the moderator as before, with a mark, but no longer hide a post by themselves:
    else a few people who dislike somebody could silence the writer again and again, each time until a moderator comes.
    """
    latest = list(settled[:RECORD])
    dismissed, upheld = latest.count(Flag.State.DISMISSED), latest.count(Flag.State.UPHELD)
    return dismissed >= FALSE_FLAGS and dismissed > upheld


def counts_to_hide(person: Person, settled: Sequence[str]) -> bool:
    """Say whether this person's flag is one of those that hide a post until a moderator decides."""
    return person.is_active and person.standing == Person.Standing.TRUSTED and not is_distrusted(settled)


def are_enough(flags: int, needed: int) -> bool:
    """Say whether so many flags hide a post; where none are needed, none do: it is switched off."""
    return 0 < needed <= flags
