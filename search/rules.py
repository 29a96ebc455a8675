from crowd.people.models import CampaignRole
from crowd.people.policies import CampaignPermissionPolicy
from search.models import Synonyms

EDITORS = (CampaignRole.Role.EDITOR,)
SYNONYMS_POLICY = CampaignPermissionPolicy(Synonyms, view=EDITORS, change=EDITORS, add=EDITORS, delete=EDITORS)
