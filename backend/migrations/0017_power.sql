-- The power chain: its elements, what each draws from, and the sensors that measure it. docs/power.md tells the story.
CREATE TABLE power_elements (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('source', 'generator', 'switchboard', 'transformer', 'transfer-switch', 'ups', 'panel', 'rack-feed', 'load')),
  room_id int REFERENCES rooms ON DELETE CASCADE,
  rack_id int REFERENCES racks ON DELETE CASCADE,
  side text CHECK (side IN ('A', 'B')),
  device_id int REFERENCES devices ON DELETE SET NULL,
  phases int NOT NULL DEFAULT 3 CHECK (phases IN (1, 3)),
  voltage_v float8 NOT NULL DEFAULT 230 CHECK (voltage_v > 0),
  rated_kw float8 CHECK (rated_kw > 0),
  breaker_a float8 CHECK (breaker_a > 0),
  continuous float8 NOT NULL DEFAULT 0.8 CHECK (continuous > 0 AND continuous <= 1),
  no_load_loss float8 CHECK (no_load_loss BETWEEN 0 AND 0.5),
  proportional_loss float8 CHECK (proportional_loss BETWEEN 0 AND 0.5),
  square_loss float8 CHECK (square_loss BETWEEN 0 AND 0.5),
  load_kind text CHECK (load_kind IN ('it', 'cooling', 'lighting', 'other')),
  imported jsonb,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT power_elements_name UNIQUE (site_id, name),
  CHECK ((kind = 'load') = (load_kind IS NOT NULL)),
  CHECK (kind <> 'rack-feed' OR (rack_id IS NOT NULL AND side IS NOT NULL)),
  CHECK (num_nonnulls(no_load_loss, proportional_loss, square_loss) IN (0, 3))
);
CREATE UNIQUE INDEX power_elements_rack_feed ON power_elements (rack_id, side) WHERE kind = 'rack-feed';
CREATE INDEX power_elements_room ON power_elements (room_id);
CREATE INDEX power_elements_device ON power_elements (device_id);
COMMENT ON COLUMN power_elements.continuous IS 'share of the rating that it may carry for hours';
COMMENT ON COLUMN power_elements.no_load_loss IS 'like the other losses a share of the rating; null: those of its kind';
COMMENT ON COLUMN power_elements.imported IS 'what the last site document said of it';
ALTER TABLE sites ADD COLUMN imported_power text[] NOT NULL DEFAULT '{}';

CREATE TABLE power_inputs (
  element_id int NOT NULL REFERENCES power_elements ON DELETE CASCADE,
  priority int NOT NULL CHECK (priority >= 1),
  input_id int NOT NULL REFERENCES power_elements,
  PRIMARY KEY (element_id, priority),
  UNIQUE (element_id, input_id),
  CHECK (element_id <> input_id)
);
CREATE INDEX power_inputs_input ON power_inputs (input_id);
COMMENT ON COLUMN power_inputs.priority IS '1 is preferred; the next takes over where those before are dead';

CREATE TABLE power_sensors (
  element_id int NOT NULL REFERENCES power_elements ON DELETE CASCADE,
  measure text NOT NULL CHECK (measure IN ('power', 'input_power', 'energy', 'current_l1', 'current_l2', 'current_l3')),
  sensor_id int NOT NULL REFERENCES sensors ON DELETE CASCADE,
  PRIMARY KEY (element_id, measure)
);
CREATE INDEX power_sensors_sensor ON power_sensors (sensor_id);

CREATE FUNCTION power_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM assets_changed(coalesce(NEW.site_id, OLD.site_id));
  RETURN NULL;
END $$;
CREATE TRIGGER power_changed AFTER INSERT OR UPDATE OR DELETE ON power_elements FOR EACH ROW EXECUTE FUNCTION power_changed();

