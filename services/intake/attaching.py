"""Files of a case (附件): who adds them, under which names, how many. Pure.

Nobody whom the petition accuses adds anything to it (Art. 30 of 《信访工作条例》).
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

import msgspec

from services.common import accused
from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState, require
from services.contracts.actor import Actor
from services.contracts.attachments import FROM_PETITIONER, MEDIA_TYPES, AddAttachment, Attachment
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.intake.taking_part import check_takes_part

LONGEST_NAME = 100
"""Characters of a file's name, with its end; what is longer is cut before the end."""
UNSAFE = frozenset('<>:"|?*')


class AttachmentsFull(Refusal):
    code = "ATTACHMENTS_FULL"
    default = "该件的附件数量已达上限，请撤销不需要的附件，或将多份材料合并后上传"


def check_uploader(*, actor: Actor, petition: Petition, standing: Iterable[Referral]) -> None:
    """Whoever takes part in the case, and nobody whom it accuses. ``standing``: the hand-overs that stand.

    Raises ``NotFound``, ``Forbidden`` and ``AccusedUnit``.
    """
    check_takes_part(actor=actor, petition=petition, holding=standing, doing="上传该件的附件")
    accused.check_actor(petition=petition, actor=actor, doing="上传该件的附件")


def added(
    *, command: AddAttachment, petition: Petition, there: Iterable[Attachment], actor: Actor, now: datetime, most: int
) -> Attachment | None:
    """The attachment; None where the case holds the same file already. ``most``: how many a case may hold.

    Raises ``InvalidInput`` and ``AttachmentsFull``.
    """
    if command.media_type not in MEDIA_TYPES:
        raise InvalidInput(f"不支持的文件类型 {command.media_type}", field="name")
    standing = [each for each in there if each.taken_back is None]
    if same_file(command, standing) is not None:
        return None
    if len(standing) >= most:
        raise AttachmentsFull(f"该件已有 {len(standing)} 个附件，最多 {most} 个；请撤销不需要的，或合并后上传")
    return Attachment(
        id=command.attachment_id,
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        kind=command.kind,
        name=tidy_name(command.name),
        media_type=command.media_type,
        size=command.size,
        sha256=command.sha256,
        scanned=command.scanned,
        reserved=petition.hides_petitioners and command.kind in FROM_PETITIONER,
        uploaded_by=actor.tenant,
        by=actor.reference,
        at=now,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )


def same_file(command: AddAttachment, there: Iterable[Attachment]) -> Attachment | None:
    """The attachment of the case that is this very file, under whatever name, and was not taken back."""
    return next((each for each in there if each.sha256 == command.sha256 and each.taken_back is None), None)


def taken_back(*, attachment: Attachment, actor: Actor, reason: str) -> Attachment:
    """The attachment as nobody downloads it any more; that it was there stays in the case file, with the reason."""
    if actor.tenant != attachment.uploaded_by:
        raise Forbidden("附件只能由上传单位撤销")
    if attachment.taken_back is not None:
        raise WrongState(f"该附件已撤销：{attachment.taken_back}")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(attachment, taken_back=reason.strip())


def tidy_name(given: str) -> str:
    """The last part of what may be a path, without control and direction characters, no longer than ``LONGEST_NAME``.

    Raises ``InvalidInput`` where nothing is left before the end of the name.
    """
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if one in UNSAFE else one for one in last if unicodedata.category(one)[0] != "C")
    stem, _, end = " ".join(kept.split()).rpartition(".")
    stem = stem.strip(" .")
    if not stem or not end:
        raise InvalidInput("请填写文件名，并带扩展名（如 征收协议.pdf）", field="name")
    return f"{stem[: LONGEST_NAME - len(end) - 1].rstrip(' .')}.{end}"


def remark(attachment: Attachment) -> str:
    """For the timeline, which all read who see the case; a name may tell who wrote."""
    return attachment.kind.label if attachment.reserved else f"{attachment.kind.label}：{attachment.name}"
