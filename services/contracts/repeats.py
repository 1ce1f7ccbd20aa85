"""Repeats and joint matters: what an earlier item has in common with the one that a clerk is typing."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, Part
from services.contracts.intake import Channel
from services.contracts.people import PetitionerInput


class MatchReason(Labelled):
    SAME_PERSON = "SAME_PERSON", "同一人"
    """By identity number, or by whole name and telephone."""
    SAME_NAME = "SAME_NAME", "同名"
    SAME_TEXT = "SAME_TEXT", "内容相同"
    """Word for word or nearly: a text that many hand in."""
    SAME_MATTER = "SAME_MATTER", "疑似同一事项"


class Standing(Labelled):
    """How far the earlier item has come (IN-15, IN-16)."""

    REGISTERED = "REGISTERED", "已登记，尚未转办"
    IN_HAND = "IN_HAND", "正在办理"
    REFUSED = "REFUSED", "不予受理"
    ANSWERED = "ANSWERED", "已答复"
    IN_REVIEW = "IN_REVIEW", "复查（复核）中"
    REVIEWED = "REVIEWED", "已有复查意见"
    FINAL = "FINAL", "复核终结"
    CLOSED = "CLOSED", "已办结"
    HISTORICAL = "HISTORICAL", "历史件"


class Advice(Labelled):
    """What the law says of the new item if it is the same matter of the same people."""

    URGE = "URGE", "同一事项正在办理：登记并并案，督促承办单位按期答复，告知信访人在办情况（第十九条）"
    REQUEST_REVIEW = "REQUEST_REVIEW", "已有答复意见：告知信访人可在法定期限内申请复查、复核（第三十五、三十六条）"
    URGE_IMPLEMENTATION = "URGE_IMPLEMENTATION", "已有复查意见：督促落实，或告知可申请复核（第三十六条）"
    NO_LONGER = "NO_LONGER", "已经复核终结：以同一事实和理由提出的，不再受理，出具告知书（第三十六条第三款）"
    NEW_FACTS = "NEW_FACTS", "前件已办结：有新的事实和理由的，按新事项办理"


class Match(Part, frozen=True, kw_only=True):
    """An earlier item. Of one that the actor may not see: that it is there, where and how far, and no text."""

    petition_id: str | None
    number: str
    matter_number: str
    """Number of the item that brought the matter first."""
    matter_size: int
    """How many items the matter has."""
    visible: bool
    registered_by: str
    registered_by_name: str
    received_on: date
    channel: Channel
    title: str | None
    reasons: list[MatchReason]
    likeness: Annotated[float, Meta(ge=0, le=1)]
    """Of the texts; 0 where only the people are the same."""
    standing: Standing
    handled_by: list[str]
    """Names of the bodies that hold it."""
    advice: Advice | None
    """Only where the people are the same."""


class Repeats(Part, frozen=True, kw_only=True):
    matches: list[Match]
    """The most telling ones first."""
    same_person: int
    """How many earlier items the same people have in the county."""


class CheckRepeats(Command, frozen=True, kw_only=True):
    """What is there already: asked while the clerk types, whatever is filled in so far. Answers ``Repeats``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "check_repeats"

    petitioners: Annotated[list[PetitionerInput], Meta(max_length=200)] = []
    title: Annotated[str, Meta(max_length=200)] = ""
    body: Annotated[str, Meta(max_length=50_000)] = ""
    place: str | None = None
    petition_id: str | None = None
    """An item that is registered already, which does not match itself."""
    most: Annotated[int, Meta(ge=1, le=50)] = 10
