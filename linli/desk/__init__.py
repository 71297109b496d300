"""The duty desk: what is open, who was told, who answered, what to do now.

Words: desk (the live list of open incidents), today (a worker's first page), incident page (timeline and big buttons),
building chart (doors by what a room can say of them), wall (for everybody, without names), report (one incident on paper).
Who enters: duty officers, the secretary, grid leads and captains for their own places.
Promises: the gravest is on top; a dropped line is said; every job can be done from the keyboard and on a phone.
Never: closes anything by itself; shows personal data without a reason.
"""
