"""Every refusal has a code of its own, and stands in docs/errors.md with its words."""

import re

# Imported so that their refusals are known.
import deploy.operator.calendar_answers  # noqa: F401
import gateway.adapters.orders
import gateway.api_keys.keeping
import gateway.archives.packing
import gateway.attachments.receiving
import gateway.attachments.types
import gateway.database
import gateway.execution
import gateway.exports.making
import gateway.idempotency
import gateway.identity.managing
import gateway.identity.renewing
import gateway.oidc.flow
import gateway.public.limiting
import gateway.searching.questions
import gateway.subscriptions.messages
import gateway.subscriptions.positions
import gateway.web.body_limit  # noqa: F401
import services.common.links
import services.deadlines.circulars
import services.deadlines.extensions
import services.deadlines.office
import services.deadlines.opening
import services.deadlines.regimes
import services.deadlines.supervising
import services.intake.appealing
import services.intake.attaching
import services.intake.classifying
import services.intake.drafting
import services.intake.noticing
import services.intake.rating
import services.intake.rules_checks
import services.intake.submissions
import services.roster.absences
import services.roster.acting
import services.roster.announcing
import services.roster.appointing
import services.roster.booking
import services.roster.logging_duty
import services.roster.network
import services.roster.presence
import services.roster.rule_checks
import services.roster.substituting
import services.routing.answering
import services.routing.archiving
import services.routing.disputing
import services.routing.flows
import services.routing.gates
import services.routing.owning
import services.routing.receiving
import services.routing.referring
import services.routing.reviewing
import services.routing.rule_findings  # noqa: F401
from deploy.local.instance import ROOT
from services.common.errors import Refusal

PAGE = ROOT / "docs" / "errors.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def refusals(base: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every refusal of the platform's own modules."""
    below = [kind for child in base.__subclasses__() for kind in refusals(child)]
    return [base, *below] if base is not Refusal else below


def test_every_code_is_stable_upper_case_and_used_by_one_refusal_only() -> None:
    codes = [kind.code for kind in refusals()]
    assert len(codes) > 10
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in codes)


def test_every_default_message_is_chinese_and_says_what_to_do() -> None:
    for kind in refusals():
        assert re.search(r"[\u4e00-\u9fff]{4}", kind.default), kind


def test_the_page_of_errors_lists_exactly_the_codes_there_are() -> None:
    elsewhere = {"NO_SUCH_ROUTE", "INVALID_MESSAGE", "UNKNOWN_TYPE"}  # made where no command is carried out
    listed = set(ROW.findall(PAGE.read_text("utf-8")))
    assert listed == {kind.code for kind in refusals()} | elsewhere
