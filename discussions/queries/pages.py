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
    """Comments in order; `further` is the cursor of the page that follows, empty at the end."""

    comments: list[Shown]
    pinned: list[Shown] = field(default_factory=list)
    further: str = ""


def order_of(text: str) -> Order:
    """Return the order that is asked for; the usual one for what is none."""
    return Order(text) if text in Order.values else Order.NEW


def cursor_of(order: Order, text: str) -> Cursor | None:
    """Return where a page begins; None, the first page, for what is no cursor of this order."""
    found = (SUPPORT_AND_NUMBER if order == Order.TOP else NUMBER).fullmatch(text)
    return tuple(map(int, found.groups() or (found[0],))) if found else None


def thread_page(thread_id: int, order: Order, cursor: Cursor | None) -> Page:
    """Return a page of the thread in this order, pinned comments first on the first: one query, however long it is."""
    listed = _after(in_order(thread_id, order), order, cursor)
    if order in FLAT:
        found = [Shown(comment) for comment in with_names(listed)[: FIRSTS + 1]]
        return _page(order, found)
    heads, folded = listed.values("pk"), Q(answer_number__lte=UNFOLDED)
    rows, answers = with_names(Comment.objects.all()), with_names(Comment.objects.visible())
    parts = [
        rows.filter(pk__in=heads[: FIRSTS + 1]),
        answers.filter(folded, root__in=heads[:FIRSTS]),
    ]
    if cursor is None:
        pinned = pinned_in(thread_id)
        parts += [with_names(pinned), answers.filter(folded, root__in=pinned.values("pk"))]
    return _page(order, *_in_place(list(parts[0].union(*parts[1:], all=True)), order))


def branch_page(root: Comment, cursor: Cursor | None) -> tuple[Shown, str]:
    """Return the comment with a page of all its answers by publication, and the cursor of the page that follows."""
    beneath = Comment.objects.visible().filter(root=root, answer_number__gt=cursor[0] if cursor else 0)
    found = list(with_names(beneath).order_by("answer_number")[: ANSWERS + 1])
    further = str(found[ANSWERS - 1].answer_number) if len(found) > ANSWERS else ""
    return Shown(root, [Shown(answer) for answer in found[:ANSWERS]]), further


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


def _after(comments: CommentQuerySet, order: Order, cursor: Cursor | None) -> CommentQuerySet:
    if cursor is None:
        return comments
    if order == Order.TOP:
        return comments.filter(_row(F("support"), F("first_seq"), before=cursor))
    return comments.filter(**{"first_seq__gt" if order == Order.OLD else "first_seq__lt": cursor[0]})


def _row(*columns: F, before: Cursor) -> Func:
    """Compare rows as SQL does, `(a, b) < (1, 2)`: unlike `a < 1 OR (a = 1 AND b < 2)`, that is a place in an index."""
    left = Func(*columns, template="(%(expressions)s)")
    right = Func(*map(Value, before), template="(%(expressions)s)")
    return Func(left, right, template="%(expressions)s", arg_joiner=" < ", output_field=models.BooleanField())


def _in_place(found: Sequence[Comment], order: Order) -> tuple[list[Shown], list[Shown]]:
    """Put the answers beneath what they belong to; return the comments of the first level in order, and the pinned."""
    beneath: dict[int, list[Shown]] = defaultdict(list)
    for answer in sorted((one for one in found if one.root_id), key=lambda one: one.answer_number or 0):
        beneath[answer.root_id or 0].append(Shown(answer))
    firsts = [
        Shown(first, beneath[first.pk], first.answer_count - len(beneath[first.pk]))
        for first in found
        if first.root_id is None
    ]
    pinned = [one for one in firsts if one.comment.pinned_at and one.comment.is_public]
    listed = [one for one in firsts if one not in pinned]
    pinned.sort(key=lambda one: one.comment.pinned_at.timestamp() if one.comment.pinned_at else 0, reverse=True)
    listed.sort(key=lambda one: _position(one.comment, order), reverse=order != Order.OLD)
    return listed, pinned


def _page(order: Order, found: list[Shown], pinned: Sequence[Shown] = ()) -> Page:
    further = ".".join(map(str, _position(found[FIRSTS - 1].comment, order))) if len(found) > FIRSTS else ""
    return Page(found[:FIRSTS], list(pinned), further)


def _position(comment: Comment, order: Order) -> tuple[Any, ...]:
    return (comment.support, comment.first_seq) if order == Order.TOP else (comment.first_seq,)
