"""Extensions: the entry points. Each answers the extension as it now is."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.common.locking import locked
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.deadlines import Clock
from services.contracts.extensions import (
    DecideExtension,
    Extension,
    InformOfExtension,
    RequestExtension,
    WithdrawExtension,
)
from services.deadlines import extensions
from services.deadlines.cases import recount
from services.deadlines.rules import Rules


class ExtensionCommands:
    """A base of the service class."""

    rules: Rules

    @command(RequestExtension, roles=HANDLES_CASES)
    def request_extension(self, tx: Transaction, body: RequestExtension) -> Extension:
        clock = locked(tx, Clock, body.clock_id).state
        earlier = [each.state for each in tx.of_petition(Extension, clock.petition_id)]
        extension = extensions.requested(
            clock=clock,
            actor=tx.actor,
            earlier=[each for each in earlier if each.clock_id == clock.id],
            days=body.days,
            reason=body.reason,
            today=tx.today,
        )
        remark = f"{clock.obligation.label}（{clock.basis}）：申请延长 {body.days} 日，{body.reason}"
        tx.record(extension, act=Act.EXTENSION_REQUESTED, remark=remark)
        return extension

    @command(DecideExtension, roles=(Role.HEAD,))
    def decide_extension(self, tx: Transaction, body: DecideExtension) -> Extension:
        row = locked(tx, Extension, body.extension_id)
        clock = tx.find(Clock, row.state.clock_id)
        if clock is None:
            raise NotFound()
        extension = extensions.decided(
            extension=row.state,
            clock=clock.state,
            actor=tx.actor,
            approve=body.approve,
            reason=body.reason,
            today=tx.today,
        )
        act = Act.EXTENSION_APPROVED if body.approve else Act.EXTENSION_REFUSED
        said = f"，{body.reason}" if body.reason else ""
        remark = f"{clock.state.obligation.label}：申请延长 {extension.days} 日，{extension.state.label}{said}"
        tx.record(extension, act=act, base=row.version, remark=remark)
        if body.approve:
            with tx.whole_county():
                recount(tx, petition_id=extension.petition_id, rules=self.rules)
        return extension

    @command(WithdrawExtension, roles=HANDLES_CASES)
    def withdraw_extension(self, tx: Transaction, body: WithdrawExtension) -> Extension:
        row = locked(tx, Extension, body.extension_id)
        extension = extensions.withdrawn(extension=row.state, actor=tx.actor, reason=body.reason, today=tx.today)
        tx.record(extension, act=Act.EXTENSION_WITHDRAWN, base=row.version, remark=body.reason)
        return extension

    @command(InformOfExtension, roles=HANDLES_CASES)
    def inform_of_extension(self, tx: Transaction, body: InformOfExtension) -> Extension:
        row = locked(tx, Extension, body.extension_id)
        extension = extensions.informed(extension=row.state, actor=tx.actor, on=body.on, today=tx.today)
        tx.record(extension, act=Act.EXTENSION_TOLD, base=row.version, remark=f"{body.on} 告知信访人延期及理由")
        return extension
