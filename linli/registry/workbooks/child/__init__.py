"""The process that opens files nobody vouches for. It imports neither Django nor anything of Linli but this package's limits."""
