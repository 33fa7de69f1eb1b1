from __future__ import annotations

import pytest

from vehicles import Vehicle, read_catalogue


@pytest.fixture(scope="session")
def catalogue() -> list[Vehicle]:
    """The project's own 406 vehicles."""
    return read_catalogue()
