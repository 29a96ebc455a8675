"""On which page a comment stands: where every link to a comment leads."""

from django.urls import reverse

from discussions.hosts import Host
from discussions.models import Comment
from discussions.queries.pages import ANSWERS, FIRSTS, UNFOLDED, Order, in_order

# How many newer comments stand above the one that a link leads to, where that is not among the first.
ABOVE = 4


def address_of(comment: Comment, host: Host) -> str:
    """Return the page that holds the comment, with its anchor: a query at most, whatever the length of the thread.

    What waits for a moderator stands on the host's own page, for its author.
    """
    anchor = f"#comment-{comment.pk}"
    if not comment.is_public:
        return f"{host.url}{anchor}"
    if comment.root_id is not None and (comment.answer_number or 0) > UNFOLDED:
        return f"{_in_branch(comment)}{anchor}"
    first = comment.root or comment
    if first.pinned_at is not None and first.is_public:
        return f"{host.url}{anchor}"
    newer = in_order(comment.thread_id, Order.NEW).filter(first_seq__gt=first.first_seq)
    numbers = list(newer.order_by("first_seq").values_list("first_seq", flat=True)[:FIRSTS])
    if len(numbers) < FIRSTS:
        return f"{host.url}{anchor}"
    return f"{_thread(comment)}?from={(numbers[ABOVE - 1] or 0) + 1}{anchor}"


def _in_branch(answer: Comment) -> str:
    # Numbers are dense, hidden answers included: a page that begins at a multiple holds what is shown of its fifty.
    begins = ((answer.answer_number or 1) - 1) // ANSWERS * ANSWERS
    return f"{_thread(answer)}?root={answer.root_id}" + (f"&from={begins}" if begins else "")


def _thread(comment: Comment) -> str:
    return reverse("discussions:comments", kwargs={"pk": comment.thread_id})
