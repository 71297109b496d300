"""Linli watches itself: whether an alarm would come through now, whether the machine is well, whether there is a backup.

Words: canary (a detector of our own whose alarm goes the whole way every ten seconds), own path (the way of an alarm through
us), trouble (disk, clock, backup, broker, database), dead-man ping (told outside every minute that all is well), retention.
Who enters: the worker's ticks; administrators read it on the desk, with ``linli check`` and on /metrics.
Promises: a path that is slow or dead is said within a minute, by whichever part still lives; no row is pruned before its time, and
nothing of an open incident; a restored house forgets nothing that was open.
Never: touches an alarm; pages anybody at night for what can wait.
"""
