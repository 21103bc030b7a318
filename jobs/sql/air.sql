-- What did each station measure of the six pollutants in each hour?
--
-- Windows:   {window}, a partial result each {step} in which something new came (a mean arrives after its hour).
-- Late:      the normalizer puts aside what is late (docs/specs/time.md); the second statement would catch what it let by.
-- Missing:   a pollutant that was not measured adds to neither its sum nor its count; a silent station has no row.
-- Duplicate: the normalizer writes each event once; its transactions are read committed.
-- State:     one accumulator a station for each open window (two hours).
--
-- A city's value is the mean of its stations' means, which is not a sum: the judge folds it.
INSERT INTO statistics
SELECT
  '{measure}',
  CASE WHEN city_id IS NULL THEN 'clock' ELSE 'station' END,
  CASE WHEN city_id IS NULL THEN 'clock' ELSE entity_id END,
  area_id,
  window_start,
  window_start + {window},
  CASE WHEN window_end = window_start + {window} THEN 0 ELSE TIMESTAMPDIFF(SECOND, window_start, window_end) / {step_seconds} END,
  observations,
  MAP[
    'so2_sum_ngm3', so2_sum, 'so2_count', so2_count,
    'no2_sum_ngm3', no2_sum, 'no2_count', no2_count,
    'co_sum_ngm3', co_sum, 'co_count', co_count,
    'o3_sum_ngm3', o3_sum, 'o3_count', o3_count,
    'pm10_sum_ngm3', pm10_sum, 'pm10_count', pm10_count,
    'pm25_sum_ngm3', pm25_sum, 'pm25_count', pm25_count
  ],
  {no_histogram},
  ingest_time_max,
  run_id
FROM (
  SELECT
    city_id, area_id, entity_id, window_start, window_end, 1 AS of_city, 0 AS of_area,
    COUNT(entity_id) AS observations,
    COALESCE(SUM(so2_ngm3), 0) AS so2_sum, COUNT(so2_ngm3) AS so2_count,
    COALESCE(SUM(no2_ngm3), 0) AS no2_sum, COUNT(no2_ngm3) AS no2_count,
    COALESCE(SUM(co_ngm3), 0) AS co_sum, COUNT(co_ngm3) AS co_count,
    COALESCE(SUM(o3_ngm3), 0) AS o3_sum, COUNT(o3_ngm3) AS o3_count,
    COALESCE(SUM(pm10_ngm3), 0) AS pm10_sum, COUNT(pm10_ngm3) AS pm10_count,
    COALESCE(SUM(pm25_ngm3), 0) AS pm25_sum, COUNT(pm25_ngm3) AS pm25_count,
    MAX(ingest_time) AS ingest_time_max,
    MAX(event_time) AS event_time_max,
    MAX(run_id) AS run_id
  FROM TABLE(CUMULATE(TABLE events, DESCRIPTOR(event_time), {step}, {window}))
  GROUP BY city_id, area_id, entity_id, window_start, window_end
)
WHERE {is_a_row};

INSERT INTO late
{late_select};
