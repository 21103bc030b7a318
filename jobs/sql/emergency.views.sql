-- A tick stands for all three milestones, so that each of their measures has a clock row.
CREATE TEMPORARY VIEW outcomes AS
SELECT events.*, milestone_of
FROM events
CROSS JOIN UNNEST(
  CASE WHEN entity_id IS NULL THEN ARRAY['dispatched', 'en_route', 'arrived'] ELSE ARRAY[milestone] END
) AS its (milestone_of)
