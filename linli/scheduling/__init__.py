"""Working days, and who is on duty when.

Words: working calendar (public holidays and make-up workdays, year by year), running clock (time that counts always, or in working
days only), shift (a daily span of the duty desk, as data), rota (a community's shifts, people and duties), duty (one shift on one
day, and who holds it), gap (a time with nobody on duty), swap (one officer asks another to take a duty), hand-over note (what the
leaving officer tells the next).
Who enters: the secretary plans; duty officers swap their own duties and hand over; captains see who is on duty.
Promises: each shift has one duty a day; a gap is shown in advance, and said at once when somebody must be called; a duty changed by
hand is never planned over; a year without a holiday table counts by weekends and says so.
Never: leaves an alarm waiting for a rota; puts one person on two duties at the same time; forgets who changed what.
"""
