-- How long does it take to pass each link, each district and the whole city, against free flow?
--
-- Windows:   {window} from the civil clock, a partial result each {step} in which something new came.
-- Late:      the normalizer puts aside what is late (docs/specs/time.md); the second statement would catch what it let by.
-- Missing:   a silent link has no row; the judge knows the roster and says `no_data`.
-- Duplicate: the normalizer writes each event once; its transactions are read committed.
-- State:     one accumulator a link, district and city for each open window.
--
-- Ticks (entity_id null) reach the window as the group without a city: its row is the `clock` row, which says that
-- a window is over although every link may be silent. They add nothing to any other row.
INSERT INTO statistics
SELECT
  '{measure}',
  CASE WHEN city_id IS NULL THEN 'clock' WHEN of_city = 1 THEN 'city' WHEN of_area = 1 THEN 'area' ELSE 'link' END,
  CASE WHEN city_id IS NULL THEN 'clock' WHEN of_city = 1 THEN city_id WHEN of_area = 1 THEN area_id ELSE entity_id END,
  CASE WHEN of_city = 1 THEN city_id ELSE area_id END,
  window_start,
  window_start + {window},
  CASE WHEN window_end = window_start + {window} THEN 0 ELSE TIMESTAMPDIFF(SECOND, window_start, window_end) / {step_seconds} END,
  observations,
  MAP['travel_time_ms', travel_time_ms, 'free_flow_time_ms', free_flow_time_ms, 'length_m', length_m, 'weight', weight],
  {no_histogram},
  ingest_time_max,
  run_id
FROM (
  SELECT
    city_id, area_id, entity_id, window_start, window_end,
    GROUPING(area_id) AS of_city,
    GROUPING(entity_id) AS of_area,
    COUNT(entity_id) AS observations,
    SUM(weight * travel_time_ms) AS travel_time_ms,
    SUM(weight * free_flow_time_ms) AS free_flow_time_ms,
    SUM(weight * length_m) AS length_m,
    SUM(weight) AS weight,
    MAX(ingest_time) AS ingest_time_max,
    MAX(event_time) AS event_time_max,
    MAX(run_id) AS run_id
  FROM TABLE(CUMULATE(TABLE events, DESCRIPTOR(event_time), {step}, {window}))
  GROUP BY GROUPING SETS (
    (city_id, area_id, entity_id, window_start, window_end),
    (city_id, area_id, window_start, window_end),
    (city_id, window_start, window_end)
  )
)
WHERE {is_a_row};

INSERT INTO late
{late_select};
