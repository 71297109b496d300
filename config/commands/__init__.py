"""The commands of ``linli``, one module each: ``add_arguments(parser)`` and ``run(args) -> exit code``."""
