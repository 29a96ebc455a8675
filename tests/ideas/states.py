"""In what states an idea may not be seen by the public: what tests of every place it could come out of walk."""

from ideas.models import Idea

Moderation, Progress = Idea.Moderation, Idea.Progress


def set_state(**fields):
    def change(found):
        Idea.objects.filter(pk=found.pk).update(**fields)

    return change


def unpublish_cycle(found):
    found.cycle.unpublish()


def unpublish_campaign(found):
    found.cycle.get_parent().specific.unpublish()


def close_campaign(found):
    found.cycle.get_parent().view_restrictions.create(restriction_type="login")


def merge(found):
    into = Idea.objects.filter(cycle=found.cycle_id).exclude(pk=found.pk).order_by("pk")[0]
    set_state(progress=Progress.MERGED, merged_into=into)(found)


HIDDEN = {
    "draft": set_state(moderation=Moderation.DRAFT, published_at=None),
    "waits": set_state(moderation=Moderation.PENDING, published_at=None),
    "sent back": set_state(moderation=Moderation.NEEDS_WORK, published_at=None),
    "rejected": set_state(moderation=Moderation.REJECTED, published_at=None),
    "hidden": set_state(moderation=Moderation.HIDDEN),
    "cycle unpublished": unpublish_cycle,
    "campaign unpublished": unpublish_campaign,
}
# Those keep a page of their own, for some or for all, but nobody comes upon them by chance.
UNLISTED = {
    "withdrawn": set_state(progress=Progress.WITHDRAWN),
    "merged": merge,
    "campaign for some": close_campaign,
}
