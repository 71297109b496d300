"""What a community begins with: grades, categories, questions, sentences. Rows it may change, not rules in code."""
