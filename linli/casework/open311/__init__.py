"""Open311 GeoReport v2 as text: one tree for both formats, what a program sent as values, what we tell as documents. Asks no clock."""
