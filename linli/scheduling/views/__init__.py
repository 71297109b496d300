"""The rota's doors."""
