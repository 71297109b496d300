"""The registers of a community and of a city: how fast people are found, pages come, and workbooks are taken in."""
