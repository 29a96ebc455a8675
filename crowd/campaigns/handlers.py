from datetime import timedelta

from crowd.campaigns.actions import mark_phases
from crowd.campaigns.pictures import draw_undrawn
from crowd.campaigns.queries import until_boundary
from crowd.events.registry import schedule
from crowd.pages_cache.shown import boundaries

schedule("campaigns.phases", every=timedelta(seconds=5), work=mark_phases)
# A large photo takes seconds in all its sizes, and a library put back from a copy has many.
schedule("campaigns.pictures", every=timedelta(seconds=5), work=draw_undrawn, lease=timedelta(minutes=10))
# Pages that are kept ready end with the phase that they show.
boundaries.append(until_boundary)
