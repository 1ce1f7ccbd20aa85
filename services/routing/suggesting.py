"""The learned suggestion: what the county's newest model says about a new petition. It never decides.

Models are files ``models/<county>/<version>.npz`` in the instance's folder, written by ``./xinqiao suggest train``.
The newest one that can be read is used from the next petition on; nothing is restarted. What a model is stands in
``learned``, which is imported when there is one: a county without a model pays nothing for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from services.common import logs, settings
from services.contracts.proposals import Suggestion

if TYPE_CHECKING:
    from services.routing.learned import Model

SUFFIX = ".npz"

_newest: dict[str, tuple[Path, "Model"]] = {}
"""By county, the model in use and its file."""
_unreadable: set[tuple[Path, int]] = set()
"""Files that are no model, with the instant of their last change: each is told once."""


def suggestion_for(county: str, title: str, body: str) -> Suggestion | None:
    """Category and body as the county's decided cases have them; None where the county has no model.

    Neither is given, and ``unsure`` is set, where the model is less certain than it must be to be listened to. Whether
    the body may have the case at all (it may be accused, or closed) is the caller's to check.
    """
    model = newest_model(county)
    return model.suggest(title=title, body=body) if model else None


def models_folder(county: str) -> Path:
    """Where this county's models lie."""
    return settings.folder() / "models" / county


def model_files(county: str) -> list[Path]:
    """All models of the county, the newest first: a version begins with the instant of its training."""
    return sorted(models_folder(county).glob(f"*{SUFFIX}"), reverse=True)


def newest_model(county: str) -> "Model | None":
    """The newest model that can be read, kept in memory until there is a newer one."""
    for path in model_files(county):
        if county in _newest and _newest[county][0] == path:
            return _newest[county][1]
        if (model := _read(path, county)) is not None:
            _newest[county] = (path, model)
            return model
    return None


def _read(path: Path, county: str) -> "Model | None":
    from services.routing import learned

    try:
        known = (path, path.stat().st_mtime_ns)
    except FileNotFoundError:  # removed while we looked
        return None
    if known in _unreadable:
        return None
    try:
        return learned.read(path, county=county)
    except (OSError, learned.NotAModel) as error:
        _unreadable.add(known)
        logs.get(__name__).error("model_unreadable", file=str(path), why=str(error))
        return None
