"""``linli simulate``: the simulation itself is linli.safety.simulation."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from linli.safety.simulation import add_arguments as add

    add(parser)


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from linli.safety.simulation import run as simulate

    return simulate(args)
