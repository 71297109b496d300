"""A sheet becomes entries, and entries become a plan: what would be added, changed, asked. Pure: no database, no clock."""

from linli.registry.importing.entries import Entry, Note, entries_in
from linli.registry.importing.outcomes import Outcome, Person, Policy
from linli.registry.importing.plans import Plan, Register, plan_of

__all__ = ["Entry", "Note", "Outcome", "Person", "Plan", "Policy", "Register", "entries_in", "plan_of"]
