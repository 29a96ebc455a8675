"""What is attached to an idea, and taken away again."""

from collections.abc import Collection, Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext

from crowd.errors import Invalid
from ideas.models import Attachment, Idea
from ideas.uploads import CleanFile


def attach(idea: Idea, files: Iterable[CleanFile]) -> None:
    """Keep the files with the locked idea; raise `Invalid` where they are more than it may have."""
    new = list(files)
    if not new:
        return
    most = settings.ATTACHMENT_MAX_FILES
    if idea.attachments.count() + len(new) > most:
        message = ngettext("Можно приложить не больше %(n)s файла.", "Можно приложить не больше %(n)s файлов.", most)
        raise Invalid(fields={"attachments": [message % {"n": most}]})
    stored: list[Attachment] = []
    try:
        for file in new:
            attachment = Attachment(idea=idea, name=file.name, content_type=file.content_type, size=file.content.size)
            attachment.file.save(file.name, file.content, save=False)
            stored.append(attachment)
        Attachment.objects.bulk_create(stored)
    except Exception:
        # The transaction takes the rows back; the files are ours to take back.
        _delete(stored)
        raise


def detach(idea: Idea, ids: Collection[int] | None = None) -> None:
    """Take these files from the locked idea, or all of them; what is not its own is left alone."""
    rows = idea.attachments.all() if ids is None else idea.attachments.filter(pk__in=list(ids))
    if gone := list(rows):
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in gone]).delete()
        # Only once nobody can come to name them again.
        transaction.on_commit(partial(_delete, gone), robust=True)


def _delete(attachments: Iterable[Attachment]) -> None:
    for attachment in attachments:
        attachment.file.delete(save=False)
