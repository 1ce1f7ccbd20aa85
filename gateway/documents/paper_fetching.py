"""Which paper of a hand-over a download means, for whoever sees the case."""

import asyncio

from gateway.documents.circulars import attachment
from gateway.documents.fetching import Download
from gateway.documents.papers import PaperCase, paper_document, papers_of, title_of
from gateway.reading import ViewReader
from gateway.reading_lists import REFERRALS
from gateway.readings import note
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.directory import Organisation
from services.contracts.intake import ReadingKind
from services.contracts.routing import Referral


async def referral_paper(*, reader: ViewReader, referral_id: str, name: str) -> Download:
    """``name``: a ``PaperKind`` in small letters.

    Raises ``NotFound`` for a referral that the actor does not see, and for a paper that there is not (yet).
    """
    referral: Referral | None = None
    if is_id(referral_id):
        referral = await reader.find(REFERRALS, referral_id)
    row = await reader.petition(referral.petition_id) if referral else None
    if referral is None or row is None:
        raise NotFound("没有这次转送交办，或您无权查看，请核对")
    paper = next((each for each in papers_of(referral) if each.lower() == name), None)
    if paper is None:
        raise NotFound("目前没有这份文书，可下载的文书见该转送交办的 papers")
    people = (await reader.private.load(referral.petition_id)).petitioners
    case = PaperCase(
        petition=row.state,
        petitioners=None if people is None else [person.name for person in people],
        referral=referral,
        referrals=(await reader.parts.load(referral.petition_id)).referrals,
        clocks=await reader.clocks(referral.petition_id),
        directory=await reader.shared(Organisation),
    )
    await note(reader, kind=ReadingKind.DOCUMENT, states=[row.state])
    made = await asyncio.to_thread(paper_document, paper, case)
    return Download(made, attachment(f"{referral.petition_number}{title_of(paper, case)}"))
