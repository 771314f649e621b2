"""Read YAML so that what is wrong with it can be said with file, line and cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, YAMLError

from bot.errors import BrokenContent


def read_yaml(path: Path) -> Any:
    """Return the document in ``path``.

    Raises:
        BrokenContent: The file is missing, not UTF-8, not YAML, or has a key twice.
    """
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenContent(
            path, None, "the file is missing; restore it from the repository"
        ) from None
    except UnicodeDecodeError:
        raise BrokenContent(path, None, "save the file as UTF-8") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise BrokenContent(path, mark.line + 1 if mark else None, str(problem)) from None
