-- What was counted of each entity, each district and the whole city?
--
-- The job of every system whose catalog entry says what is counted; the question itself stands there.
--
-- Windows:   {window} from the civil clock, a partial result each {step} in which something new came.
-- Late:      the normalizer puts aside what is late (docs/specs/time.md); the second statement would catch what it let by.
-- Missing:   a silent entity has no row, and a value that was not measured adds to nothing; the judge knows the roster.
-- Duplicate: the normalizer writes each event once; its transactions are read committed.
-- State:     one accumulator an entity, district and city for each open window.
--
-- Ticks (entity_id null) reach the window as the group without a city: its row is the `clock` row, which says that
-- a window is over although everyone may be silent. They add nothing to any other row.
INSERT INTO statistics
SELECT
  '{measure}',
  CASE WHEN city_id IS NULL THEN 'clock' {wider_types} ELSE '{finest}' END,
  CASE WHEN city_id IS NULL THEN 'clock' {wider_ids} ELSE {entity} END,
  {area},
  window_start,
  window_start + {window},
  CASE WHEN window_end = window_start + {window} THEN 0 ELSE TIMESTAMPDIFF(SECOND, window_start, window_end) / {step_seconds} END,
  observations,
  MAP[{named_sums}],
  {no_histogram},
  ingest_time_max,
  run_id,
  {generation}
FROM (
  SELECT
    city_id, area_id, {entity}, window_start, window_end,
    {levels},
    COUNT(entity_id) AS observations,
    {aggregates},
    MAX(ingest_time) AS ingest_time_max,
    MAX(event_time) AS event_time_max,
    MAX(run_id) AS run_id
  FROM TABLE(CUMULATE(TABLE events, DESCRIPTOR(event_time), {step}, {window}))
  GROUP BY {groups}
)
WHERE {is_a_row};

INSERT INTO late
{late_select};
