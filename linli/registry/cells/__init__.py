"""What stands in the cells of a register as communities keep it in Excel, and what its columns hold. Pure: no database, no clock.

Nothing here fails, and nothing is repaired: what cannot be understood, or only perhaps, comes back with its ``Doubt``.
"""

from linli.registry.cells.addresses import Address, address_in
from linli.registry.cells.days import Day, day_in
from linli.registry.cells.doubts import Doubt
from linli.registry.cells.headers import Header, bare_heading, field_of, header_of, is_footer
from linli.registry.cells.identity import IdNumber, Name, id_number_in, name_in
from linli.registry.cells.phones import Phone, phones_in
from linli.registry.cells.text import is_ditto, says_nothing, text_of

__all__ = [
    "Address",
    "Day",
    "Doubt",
    "Header",
    "IdNumber",
    "Name",
    "Phone",
    "address_in",
    "bare_heading",
    "day_in",
    "field_of",
    "header_of",
    "id_number_in",
    "is_ditto",
    "is_footer",
    "name_in",
    "phones_in",
    "says_nothing",
    "text_of",
]
