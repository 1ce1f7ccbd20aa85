"""Which media type an answer has: the caller's ``Accept`` against the two that there are.

By the working draft of GraphQL over HTTP: ``application/graphql-response+json``, whose status codes say how it went;
``application/json`` for older clients, which get 200 with whatever is a GraphQL answer. It is also what is given to
those who accept anything, or say nothing.
"""

from enum import StrEnum

from gateway.graphql_http.refusals import NotAcceptable

UTF8 = ("utf-8", "utf8", '"utf-8"', "*")


class MediaType(StrEnum):
    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"

    @property
    def header(self) -> str:
        return f"{self.value}; charset=utf-8"


def negotiated(accept: str | None) -> MediaType:
    """The type with the highest weight; between equals the one that is named more exactly, then the one named first.

    Raises ``NotAcceptable`` where neither is accepted.
    """
    if accept is None or not accept.strip():
        return MediaType.JSON
    ranges = [parsed for part in accept.split(",") if (parsed := _range(part)) is not None]
    best: tuple[float, int, int, int] | None = None
    chosen: MediaType | None = None
    for preference, media_type in enumerate(MediaType):
        # The most exact range that names the type says its weight (RFC 9110, 12.5.1).
        fitting = [
            (exactness, -place, weight)
            for place, (pattern, weight) in enumerate(ranges)
            if (exactness := _exactness(pattern, media_type)) is not None
        ]
        if not fitting:
            continue
        exactness, place, weight = max(fitting)
        rank = (weight, exactness, place, -preference)
        if weight > 0 and (best is None or rank > best):
            best, chosen = rank, media_type
    if chosen is None:
        raise NotAcceptable()
    return chosen


def _range(part: str) -> tuple[str, float] | None:
    """``application/json;q=0.5`` -> the pattern and its weight; None for what is not UTF-8 or makes no sense."""
    pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name == "charset" and value not in UTF8:
            return None
        if name == "q":
            try:
                weight = min(max(float(value), 0.0), 1.0)
            except ValueError:
                return None
    return pattern, weight


def _exactness(pattern: str, media_type: MediaType) -> int | None:
    if pattern == media_type.value:
        return 2
    if pattern == "application/*":
        return 1
    return 0 if pattern == "*/*" else None
