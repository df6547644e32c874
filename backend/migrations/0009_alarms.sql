-- Rules, how each stands on its subject, the alarms it raised, and what became of them. docs/alarms.md tells operators the whole story.
CREATE TABLE alarm_rules (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  type text NOT NULL CHECK (type IN ('limits', 'state', 'rate', 'no-data')),
  kind text NOT NULL CHECK (kind = '*' OR kind ~ '^[a-z][a-z0-9-]{0,62}$'),
  site_id int REFERENCES sites ON DELETE CASCADE,
  room_id int REFERENCES rooms ON DELETE CASCADE,
  rack_id int REFERENCES racks ON DELETE CASCADE,
  sensor_id int REFERENCES sensors ON DELETE CASCADE,
  levels jsonb NOT NULL CHECK (jsonb_array_length(levels) BETWEEN 1 AND 8),
  dead_band float8 NOT NULL DEFAULT 0 CHECK (dead_band >= 0),
  on_delay_s float8 NOT NULL DEFAULT 0 CHECK (on_delay_s BETWEEN 0 AND 86400),
  off_delay_s float8 NOT NULL DEFAULT 0 CHECK (off_delay_s BETWEEN 0 AND 86400),
  window_s float8 NOT NULL DEFAULT 0 CHECK (window_s BETWEEN 0 AND 86400),
  latching boolean NOT NULL DEFAULT false,
  ack_required boolean NOT NULL DEFAULT true,
  enabled boolean NOT NULL DEFAULT true,
  instruction text NOT NULL DEFAULT '' CHECK (length(instruction) <= 2000),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(site_id, room_id, rack_id, sensor_id) <= 1)
);
COMMENT ON TABLE alarm_rules IS 'of one type and kind the most specific scope holds: all sites, site, room, rack, sensor';
COMMENT ON COLUMN alarm_rules.levels IS '[{"when":"above","limit":28,"severity":"minor"}, …]';
CREATE UNIQUE INDEX alarm_rules_scope ON alarm_rules
  (type, kind, coalesce(site_id, 0), coalesce(room_id, 0), coalesce(rack_id, 0), coalesce(sensor_id, 0));
CREATE INDEX alarm_rules_site ON alarm_rules (site_id);
CREATE INDEX alarm_rules_room ON alarm_rules (room_id);
CREATE INDEX alarm_rules_rack ON alarm_rules (rack_id);
CREATE INDEX alarm_rules_sensor ON alarm_rules (sensor_id);

CREATE TABLE alarm_rules_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO alarm_rules_version (version) VALUES (1);
CREATE FUNCTION alarm_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE alarm_rules_version SET version = version + 1;
  NOTIFY alarm_rules_changed;
  RETURN NULL;
END $$;
CREATE TRIGGER alarm_rules_changed AFTER INSERT OR UPDATE OR DELETE ON alarm_rules EXECUTE FUNCTION alarm_rules_changed();

-- What is set or pends, of each rule on each subject; what is quiet has no row. Written with the readings that brought it about.
CREATE TABLE alarm_standings (
  subject int NOT NULL,
  type int2 NOT NULL CHECK (type BETWEEN 0 AND 3),
  rule_id int NOT NULL,
  rule_version int NOT NULL,
  severity int2 CHECK (severity BETWEEN 1 AND 4),
  levels_set int2 NOT NULL,
  since_us bigint[] NOT NULL CHECK (array_length(since_us, 1) = 8),
  announced boolean NOT NULL,
  PRIMARY KEY (subject, type)
);
COMMENT ON COLUMN alarm_standings.subject IS 'a sensor''s id, or a device''s id negated';
COMMENT ON COLUMN alarm_standings.since_us IS 'level i is about to change, since so many microseconds after 1970; 0: it is not';

