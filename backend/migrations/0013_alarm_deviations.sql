-- Limits relative to a baseline: what the other sensors of the kind say there, or what the sensor itself usually says.
ALTER TABLE alarm_rules DROP CONSTRAINT alarm_rules_type_check,
  ADD CONSTRAINT alarm_rules_type_check CHECK (type IN ('limits', 'state', 'rate', 'no-data', 'deviation')),
  ADD COLUMN baseline text CHECK (baseline IN ('device', 'room', 'own')),
  ADD CONSTRAINT alarm_rules_baseline CHECK ((type = 'deviation') = (baseline IS NOT NULL));
COMMENT ON COLUMN alarm_rules.baseline IS 'of a deviation: the median of the device''s or the room''s sensors of the kind, or the sensor''s usual value';
ALTER TABLE alarm_standings DROP CONSTRAINT alarm_standings_type_check,
  ADD CONSTRAINT alarm_standings_type_check CHECK (type BETWEEN 0 AND 4);
ALTER TABLE alarms DROP CONSTRAINT alarms_type_check,
  ADD CONSTRAINT alarms_type_check CHECK (type BETWEEN 0 AND 4);

-- What holds out of the box, where nobody has made a rule of the same scope; docs/alarms.md gives each with its source.
INSERT INTO alarm_rules (name, type, kind, baseline, levels, dead_band, on_delay_s, off_delay_s, instruction)
SELECT name, type, kind, baseline,
  (SELECT jsonb_agg(jsonb_build_object('when', l ->> 0, 'limit', (l ->> 1)::float8, 'severity', l ->> 2)) FROM jsonb_array_elements(levels::jsonb) l),
  dead_band, on_delay_s, off_delay_s, instruction
FROM (VALUES
  ('Battery block resistance', 'deviation', 'block-resistance', 'device', '[["above",15,"minor"],["above",30,"major"],["above",50,"critical"]]',
   3, 0, 0, 'The block wears faster than its string, or a connection is loose: check its terminals, plan a capacity test from 30 % on, replace it at 50 %.'),
  ('Battery block voltage against its string', 'deviation', 'block-voltage', 'device', '[["below",-5,"major"],["below",-2,"minor"],["above",2,"minor"],["above",5,"major"]]',
   0.5, 60, 60, 'Low: a shorted cell. High: dry-out, or the block takes what a shorted neighbour does not. Measure it by hand.'),
  ('Battery block warmer than its string', 'deviation', 'block-temperature', 'device', '[["above",5,"minor"],["above",10,"critical"]]',
   1, 60, 120, 'It turns current into heat: the way to thermal runaway. Read its resistance; at 10 K isolate the string.'),
  ('String float current', 'deviation', 'string-current', 'own', '[["below",-200,"major"],["below",-100,"minor"]]',
   20, 43200, 3600, 'For 12 hours the string has taken twice (major: three times) its usual current, so it is not charging: it heats. Check the blocks'' temperatures and the float voltage.'),
  ('Fan behind its room', 'deviation', 'fan-speed', 'room', '[["below",-40,"major"],["below",-20,"minor"]]',
   5, 300, 120, 'The unit moves less air than the others of the room: read its fault list, check belt, motor and filter. Where units go by themselves, give the room a rule of its own.'),
  ('UPS temperature', 'limits', 'ups-temperature', NULL, '[["above",35,"minor"],["above",40,"major"]]',
   1, 60, 120, 'Check its fans, filters and the air of its room; its capacitors age twice as fast for each 10 °C.'),
  ('Cooling unit at its limit', 'limits', 'cooling-output', NULL, '[["above",95,"minor"]]',
   5, 900, 300, 'The unit has nothing left to give: what comes on top warms the zone. Find what has failed or share the load.')
) AS defaults (name, type, kind, baseline, levels, dead_band, on_delay_s, off_delay_s, instruction)
ON CONFLICT DO NOTHING;
