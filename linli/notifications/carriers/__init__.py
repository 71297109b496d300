"""Contracts with the providers of texts and calls, what they report back, what people answer, and the loudspeakers."""
