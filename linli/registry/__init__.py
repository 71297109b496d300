"""The register under all rooms: communities, places, people, relatives and posts.

Words: community, grid, building, unit (stairwell), dwelling, household (a dated occupancy of a dwelling), resident,
contact (a relative to call, who need not live here), contact point (one way to reach somebody), post (a role over a place, with dates).
Who enters: community workers; captains and grid leads see their own places.
Promises: one open household per dwelling, one open head per household; phone and ID numbers are encrypted and masked,
and revealed with a reason.
Never: deletes a person who moved or died, shows a full number without an audit entry, sends a message.
"""
