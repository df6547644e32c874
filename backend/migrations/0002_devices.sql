-- Devices, and the sensors in them. A sensor is one field of the messages on one topic.
CREATE TABLE devices (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  room_id int REFERENCES rooms ON DELETE CASCADE,
  rack_id int REFERENCES racks ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  type text NOT NULL CHECK (type ~ '^[a-z][a-z0-9-]{0,62}$'),
  topic text NOT NULL UNIQUE CHECK (length(topic) BETWEEN 1 AND 512),
  interval_s float8 NOT NULL DEFAULT 60 CHECK (interval_s > 0),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, name),
  CHECK (rack_id IS NULL OR room_id IS NOT NULL)
);
CREATE INDEX devices_room ON devices (room_id);
CREATE INDEX devices_rack ON devices (rack_id);

-- What a device last said of itself on {topic}/availability. Apart from devices: it is live state, not inventory.
CREATE TABLE device_availability (
  device_id int PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
  online boolean NOT NULL,
  ts timestamptz NOT NULL
);

CREATE TABLE sensors (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device_id int NOT NULL REFERENCES devices ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9-]{0,62}$'),
  unit text NOT NULL CHECK (length(unit) <= 16),
  topic text NOT NULL CHECK (length(topic) BETWEEN 1 AND 512),
  field text NOT NULL DEFAULT '/value' CHECK (field = '' OR field LIKE '/%'),
  scale float8 NOT NULL DEFAULT 1,
  value_offset float8 NOT NULL DEFAULT 0,
  interval_s float8 CHECK (interval_s > 0),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (topic, field),
  UNIQUE (device_id, name)
);
COMMENT ON COLUMN sensors.interval_s IS 'expected seconds between readings; null: the device''s';

CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON devices EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON sensors EXECUTE FUNCTION inventory_changed();
