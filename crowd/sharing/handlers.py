from datetime import timedelta

from crowd.events.registry import schedule
from crowd.sharing.pictures import forget_old_pictures

schedule("sharing.forget_pictures", every=timedelta(days=1), work=forget_old_pictures)
