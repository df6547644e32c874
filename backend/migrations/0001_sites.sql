-- Sites, their rooms, and the racks in them. inventory_version counts changes, so that a reload knows the newest.
CREATE TABLE sites (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  time_zone text NOT NULL,
  simulated boolean NOT NULL DEFAULT false,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rooms (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  code text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, code),
  UNIQUE (site_id, name)
);

CREATE TABLE racks (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id int NOT NULL REFERENCES rooms ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  height_u int NOT NULL DEFAULT 42 CHECK (height_u BETWEEN 1 AND 100),
  rated_power_kw float8 CHECK (rated_power_kw > 0),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (room_id, name)
);

CREATE TABLE inventory_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO inventory_version (version) VALUES (1);

-- One change of the inventory, told to every server that listens. Once per transaction: a large import would otherwise spend its
-- time on the old versions of that one row.
CREATE FUNCTION inventory_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('dcim.inventory_changed_in', true) = pg_current_xact_id()::text THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('dcim.inventory_changed_in', pg_current_xact_id()::text, true);
  UPDATE inventory_version SET version = version + 1;
  NOTIFY inventory_changed;
  RETURN NULL;
END $$;

CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON sites EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON rooms EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON racks EXECUTE FUNCTION inventory_changed();
