"""The register's doors."""
