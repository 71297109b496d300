"""A small town to tell stories in: devices that leak, phones that ring, a clock that jumps.

    def test_a_leak_is_answered(town):
        town.device("502").leaks()
        town.phone("王芳").expect("燃气泄漏报警", "8栋3单元502")
        town.later(seconds=61)
        ...

Stories drive the house through its doors' actions; at the end an unexpected message or a logged error fails the test.
"""

from tests.harness.town import Device, Phone, Town

__all__ = ["Device", "Phone", "Town"]
