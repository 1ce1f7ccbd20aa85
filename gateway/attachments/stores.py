"""Which storage the settings name."""

from pathlib import Path

from gateway.attachments.folder import Folder
from gateway.attachments.storage import Storage
from services.common.settings import Settings, SettingsError

OF_S3 = ("s3_endpoint", "s3_bucket", "s3_access_key", "s3_secret_key")


def check_complete(config: Settings) -> None:
    """Raises ``SettingsError`` naming what the chosen storage needs and has not."""
    missing = [key for key in OF_S3 if not getattr(config, key)]
    if config.attachment_storage == "s3" and missing:
        raise SettingsError(f"attachment_storage 为 s3 时，还须填写配置项 {'、'.join(missing)}")


def storage_of(config: Settings, *, folder: Path) -> Storage:
    """The storage of the files of cases. ``folder``: the instance's. Raises as ``check_complete`` does.

    It is not asked whether it answers: that is ``Storage.check``.
    """
    root = folder / "attachments"
    if config.attachment_storage == "folder":
        return Folder(root)
    check_complete(config)
    # Imported here: whoever keeps files in a folder need not have it in memory.
    from gateway.attachments.object_store import ObjectStore

    return ObjectStore(
        endpoint=config.s3_endpoint,
        bucket=config.s3_bucket,
        region=config.s3_region,
        access_key=config.s3_access_key,
        secret_key=config.s3_secret_key,
        incoming=root / "incoming",
    )
