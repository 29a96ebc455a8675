from crowd import clock
from discussions.actions import open_thread
from ideas.models import Idea
from tests.factories import pages
from tests.factories.people import person


def idea(cycle=None, *, moderation=Idea.Moderation.PUBLISHED, tags=(), **fields):
    cycle = cycle or pages.cycle()
    fields.setdefault("title", "Автобусы на карте")
    fields.setdefault("problem", "На остановке непонятно, когда придёт автобус.")
    fields.setdefault("top_score", float(fields.get("votes_for", 0)))
    fields.setdefault("author", None)
    fields["author"] = fields["author"] or person()
    if moderation in {Idea.Moderation.PUBLISHED, Idea.Moderation.HIDDEN}:
        fields.setdefault("published_at", clock.now())
    if fields.get("progress") == Idea.Progress.MERGED and "merged_into" not in fields:
        fields["merged_into"] = idea(cycle, title="Автобусы на общей карте")
    made = Idea.objects.create(cycle=cycle, moderation=moderation, **fields)
    made.tags.set(tags)
    open_thread(host_kind="idea", host_id=made.pk, block=cycle)
    return made
