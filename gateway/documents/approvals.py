"""The papers of an approval flow as DOCX, from ``templates``, which an office may edit: the form of the whole run
(呈批表), and what is handed out at a step (the three papers of a skip-level visit)."""

from datetime import date

from gateway.documents.rendering import rendered, written
from services.contracts.directory import Organisation
from services.contracts.flows import Approval, ApprovalEntry, EntryKind, FlowStep, StepPlace

FORM = "approval.docx"
PAPERS = {
    "《越级信访通知单》": "skip_level_notice.docx",
    "《双向责任书》": "mutual_duties.docx",
    "《信访答复意见书》": "skip_level_answer.docx",
}
"""What a step calls its paper -> the template; each is printed three times."""
KEEPERS = ("信访人", "责任单位", "信访局")
BLANK = "　　　　　　"
"""To be filled in by hand."""


def form_document(*, approval: Approval, title: str, directory: dict[str, Organisation]) -> bytes:
    """呈批表: what stands of each step, and below it what was returned or withdrawn."""
    standing = approval.standing
    notes = [
        f"{written(entry.on)}，{entry.kind.label}（{_step(approval, entry.step).name}），{_by(entry)}：{entry.text}"
        for entry in approval.entries
        if entry.kind in (EntryKind.RETURNED, EntryKind.WITHDRAWN)
    ]
    values = {
        "flow": approval.flow_name,
        "state": approval.state.label,
        "number": approval.petition_number,
        "petition": title,
        "subject": approval.subject,
        "tenant": _name(approval.tenant, directory),
        "handling": _name(approval.handling, directory),
        "started_on": written(approval.started_on),
        "steps": [_row(approval, step, standing.get(step.id), directory) for step in approval.steps],
        "notes": notes,
    }
    return rendered(FORM, values)


def paper_document(
    *,
    approval: Approval,
    step: FlowStep,
    title: str,
    petitioners: list[str],
    received_on: date,
    directory: dict[str, Organisation],
) -> bytes:
    """The paper of a step in its copies; what is not yet said at the step is left blank.

    ``petitioners``: masked names, as whoever downloads it may see them. Raises ``KeyError`` for a step whose paper is
    none of ``PAPERS``.
    """
    entry = approval.standing.get(step.id)
    said = entry is not None and entry.kind is EntryKind.PASSED
    values = {
        "keepers": list(KEEPERS),
        "number": approval.petition_number,
        "petition": title,
        "petitioner": "、".join(petitioners) or BLANK,
        "received_on": written(received_on),
        "tenant": _name(approval.tenant, directory),
        "handling": _name(approval.handling, directory) or BLANK,
        "text": entry.text if entry and said else BLANK,
        "on": written(entry.on) if entry and said else "　　年　　月　　日",
    }
    return rendered(PAPERS[step.paper or ""], values)


def _row(
    approval: Approval, step: FlowStep, entry: ApprovalEntry | None, directory: dict[str, Organisation]
) -> dict[str, str]:
    if step.place is StepPlace.COUNTY:
        tenant = step.place.label
    else:
        tenant = _name(approval.tenant if step.place is StepPlace.OWN else approval.handling, directory)
    if entry is None:
        return {"name": step.name, "tenant": tenant, "text": "", "by": "", "on": ""}
    skipped = "（略过）" if entry.kind is EntryKind.SKIPPED else ""
    return {
        "name": step.name,
        "tenant": tenant,
        "text": f"{skipped}{entry.text}",
        "by": _by(entry),
        "on": written(entry.on),
    }


def _by(entry: ApprovalEntry) -> str:
    return f"{entry.leader}（{entry.by.name}代录）" if entry.leader else entry.by.name


def _step(approval: Approval, step_id: str) -> FlowStep:
    return next(step for step in approval.steps if step.id == step_id)


def _name(code: str | None, directory: dict[str, Organisation]) -> str:
    organisation = directory.get(code or "")
    return organisation.name if organisation else code or ""
