"""The pages of a thread, each read from where the one before ended: never by counting what lies between."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from discussions.models import Comment, CommentQuerySet
from discussions.queries.access import with_names
from discussions.queries.shown import Shown

# How many comments of the first level stand on a page, how many answers are unfolded beneath each, and how many stand
# on a page of one branch.
FIRSTS, UNFOLDED, ANSWERS = 20, 2, 50


class Order(models.TextChoices):
    NEW = "new", _("Сначала новые")
    OLD = "old", _("Сначала старые")
    TOP = "top", _("Самые поддержанные")
    EXPERTS = "experts", _("Только эксперты")
    QUESTIONS = "questions", _("Только вопросы")


# Lists of comments of any level, each naming whom it answers.
FLAT = frozenset({Order.EXPERTS, Order.QUESTIONS})
Cursor = tuple[int, ...]
NUMBER = re.compile(r"[0-9]{1,18}")
SUPPORT_AND_NUMBER = re.compile(r"(-?[0-9]{1,9})\.([0-9]{1,18})")


@dataclass
class Page:
    """Comments in order, or a branch; `earlier` and `further` are cursors of the pages beside it, empty at an end."""

    comments: list[Shown] = field(default_factory=list)
    pinned: list[Shown] = field(default_factory=list)
    branch: Shown | None = None
    earlier: str = ""
    further: str = ""


def order_of(text: str) -> Order:
    """Return the order that is asked for; the usual one for what is none."""
    return Order(text) if text in Order.values else Order.NEW


def cursor_of(order: Order, text: str) -> Cursor | None:
    """Return where a page begins; None, the first page, for what is no cursor of this order."""
    found = (SUPPORT_AND_NUMBER if order == Order.TOP else NUMBER).fullmatch(text)
    return tuple(map(int, found.groups() or (found[0],))) if found else None


def thread_page(thread_id: int, order: Order, cursor: Cursor | None = None, *, back: bool = False) -> Page:
    """Return the page that follows the cursor, or with `back` the one before it: one query, however long the thread.

    Pinned comments stand above the first page; so does what would be the rest of one that is read backwards.
    """
    back = back and cursor is not None
    listed = _beside(in_order(thread_id, order), order, cursor, back=back)
    if order in FLAT:
        found, pinned = [Shown(comment) for comment in with_names(listed)[: FIRSTS + 1]], []
    else:
        found, pinned = _with_answers(thread_id, listed, with_pinned=cursor is None)
    if cursor is not None and len(found) <= (FIRSTS if back else 0):
        return thread_page(thread_id, order)
    found.sort(key=lambda one: _position(one.comment, order), reverse=order != Order.OLD)
    shown, earlier, further = _cut(found, FIRSTS, cursor, back=back)
    mark = [".".join(map(str, _position(one.comment, order))) if one else "" for one in (earlier, further)]
    return Page(shown, pinned, earlier=mark[0], further=mark[1])


def branch_page(root: Comment, cursor: Cursor | None = None, *, back: bool = False) -> Page:
    """Return a page of all answers beneath a comment, by publication."""
    back = back and cursor is not None
    beneath = Comment.objects.visible().filter(root=root, answer_number__isnull=False).order_by("answer_number")
    if cursor is not None:
        beneath = beneath.filter(**{"answer_number__lt" if back else "answer_number__gt": cursor[0]})
    answers = with_names(beneath.reverse() if back else beneath)[: ANSWERS + 1]
    found = sorted(map(Shown, answers), key=lambda one: one.comment.answer_number or 0)
    if cursor is not None and len(found) <= (ANSWERS if back else 0):
        return branch_page(root)
    shown, earlier, further = _cut(found, ANSWERS, cursor, back=back)
    mark = [str(one.comment.answer_number) if one else "" for one in (earlier, further)]
    return Page(branch=Shown(root, shown), earlier=mark[0], further=mark[1])


def in_order(thread_id: int, order: Order) -> CommentQuerySet:
    """Return the comments that an order lists; what is pinned stands above and not among them."""
    comments = Comment.objects.filter(thread_id=thread_id)
    if order == Order.EXPERTS:
        return comments.visible().filter(voice=Comment.Voice.EXPERT).order_by("-first_seq")
    if order == Order.QUESTIONS:
        return comments.visible().filter(stance=Comment.Stance.QUESTION).order_by("-first_seq")
    if order == Order.TOP:
        return comments.firsts().visible().filter(pinned_at=None).order_by("-support", "-first_seq")
    placed = comments.firsts().with_place().filter(first_seq__isnull=False)
    unpinned = placed.filter(~Q(moderation=Comment.Moderation.PUBLISHED) | Q(pinned_at=None))
    return unpinned.order_by("first_seq" if order == Order.OLD else "-first_seq")


def pinned_in(thread_id: int) -> CommentQuerySet:
    """Return what moderators have put above all else; actions let it be a few."""
    return Comment.objects.firsts().visible().filter(thread_id=thread_id, pinned_at__isnull=False)


def _beside(comments: CommentQuerySet, order: Order, cursor: Cursor | None, *, back: bool) -> CommentQuerySet:
    """Return what follows the cursor in this order; with `back` what comes before it, the nearest first."""
    if cursor is None:
        return comments
    upwards = (order == Order.OLD) != back
    comments = comments.reverse() if back else comments
    if order == Order.TOP:
        return comments.filter(_row(F("support"), F("first_seq"), " > " if upwards else " < ", cursor))
    return comments.filter(**{"first_seq__gt" if upwards else "first_seq__lt": cursor[0]})


def _with_answers(thread_id: int, listed: CommentQuerySet, *, with_pinned: bool) -> tuple[list[Shown], list[Shown]]:
    """Return the comments of the first level of a page and what is pinned above it, each with its first answers."""
    heads, unfolded = listed.values("pk"), Q(answer_number__lte=UNFOLDED)
    rows, answers = with_names(Comment.objects.all()), with_names(Comment.objects.visible())
    parts = [rows.filter(pk__in=heads[: FIRSTS + 1]), answers.filter(unfolded, root__in=heads[: FIRSTS + 1])]
    if with_pinned:
        pinned = pinned_in(thread_id)
        parts += [with_names(pinned), answers.filter(unfolded, root__in=pinned.values("pk"))]
    return _in_place(list(parts[0].union(*parts[1:], all=True)))


def _row(first: F, second: F, sign: str, cursor: Cursor) -> Func:
    """Compare rows as SQL does, `(a, b) < (1, 2)`: unlike `a < 1 OR (a = 1 AND b < 2)`, that is a place in an index."""
    left = Func(first, second, template="(%(expressions)s)")
    right = Func(*map(Value, cursor), template="(%(expressions)s)")
    return Func(left, right, template="%(expressions)s", arg_joiner=sign, output_field=models.BooleanField())


def _in_place(found: Sequence[Comment]) -> tuple[list[Shown], list[Shown]]:
    """Put the answers beneath what they belong to; return what is not pinned and what is, the latest pinned first."""
    beneath: dict[int, list[Shown]] = defaultdict(list)
    for answer in sorted((one for one in found if one.root_id), key=lambda one: one.answer_number or 0):
        beneath[answer.root_id or 0].append(Shown(answer))
    firsts = [
        Shown(first, beneath[first.pk], first.answer_count - len(beneath[first.pk]))
        for first in found
        if first.root_id is None
    ]
    pinned = [(one.comment.pinned_at, one) for one in firsts if one.comment.pinned_at and one.comment.is_public]
    pinned.sort(key=lambda pair: pair[0], reverse=True)
    above = [one for _moment, one in pinned]
    return [one for one in firsts if one not in above], above


def _cut(
    found: list[Shown], size: int, cursor: Cursor | None, *, back: bool
) -> tuple[list[Shown], Shown | None, Shown | None]:
    """Return a page of what was read, which is one more than fits, and where the pages before and after it begin."""
    more = len(found) > size
    shown = found[-size:] if back else found[:size]
    if not shown:
        return shown, None, None
    return shown, shown[0] if (more if back else cursor is not None) else None, shown[-1] if back or more else None


def _position(comment: Comment, order: Order) -> tuple[Any, ...]:
    return (comment.support, comment.first_seq) if order == Order.TOP else (comment.first_seq,)
