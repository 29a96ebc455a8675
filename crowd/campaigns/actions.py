from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from crowd.campaigns.models import Phase, PhaseMark
from crowd.events import actions as events


def mark_phases() -> None:
    """Record once each opening and closing whose moment has come, of published blocks."""
    for kind, field in ((PhaseMark.Kind.OPENED, "opens_at"), (PhaseMark.Kind.CLOSED, "closes_at")):
        marked = PhaseMark.objects.filter(phase_id=OuterRef("pk"), kind=kind, moment=OuterRef(field))
        due = Phase.objects.filter(**{f"{field}__lte": Now()}, page__live=True).exclude(Exists(marked))
        for phase in due.select_related("page").order_by(field):
            _mark_phase(phase, kind)


@transaction.atomic
def _mark_phase(phase: Phase, kind: PhaseMark.Kind) -> None:
    moment = phase.opens_at if kind == PhaseMark.Kind.OPENED else phase.closes_at
    mark, created = PhaseMark.objects.get_or_create(phase_id=phase.pk, kind=kind, moment=moment)
    if created:
        events.record(
            f"phase.{kind.value}",
            subject=events.Subject("phase", phase.pk),
            campaign_id=phase.page.campaign_id,
            payload={"block": phase.page_id, "mark": mark.pk},
        )
