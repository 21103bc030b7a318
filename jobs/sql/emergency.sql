-- How many incidents were responded to, within how many seconds, and how many never were?
--
-- Windows:   {window} in which it became known how a milestone ended, a partial result each {step} with news.
-- Late:      an outcome whose window may be over goes to the late topic (second statement).
-- Missing:   an incident without outcome is still open; the case service follows it, and says when it has become
--            overdue and when it is overdue no more: two counts, whose difference up to now is what is open and late.
-- Duplicate: the case service may repeat an outcome after a restart: the inner window keeps one row an event_id.
-- State:     one row an outcome of the open hour, one accumulator and histogram a district and city.
--
-- From the inside out: one row an outcome; one a district (or city) and second; one a district (or city). The
-- histogram is put together from two lists in one order (the type that COLLECT makes has no place in a given schema).
--
-- The three milestones are three measures. A tick stands for all three, so that each has its clock row.
INSERT INTO statistics
SELECT
  'emergency.' || milestone,
  CASE WHEN city_id IS NULL THEN 'clock' WHEN of_city = 1 THEN 'city' ELSE 'area' END,
  CASE WHEN city_id IS NULL THEN 'clock' WHEN of_city = 1 THEN city_id ELSE area_id END,
  CASE WHEN of_city = 1 THEN city_id ELSE area_id END,
  window_start,
  window_start + {window},
  CASE WHEN window_end = window_start + {window} THEN 0 ELSE TIMESTAMPDIFF(SECOND, window_start, window_end) / {step_seconds} END,
  observations,
  MAP[
    'responded', responded,
    'closed_without_arrival', closed_without_arrival,
    'expired_without_closure', expired_without_closure,
    'overdue_begun', overdue_begun,
    'overdue_ended', overdue_ended
  ],
  COALESCE(MAP_FROM_ARRAYS(seconds_list, count_list), {no_histogram}),
  ingest_time_max,
  run_id,
  {generation}
FROM (
  SELECT
    milestone, city_id, area_id, of_city, window_start, window_end, 1 AS of_area,
    SUM(observations) AS observations,
    SUM(responded) AS responded,
    SUM(closed_without_arrival) AS closed_without_arrival,
    SUM(expired_without_closure) AS expired_without_closure,
    SUM(overdue_begun) AS overdue_begun,
    SUM(overdue_ended) AS overdue_ended,
    ARRAY_AGG(CAST(response_seconds AS STRING)) FILTER (WHERE response_seconds IS NOT NULL) AS seconds_list,
    ARRAY_AGG(CAST(responded AS INT)) FILTER (WHERE response_seconds IS NOT NULL) AS count_list,
    MAX(ingest_time) AS ingest_time_max,
    MAX(event_time) AS event_time_max,
    MAX(run_id) AS run_id
  FROM (
    SELECT
      milestone, city_id, area_id, response_seconds, window_start, window_end,
      GROUPING(area_id) AS of_city,
      COUNT(entity_id) FILTER (WHERE outcome NOT IN ('overdue', 'overdue_ended')) AS observations,
      COUNT(*) FILTER (WHERE outcome = 'responded') AS responded,
      COUNT(*) FILTER (WHERE outcome = 'closed_without_arrival') AS closed_without_arrival,
      COUNT(*) FILTER (WHERE outcome = 'expired_without_closure') AS expired_without_closure,
      COUNT(*) FILTER (WHERE outcome = 'overdue') AS overdue_begun,
      COUNT(*) FILTER (WHERE outcome = 'overdue_ended') AS overdue_ended,
      MAX(ingest_time) AS ingest_time,
      MAX(event_time) AS event_time,
      MAX(run_id) AS run_id
    FROM (
      SELECT
        milestone_of AS milestone, city_id, area_id, entity_id, event_id, window_start, window_end,
        MAX(outcome) AS outcome,
        MAX(response_seconds) AS response_seconds,
        MAX(ingest_time) AS ingest_time,
        MAX(event_time) AS event_time,
        MAX(run_id) AS run_id
      FROM TABLE(CUMULATE(TABLE outcomes, DESCRIPTOR(event_time), {step}, {window}))
      GROUP BY milestone_of, city_id, area_id, entity_id, event_id, window_start, window_end
    )
    GROUP BY GROUPING SETS (
      (milestone, city_id, area_id, response_seconds, window_start, window_end),
      (milestone, city_id, response_seconds, window_start, window_end)
    )
  )
  GROUP BY milestone, city_id, area_id, of_city, window_start, window_end
)
WHERE {is_a_row};

INSERT INTO late
{late_select};
