"""What is allowed, and how days and duties follow from what is on file. Pure: no Django, no clock."""
