from __future__ import annotations

import pytest

from bot.checkin.check_in import CheckIn
from bot.checkin.reading import check_in_words, read_check_in
from bot.settings import ROOT

PATH = ROOT / "content" / "checkin" / "check_in.yml"


@pytest.fixture(scope="session")
def check_in() -> CheckIn:
    return read_check_in(PATH)


@pytest.fixture(scope="session")
def words() -> dict[str, str]:
    return check_in_words(PATH)
