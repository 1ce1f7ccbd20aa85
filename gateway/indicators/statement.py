"""The statement that reads the cases behind the indicators. It is SQL as it stands: each table is gone through once.

Its answer has rows of a kind and a JSON array of ``[petition, document]``; a document holds the fields of the kind's
record in ``gateway.indicators.records`` in their order.
"""

from services.contracts.desk import Notice
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.intake import Nature, Source
from services.contracts.ratings import AppealState, Rating
from services.contracts.routing import Closure, Referral

KINDS = {
    Referral.fact_type: "referral",
    Closure.fact_type: "closed",
    Rating.fact_type: "rating",
    Notice.fact_type: "told",
    Extension.fact_type: "extended",
}
"""What of ``case_part`` is wanted, and the kind as which it comes."""
SHARES = 64
"""Arrays into which each kind is divided, by petition."""


def statement(spans: int) -> str:
    """For so many spans of days. Each has parameters of its own: so the index on the instants is of use."""
    # The instant at which a clock is over lies within a day of its last day.
    due = " OR ".join(f"due_at BETWEEN :from_{place} AND :until_{place}" for place in range(spans))

    def within(column: str, kind: str = "") -> str:
        return " OR ".join(f"{column} BETWEEN :{kind}first_{place} AND :{kind}last_{place}" for place in range(spans))

    return f"""
WITH part AS MATERIALIZED (
  SELECT petition_id, type,
    CASE type WHEN '{Referral.fact_type}' THEN state ->> 'sent_on' WHEN '{Closure.fact_type}' THEN state ->> 'closed_on'
      WHEN '{Rating.fact_type}' THEN state ->> 'rated_on'
      WHEN '{Notice.fact_type}' THEN CASE WHEN state ->> 'taken_back' IS NULL THEN state -> 'delivery' ->> 'on' END
      END COLLATE "C" AS day,
    CASE type WHEN '{Referral.fact_type}' THEN state -> 'answer' ->> 'answered_on' END COLLATE "C" AS answered_on,
    CASE type WHEN '{Referral.fact_type}' THEN state -> 'delivery' ->> 'on' END COLLATE "C" AS delivered_on,
    CASE type WHEN '{Referral.fact_type}' THEN id END AS id,
    CASE type WHEN '{Referral.fact_type}' THEN state ->> 'kind'
      WHEN '{Rating.fact_type}' THEN state ->> 'side' END AS kind,
    CASE type WHEN '{Referral.fact_type}' THEN state ->> 'role'
      WHEN '{Rating.fact_type}' THEN state ->> 'value' END AS role,
    CASE type WHEN '{Referral.fact_type}' THEN state ->> 'to_tenant' END AS to_tenant,
    CASE WHEN type IN ('{Referral.fact_type}', '{Extension.fact_type}') THEN state ->> 'state'
      WHEN type = '{Rating.fact_type}' THEN state -> 'appeal' ->> 'state' END AS state,
    CASE type WHEN '{Referral.fact_type}' THEN state ->> 'refusal' IS NOT NULL END AS refused
  FROM gateway_view.case_part WHERE county_id = :county AND type = ANY(:types)
), touching AS MATERIALIZED (
  SELECT petition_id, type FROM part
  WHERE {within("day")} OR {within("answered_on")}
    OR type IN ('{Referral.fact_type}', '{Notice.fact_type}') AND ({within("day", "opened_")})
    OR type = '{Referral.fact_type}' AND ({within("delivered_on", "opened_")})
), clock AS MATERIALIZED (
  SELECT petition_id, json_build_array(id, owner, obligation, effective_due_on, over_at, met_on, met_late, open, paused)
           AS document
  FROM gateway_view.clock WHERE county_id = :county AND obligation = ANY(:counted) AND ({due})
    AND effective_due_on <@ CAST(:spans AS datemultirange)
), supervision AS MATERIALIZED (
  SELECT petition_id, json_build_array(id, addressee, state -> 'reason', state -> 'state', opened_on, answer_by,
                                       state -> 'entries') AS document
  FROM gateway_view.supervision
  WHERE county_id = :county AND opened_on <= :latest AND (opened_on <@ CAST(:spans AS datemultirange) OR EXISTS (
    SELECT FROM jsonb_array_elements(state -> 'entries') AS entry
    WHERE CAST(entry ->> 'on' AS date) <@ CAST(:spans AS datemultirange)))
), again AS MATERIALIZED (
  SELECT id FROM gateway_view.petition
  WHERE county_id = :county AND received_on >= :earliest AND state @> '{{"repeated": true}}'
), touched AS MATERIALIZED (
  SELECT id FROM gateway_view.petition
  WHERE county_id = :county AND received_on >= :since AND (
    received_on <@ CAST(:spans AS datemultirange)
    OR received_on <@ CAST(:years AS datemultirange) AND state @> '{{"source": "{Source.HOTLINE}"}}')
  UNION SELECT petition_id FROM touching
  UNION SELECT petition_id FROM clock
  UNION SELECT petition_id FROM supervision
), recognised AS MATERIALIZED (
  SELECT id FROM again UNION SELECT petition_id FROM touching WHERE type = '{Closure.fact_type}'
), document AS (
  SELECT 'petition' AS kind, id, json_build_array(
    id, channel, nature, of_state.source, category, place, received_on, registered_by, of_state.anonymous,
    of_state.repeated, of_state.skips_level, of_state.visitors, of_state.accused) AS document
  -- Of a repeated item only who came again is wanted, so its petition is read without what belongs to it.
  FROM (SELECT id FROM touched UNION SELECT id FROM recognised) AS wanted JOIN gateway_view.petition USING (id),
    LATERAL jsonb_to_record(state) AS of_state (historical boolean, source text, anonymous boolean, repeated boolean,
                                                skips_level boolean, visitors integer, accused json)
  WHERE county_id = :county AND NOT of_state.historical AND (:accusations OR nature <> '{Nature.ACCUSATION}')
  UNION ALL SELECT CAST(:kinds AS jsonb) ->> type, petition_id, CASE type
      WHEN '{Referral.fact_type}' THEN
        json_build_array(part.id, kind, role, to_tenant, state, day, answered_on, delivered_on, refused)
      WHEN '{Rating.fact_type}' THEN
        json_build_array(kind, role, day, state IS DISTINCT FROM '{AppealState.UPHELD}')
      WHEN '{Closure.fact_type}' THEN to_json(day)
      WHEN '{Notice.fact_type}' THEN to_json(day)
      ELSE to_json(state = '{ExtensionState.APPROVED}') END
  FROM part JOIN touched ON touched.id = part.petition_id
  WHERE day IS NOT NULL OR type <> '{Notice.fact_type}'
  UNION ALL SELECT 'clock', petition_id, document FROM clock
  UNION ALL SELECT 'supervision', petition_id, document FROM supervision
  UNION ALL SELECT 'people', petition_id, CAST(data AS json)
  FROM recognised JOIN gateway_view.private ON petition_id = recognised.id
  WHERE county_id = :county AND kind = 'petitioners'
)
SELECT kind, CAST(json_agg(json_build_array(id, document)) AS text) AS documents
FROM document GROUP BY kind, hashtext(id) & {SHARES - 1}
"""
