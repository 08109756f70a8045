import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def need(program: str, how_to_get_it: str) -> str:
    """The path of a program, from node_modules or from the system.

    Without it the test is skipped on a person's machine, and fails where CI=true: there nobody reads of a skipped test.
    """
    places = [str(ROOT / "node_modules" / ".bin"), os.environ.get("PATH", os.defpath)]
    if path := shutil.which(program, path=os.pathsep.join(places)):
        return path
    message = f"There is no {program} on this machine. {how_to_get_it}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def content_of(response) -> bytes:
    """The whole of a file that a view sends; the test client closes the file at its end."""
    return b"".join(response.streaming_content)
