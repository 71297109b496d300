"""The admin shell."""

UNFOLD: dict[str, object] = {"SITE_TITLE": "邻里 Linli"}