-- Sensors that the server itself computes, of the site's racks and UPSs that have a device to belong to: those that are missing are made, those
-- that nothing is computed for any more go. Their topics lie outside of dc/, where no device can publish.
CREATE FUNCTION make_computed_sensors(site int) RETURNS void LANGUAGE sql AS $$
  WITH wanted AS (
    SELECT DISTINCT ON (topic, field) device_id, name, kind, unit, topic, field FROM (
      SELECT f.device_id, CASE WHEN d.rack_id = k.id THEN w.name ELSE k.name || ' ' || w.name END, w.kind, w.unit, 'computed/rack-' || k.id, '/' || w.kind
      FROM power_elements f JOIN racks k ON k.id = f.rack_id JOIN devices d ON d.id = f.device_id,
        (VALUES ('load of its rating', 'rack-load', '%'), ('surviving feed load', 'surviving-feed-load', '%'), ('feed difference', 'feed-difference', '%'),
                ('phase imbalance', 'phase-imbalance', '%'), ('power redundancy', 'redundancy', '')) AS w (name, kind, unit)
      WHERE f.site_id = site AND f.kind = 'rack-feed' AND f.device_id IS NOT NULL
      UNION ALL
      SELECT u.device_id, CASE WHEN count(*) OVER (PARTITION BY u.device_id) > 1 THEN u.name || ' ' ELSE '' END || 'failover load', 'failover-load', '%',
        'computed/element-' || u.id, '/failover-load'
      FROM power_elements u WHERE u.site_id = site AND u.kind = 'ups' AND u.device_id IS NOT NULL
    ) AS computed (device_id, name, kind, unit, topic, field)
    WHERE EXISTS (SELECT FROM devices d WHERE d.id = device_id AND d.topic IS NOT NULL)
    ORDER BY topic, field, device_id
  ), gone AS (
    DELETE FROM sensors s USING devices d WHERE d.id = s.device_id AND d.site_id = site AND s.topic LIKE 'computed/%'
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.topic = s.topic AND w.field = s.field)
  )
  INSERT INTO sensors AS s (device_id, name, kind, unit, topic, field, interval_s)
  SELECT device_id, name, kind, unit, topic, field, 15 FROM wanted
  ON CONFLICT (topic, field) DO UPDATE SET device_id = excluded.device_id, name = excluded.name
  WHERE (s.device_id, s.name) IS DISTINCT FROM (excluded.device_id, excluded.name)
$$;

-- What holds out of the box for them, where nobody has made a rule of the same scope; docs/power.md gives each with its source.
INSERT INTO alarm_rules (name, type, kind, levels, dead_band, on_delay_s, off_delay_s, instruction)
SELECT name, type, kind,
  (SELECT jsonb_agg(jsonb_build_object('when', l ->> 0, 'limit', (l ->> 1)::float8, 'severity', l ->> 2)) FROM jsonb_array_elements(levels::jsonb) l),
  dead_band, on_delay_s, off_delay_s, instruction
FROM (VALUES
  ('Rack over capacity', 'limits', 'rack-load', '[["above",90,"minor"],["above",100,"major"]]',
   3, 0, 60, 'The rack draws nearly (minor) or more than (major) what it is rated for. Move load, or shed it.'),
  ('Surviving feed would be overloaded', 'limits', 'surviving-feed-load', '[["above",80,"minor"],["above",100,"major"]]',
   3, 60, 60, 'If one feed drops, the other cannot carry the whole rack: its breaker trips and the rack goes dark. Move load to another rack.'),
  ('Feeds carry unequal loads', 'limits', 'feed-difference', '[["above",30,"minor"]]',
   5, 300, 120, 'Devices hang on one feed alone, or a power supply has failed: look for it before the feed is lost.'),
  ('Phase imbalance', 'limits', 'phase-imbalance', '[["above",15,"minor"],["above",25,"major"]]',
   2, 300, 120, 'One phase fills before the others: its breaker limits the rack. Move single-phase devices to other outlets.'),
  ('Redundancy lost', 'state', 'redundancy', '[["equals",1,"major"]]',
   0, 0, 30, 'The next failure takes the rack down. The rack''s power page says what is missing: bring that back before any work on the other side.'),
  ('UPS could not take over', 'limits', 'failover-load', '[["above",80,"minor"],["above",100,"critical"]]',
   3, 60, 60, 'When the other side is lost this UPS must carry its load, too: above its rating it drops both. Shed load.')
) AS defaults (name, type, kind, levels, dead_band, on_delay_s, off_delay_s, instruction)
ON CONFLICT DO NOTHING;
