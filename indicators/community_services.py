"""How well is a residential community served? Ours: no standard at hand says so.

Covered by the 15-minute life circle is who can walk to every declared service within 15 minutes. It follows from no
counts of single services: where 90 % are near a clinic and 90 % near a park, from 80 % to 90 % are near both. So it is
counted by whoever knows where people live, and it says nothing of how soon a service answers.
"""

from indicators.standard import Edition

COMMUNITY_SERVICES_V1 = Edition(
    "project",
    "community-services-1",
    None,
    None,
    "orders for repair and service, reach of notices, payments online, residents within 15 minutes' walk of all declared "
    "services",
)
