from __future__ import annotations

import json

import pytest

from extract_features import CATALOGUE
from vehicles import Vehicle, clean


@pytest.fixture(scope="session")
def catalogue() -> list[Vehicle]:
    """The project's own 406 vehicles."""
    return clean(json.loads(CATALOGUE.read_bytes()))
