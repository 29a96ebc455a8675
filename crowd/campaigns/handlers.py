from datetime import timedelta

from crowd.campaigns.actions import mark_phases
from crowd.events.registry import schedule

schedule("campaigns.phases", every=timedelta(seconds=5), work=mark_phases)