CREATE TABLE alarms (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  subject int NOT NULL,
  type int2 NOT NULL CHECK (type BETWEEN 0 AND 3),
  rule_id int REFERENCES alarm_rules ON DELETE SET NULL,
  rule text NOT NULL,
  instruction text NOT NULL,
  kind text NOT NULL,
  unit text NOT NULL,
  system int2 NOT NULL CHECK (system BETWEEN 0 AND 4),
  room_id int, room text, rack_id int, rack text,
  device_id int NOT NULL, device text NOT NULL,
  sensor_id int, sensor text,
  severity int2 NOT NULL CHECK (severity BETWEEN 1 AND 4),
  level_when int2 NOT NULL CHECK (level_when BETWEEN 0 AND 3),
  level_limit float8 NOT NULL,
  value float8 NOT NULL,
  latching boolean NOT NULL,
  ack_required boolean NOT NULL,
  announced boolean NOT NULL,
  occurrences int NOT NULL DEFAULT 1,
  raised_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  revision int NOT NULL DEFAULT 1,
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
  CHECK (resolved_at IS NULL OR cleared_at IS NOT NULL)
);
COMMENT ON TABLE alarms IS 'names as they were when it was raised: the alarm outlives what it speaks of';
COMMENT ON COLUMN alarms.revision IS 'counts changes of the row';
-- One condition, one alarm: a second server, or a transition that comes twice, cannot raise it again.
CREATE UNIQUE INDEX alarms_active ON alarms (subject, type) WHERE cleared_at IS NULL;
CREATE INDEX alarms_open ON alarms (site_id, raised_at DESC, id DESC) WHERE resolved_at IS NULL;
CREATE INDEX alarms_raised ON alarms (site_id, raised_at DESC, id DESC);
CREATE INDEX alarms_subject ON alarms (subject, type, cleared_at DESC);
CREATE INDEX alarms_rule ON alarms (rule_id);

CREATE TABLE alarm_journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alarm_id int NOT NULL REFERENCES alarms ON DELETE CASCADE,
  ts timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  change text NOT NULL CHECK (change IN ('raised', 'raised-again', 'announced', 'severity-raised', 'severity-lowered', 'cleared', 'acknowledged',
    'noted', 'reset', 'resolved', 'notified')),
  severity int2 NOT NULL CHECK (severity BETWEEN 1 AND 4),
  value float8,
  level_limit float8,
  actor text,
  note text CHECK (length(note) <= 2000)
);
COMMENT ON COLUMN alarm_journal.ts IS 'event time; for what people do, when they did it';
COMMENT ON COLUMN alarm_journal.actor IS 'null: the engine';
CREATE INDEX alarm_journal_alarm ON alarm_journal (alarm_id, id);

-- Rows go only with their alarm (and that with its site).
CREATE FUNCTION alarm_journal_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM alarms WHERE id = OLD.alarm_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the alarm journal is never edited';
END $$;
CREATE TRIGGER alarm_journal_is_immutable BEFORE UPDATE OR DELETE ON alarm_journal
  FOR EACH ROW EXECUTE FUNCTION alarm_journal_is_immutable();

-- What somebody may have to be told: each change of an announced alarm, in the same transaction, until the notifier has dealt with it.
CREATE TABLE alarm_announcements (
  journal_id bigint PRIMARY KEY REFERENCES alarm_journal ON DELETE CASCADE
);
CREATE FUNCTION announce_alarm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO alarm_announcements (journal_id)
  SELECT n.id FROM new_rows n JOIN alarms a ON a.id = n.alarm_id
  WHERE a.announced AND n.change IN ('raised', 'raised-again', 'announced', 'severity-raised', 'cleared');
  RETURN NULL;
END $$;
CREATE TRIGGER announce_alarm AFTER INSERT ON alarm_journal REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION announce_alarm();

