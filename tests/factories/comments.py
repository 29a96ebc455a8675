from discussions.actions import open_thread, post_comment
from discussions.models import Comment, Thread
from tests.factories import pages, people


def thread(page=None):
    page = page or pages.discussion()
    return open_thread(host_kind="discussion", host_id=page.pk, block=page)


def comment(in_thread=None, **fields):
    """A comment as `post_comment` writes it."""
    fields.setdefault("body", "Нужна детская площадка")
    author = fields.pop("author", None) or people.person()
    return post_comment(author=author, thread=in_thread or thread(), **fields)


def comments(in_thread, count, author=None):
    """Many published comments, written past the rules."""
    author = author or people.person()
    in_thread.refresh_from_db(fields=["last_seq", "comment_count"])
    first = in_thread.last_seq + 1
    rows = Comment.objects.bulk_create(
        Comment(
            thread=in_thread,
            author=author,
            body=f"Сообщение {seq}",
            moderation=Comment.Moderation.PUBLISHED,
            seq=seq,
            first_seq=seq,
        )
        for seq in range(first, first + count)
    )
    in_thread.last_seq += count
    in_thread.comment_count += count
    in_thread.save(update_fields=["last_seq", "comment_count"])
    return rows


def answers(root, count, author=None):
    """Many published answers beneath one comment, written past the rules."""
    in_thread = Thread.objects.get(pk=root.thread_id)
    rows = comments(in_thread, count, author)
    for number, row in enumerate(rows, root.answer_count + 1):
        row.parent = row.root = root
        row.answer_number = number
    Comment.objects.bulk_update(rows, ["parent", "root", "answer_number"])
    root.answer_count += count
    root.save(update_fields=["answer_count"])
    return rows
