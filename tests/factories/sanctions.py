from datetime import timedelta

from crowd import clock
from crowd.moderation.models import Reason, Sanction
from tests.factories import people


def sanction(person, kind, campaign=None, *, starts=-1, ends=1, lifted=False, **fields):
    """What holds from `starts` to `ends` days from now, written past the rules; without a campaign everywhere."""
    now = clock.now()
    moderator = people.with_role("moderator")
    if lifted:
        fields |= {"lifted_at": now, "lifted_by": moderator}
    return Sanction.objects.create(
        person=person,
        kind=kind,
        campaign_id=campaign and campaign.pk,
        reason=Reason.objects.get(slug="insult"),
        imposed_by=moderator,
        starts_at=now + timedelta(days=starts),
        ends_at=now + timedelta(days=ends),
        **fields,
    )