-- What holds out of the box. Limits: ASHRAE TC 9.9 (2021) class A1 and the usual practice of halls; docs/alarms.md gives each with its source.
INSERT INTO alarm_rules (name, type, kind, levels, dead_band, on_delay_s, off_delay_s, window_s, latching, instruction)
SELECT name, type, kind,
  (SELECT jsonb_agg(jsonb_build_object('when', l ->> 0, 'limit', (l ->> 1)::float8, 'severity', l ->> 2)) FROM jsonb_array_elements(levels::jsonb) l),
  dead_band, on_delay_s, off_delay_s, window_s, latching, instruction
FROM (VALUES
  ('Rack inlet temperature', 'limits', 'inlet-temperature', '[["below",15,"critical"],["below",18,"minor"],["above",28,"minor"],["above",32,"critical"]]',
   1, 0, 120, 0, false, 'Look for a failed or throttled cooling unit of the zone, a blocked tile or an open blanking panel. Move or shed load before 35 °C.'),
  ('Rack exhaust temperature', 'limits', 'outlet-temperature', '[["above",45,"minor"],["above",55,"critical"]]',
   1, 60, 120, 0, false, 'Check the rack''s inlet, the fans of its machines and what blocks the air behind it.'),
  ('Rack inlet humidity', 'limits', 'inlet-humidity', '[["below",15,"major"],["below",20,"minor"],["above",60,"minor"],["above",70,"major"]]',
   3, 120, 300, 0, false, 'Dry: static discharge. Damp: condensation and corrosion. Check humidifiers, outside air and the coil temperatures.'),
  ('Cold aisle warms fast', 'rate', 'cold-aisle-temperature', '[["above",3,"minor"],["above",5,"major"]]',
   1, 0, 300, 900, false, 'Cooling is being lost: at 5 °C in 15 minutes machines are outside their limits soon. Check the zone''s cooling units now.'),
  ('Cold aisle temperature', 'limits', 'cold-aisle-temperature', '[["above",28,"minor"],["above",32,"critical"]]',
   1, 60, 120, 0, false, 'The whole zone is warm: check its cooling units and their setpoints.'),
  ('Hot aisle temperature', 'limits', 'hot-aisle-temperature', '[["above",45,"minor"],["above",52,"major"]]',
   1, 60, 120, 0, false, 'Check airflow through the zone.'),
  ('Supply air temperature', 'limits', 'supply-temperature', '[["below",12,"major"],["below",14,"minor"],["above",25,"minor"],["above",27,"major"]]',
   1, 180, 120, 0, false, 'The unit does not reach its setpoint: check its compressors, coil and filter.'),
  ('Return air temperature', 'limits', 'return-temperature', '[["below",18,"major"],["below",20,"minor"],["above",38,"minor"],["above",42,"major"]]',
   1, 60, 120, 0, false, 'Warm: more heat comes back than the unit is made for. Cold: its air comes back unused.'),
  ('Aisle pressure', 'limits', 'aisle-pressure', '[["below",-2,"major"]]',
   2, 60, 60, 0, false, 'The racks draw more air than the units give: hot air comes back over and around them. Raise fan speeds, close gaps.'),
  ('Cooling unit fault', 'state', 'crac-state', '[["equals",0,"minor"],["equals",2,"major"]]',
   0, 5, 30, 0, false, 'Read the unit''s own fault list. Its zone warms within minutes: watch the inlets, let the neighbours take over.'),
  ('Rack power', 'limits', 'rack-power', '[["above",9,"minor"],["above",11,"major"]]',
   0.3, 30, 60, 0, false, 'The rack nears what its feeds may carry. Move load, or set this rack''s own limits.'),
  ('Phase current', 'limits', 'phase-current', '[["above",11.2,"minor"],["above",12.8,"major"]]',
   0.5, 30, 60, 0, false, '70 % and 80 % of a 16 A phase. For other breakers set rules of your own.'),
  ('Power factor', 'limits', 'power-factor', '[["below",0.8,"major"],["below",0.9,"minor"]]',
   0.01, 60, 60, 0, false, 'More current for the same power: look for idle power supplies and failing filters.'),
  ('Line voltage', 'limits', 'line-voltage', '[["below",196,"major"],["below",207,"minor"],["above",253,"minor"],["above",264,"major"]]',
   2.3, 60, 60, 0, false, 'Outside 230 V ±10 % (EN 50160). Check the UPS output and the board that feeds the rack.'),
  ('UPS on battery', 'state', 'ups-state', '[["equals",2,"major"],["equals",3,"critical"],["equals",4,"critical"]]',
   0, 3, 10, 0, false, 'Mains is gone: watch the runtime, check that the generator starts, prepare the shutdown list.'),
  ('UPS load', 'limits', 'ups-load', '[["above",80,"minor"],["above",95,"major"]]',
   3, 60, 60, 0, false, 'In a 2N system each UPS must be able to carry both.'),
  ('UPS input voltage', 'limits', 'input-voltage', '[["below",196,"major"],["below",207,"minor"],["above",253,"minor"],["above",264,"major"]]',
   2.3, 10, 30, 0, false, 'The mains is outside 230 V ±10 %.'),
  ('UPS output voltage', 'limits', 'output-voltage', '[["below",207,"critical"],["below",218.5,"major"],["above",241.5,"major"],["above",253,"critical"]]',
   2.3, 10, 30, 0, false, 'What the racks get is outside 230 V ±5 %.'),
  ('UPS input frequency', 'limits', 'input-frequency', '[["below",49,"major"],["below",49.5,"minor"],["above",50.5,"minor"],["above",51,"major"]]',
   0.1, 10, 30, 0, false, 'The mains frequency is off: a generator that hunts, or the grid is in trouble.'),
  ('Battery charge', 'limits', 'battery-charge', '[["below",20,"critical"],["below",50,"major"]]',
   2, 0, 60, 0, false, 'Shut down by the list while there is time.'),
  ('Battery runtime', 'limits', 'battery-runtime', '[["below",5,"critical"],["below",10,"major"]]',
   1, 0, 60, 0, false, 'Minutes are left at this load: shut down by the list.'),
  ('Battery temperature', 'limits', 'battery-temperature', '[["below",10,"major"],["below",15,"minor"],["above",30,"minor"],["above",40,"critical"]]',
   1, 60, 120, 0, false, 'Life halves for each 10 °C above 25 °C; above 40 °C suspect thermal runaway and stop charging.'),
  ('Battery block temperature', 'limits', 'block-temperature', '[["above",32,"minor"],["above",40,"critical"]]',
   1, 60, 120, 0, false, 'One block warmer than the rest is failing: plan its replacement, above 40 °C isolate the string.'),
  ('Battery block voltage', 'limits', 'block-voltage', '[["below",10.8,"major"],["above",14.4,"major"]]',
   0.1, 60, 60, 0, false, 'Of a block of six cells: below 1.80 V a cell it is empty or has a dead cell, above 2.40 V a cell the charger overcharges it.'),
  ('Battery state of health', 'limits', 'battery-soh', '[["below",80,"major"],["below",85,"minor"]]',
   1, 0, 0, 0, false, 'Below 80 % the battery is at its end (IEEE 1188): order the replacement.'),
  ('String state of health', 'limits', 'string-soh', '[["below",80,"major"],["below",85,"minor"]]',
   1, 0, 0, 0, false, 'A string is as good as its worst block: find it in the battery''s block list.'),
  ('Water leak', 'state', 'leak', '[["equals",1,"critical"]]',
   0, 5, 60, 0, true, 'Find the water, close the valve, protect what is energised. Reset the alarm when the floor is dry.'),
  ('Silent device', 'no-data', '*', '[["silent",3,"minor"],["silent",10,"major"]]',
   0, 0, 30, 0, false, 'Nothing it should tell arrives. Check its power, network and gateway; until it is back its values are not known.')
) AS defaults (name, type, kind, levels, dead_band, on_delay_s, off_delay_s, window_s, latching, instruction);
