"""The laws of the house that import-linter cannot see. Every law stands beside a planted violation that it must catch."""
