-- Assets: the catalogue of device types, what each device is and where it stands, and what is kept free. docs/assets.md tells the story.
CREATE TABLE device_types (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  manufacturer text NOT NULL CHECK (length(manufacturer) BETWEEN 1 AND 100),
  model text NOT NULL CHECK (length(model) BETWEEN 1 AND 100),
  role text NOT NULL CHECK (role ~ '^[a-z][a-z0-9-]{0,62}$'),
  height_u int NOT NULL CHECK (height_u BETWEEN 0 AND 60),
  full_depth boolean NOT NULL,
  width text NOT NULL CHECK (width IN ('full', 'half')),
  airflow text CHECK (airflow IN ('front-to-rear', 'rear-to-front', 'side-to-side', 'passive')),
  weight_kg float8 CHECK (weight_kg >= 0),
  power_nameplate_w float8 CHECK (power_nameplate_w >= 0),
  power_typical_w float8 CHECK (power_typical_w >= 0),
  inlets int NOT NULL CHECK (inlets BETWEEN 0 AND 8),
  part_number text CHECK (length(part_number) BETWEEN 1 AND 100),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (manufacturer, model)
);
COMMENT ON COLUMN device_types.role IS 'what its devices do, where they do not say';
COMMENT ON COLUMN device_types.height_u IS '0: it takes no U, such as a PDU at the side';

ALTER TABLE racks
  ADD COLUMN weight_limit_kg float8 CHECK (weight_limit_kg > 0),
  ADD COLUMN cooling_kw float8 CHECK (cooling_kw > 0),
  ADD COLUMN feed_rating_kw float8 CHECK (feed_rating_kw > 0);
COMMENT ON COLUMN racks.feed_rating_kw IS 'what each feed carries alone; null: rated_power_kw';

-- One that publishes nothing has no topic, and nothing of it reaches the live path.
ALTER TABLE devices
  ALTER COLUMN topic DROP NOT NULL,
  ADD COLUMN device_type_id int REFERENCES device_types,
  ADD COLUMN serial text CHECK (length(serial) BETWEEN 1 AND 100),
  ADD COLUMN asset_tag text CHECK (length(asset_tag) BETWEEN 1 AND 100),
  ADD COLUMN ip inet,
  ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('planned', 'active', 'offline', 'decommissioned')),
  ADD COLUMN install_date date,
  ADD COLUMN owner text CHECK (length(owner) BETWEEN 1 AND 100),
  ADD COLUMN warranty_until date,
  ADD COLUMN notes text CHECK (length(notes) BETWEEN 1 AND 4000),
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (array_position(tags, NULL) IS NULL AND cardinality(tags) <= 50),
  ADD COLUMN feeds text CHECK (feeds IN ('A', 'B', 'AB')),
  ADD COLUMN power_sensor_id int REFERENCES sensors ON DELETE SET NULL,
  ADD COLUMN mount text CHECK (mount IN ('rack', 'side', 'shelf')),
  ADD COLUMN side_face text CHECK (side_face IN ('front', 'rear')),
  ADD COLUMN side_of text CHECK (side_of IN ('left', 'right')),
  ADD CONSTRAINT devices_position CHECK (CASE WHEN mount IS NULL THEN true ELSE rack_id IS NOT NULL END),
  ADD CONSTRAINT devices_side CHECK (CASE mount WHEN 'side' THEN side_face IS NOT NULL AND side_of IS NOT NULL
                                                ELSE side_face IS NULL AND side_of IS NULL END),
  ADD CONSTRAINT devices_in_rack UNIQUE (id, rack_id),
  ADD CONSTRAINT devices_asset_tag UNIQUE (site_id, asset_tag);
CREATE INDEX devices_type ON devices (device_type_id);
CREATE INDEX devices_power_sensor ON devices (power_sensor_id) WHERE power_sensor_id IS NOT NULL;
COMMENT ON COLUMN devices.type IS 'its role: what it does';
COMMENT ON COLUMN devices.mount IS 'rack or shelf: it takes the U in rack_slots; side: it hangs beside the U; null: nobody has said where in its rack';
COMMENT ON COLUMN devices.power_sensor_id IS 'the sensor that measures what it draws';

-- What the last site document said of each: the next one changes only what it says anew, so that what people have edited, renamed or
-- removed since stays as they left it.
ALTER TABLE sites ADD COLUMN imported_devices text[] NOT NULL DEFAULT '{}';
ALTER TABLE racks ADD COLUMN imported jsonb;
ALTER TABLE devices ADD COLUMN imported jsonb;
ALTER TABLE device_types ADD COLUMN imported jsonb;

-- Everything of it that is searched, in lower case, a value to a line.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE FUNCTION asset_search_text(name text, serial text, asset_tag text, ip inet, tags text[], owner text, notes text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(concat_ws(E'\n', name, serial, asset_tag, host(ip), array_to_string(tags, E'\n'), owner, notes))
$$;
ALTER TABLE devices ADD COLUMN search text GENERATED ALWAYS AS (asset_search_text(name, serial, asset_tag, ip, tags, owner, notes)) STORED;
CREATE INDEX devices_search ON devices USING gin (search gin_trgm_ops);

CREATE TABLE rack_reservations (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rack_id int NOT NULL REFERENCES racks ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('reserved', 'blocked')),
  owner text NOT NULL CHECK (length(owner) <= 100),
  reason text NOT NULL CHECK (length(reason) <= 500),
  expires_at timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (id, rack_id)
);
CREATE INDEX rack_reservations_rack ON rack_reservations (rack_id);
COMMENT ON COLUMN rack_reservations.expires_at IS 'from then on it holds nothing: it goes when somebody takes the place';

-- The only place where a position is kept. Two things never share a piece of a rack: rack, U, depth and width are ranges, and where
-- all four overlap the database refuses, at the end of the transaction where it is told to wait (two that change places).
CREATE TABLE rack_slots (
  rack_id int NOT NULL REFERENCES racks ON DELETE CASCADE,
  device_id int UNIQUE,
  reservation_id int UNIQUE,
  units int4range NOT NULL CHECK (NOT isempty(units) AND lower(units) >= 1 AND upper(units) IS NOT NULL),
  faces int4range NOT NULL CHECK (NOT isempty(faces) AND faces <@ int4range(0, 2)),
  sides int4range NOT NULL CHECK (NOT isempty(sides) AND sides <@ int4range(0, 2)),
  CHECK (num_nonnulls(device_id, reservation_id) = 1),
  FOREIGN KEY (device_id, rack_id) REFERENCES devices (id, rack_id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (reservation_id, rack_id) REFERENCES rack_reservations (id, rack_id) ON UPDATE CASCADE ON DELETE CASCADE,
  CONSTRAINT rack_slots_overlap EXCLUDE USING gist
    (int4range(rack_id, rack_id, '[]') WITH &&, units WITH &&, faces WITH &&, sides WITH &&) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX rack_slots_rack ON rack_slots (rack_id);
COMMENT ON COLUMN rack_slots.units IS 'U 1 is the lowest';
COMMENT ON COLUMN rack_slots.faces IS '[0,1) front, [1,2) rear, [0,2) both';
COMMENT ON COLUMN rack_slots.sides IS '[0,1) left, [1,2) right, as seen from the front, [0,2) the full width';

CREATE FUNCTION rack_slot_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  height int;
BEGIN
  SELECT height_u INTO height FROM racks WHERE id = NEW.rack_id FOR SHARE;
  IF upper(NEW.units) > height + 1 THEN
    RAISE EXCEPTION 'U % is above rack %, which has % U', upper(NEW.units) - 1, NEW.rack_id, height
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rack_slots_height';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rack_slot_fits BEFORE INSERT OR UPDATE ON rack_slots FOR EACH ROW EXECUTE FUNCTION rack_slot_fits();

CREATE FUNCTION rack_holds_its_slots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM rack_slots WHERE rack_id = NEW.id AND upper(units) > NEW.height_u + 1) THEN
    RAISE EXCEPTION 'something stands above U % of rack %', NEW.height_u, NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'rack_slots_height';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER rack_holds_its_slots AFTER UPDATE OF height_u ON racks FOR EACH ROW
  WHEN (NEW.height_u < OLD.height_u) EXECUTE FUNCTION rack_holds_its_slots();

-- A change of assets, told with the site's id. The inventory that the live path holds is loaded anew only where it has changed: of
-- devices that publish something, and of their own columns there.
CREATE FUNCTION assets_changed(site int) RETURNS void LANGUAGE sql AS $$ SELECT pg_notify('assets_changed', site::text) $$;

CREATE FUNCTION device_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was devices := OLD;
  now_is devices := NEW;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM assets_changed(was.site_id);
  END IF;
  IF TG_OP <> 'DELETE' AND now_is.site_id IS DISTINCT FROM was.site_id THEN
    PERFORM assets_changed(now_is.site_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER device_changed AFTER INSERT OR UPDATE OR DELETE ON devices FOR EACH ROW EXECUTE FUNCTION device_changed();

DROP TRIGGER inventory_changed ON devices;
CREATE TRIGGER inventory_changed_by_insert AFTER INSERT ON devices FOR EACH ROW
  WHEN (NEW.topic IS NOT NULL) EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed_by_delete AFTER DELETE ON devices FOR EACH ROW
  WHEN (OLD.topic IS NOT NULL) EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed_by_update AFTER UPDATE ON devices FOR EACH ROW
  WHEN ((OLD.topic IS NOT NULL OR NEW.topic IS NOT NULL) AND
        (OLD.site_id, OLD.room_id, OLD.rack_id, OLD.name, OLD.type, OLD.topic, OLD.interval_s) IS DISTINCT FROM
        (NEW.site_id, NEW.room_id, NEW.rack_id, NEW.name, NEW.type, NEW.topic, NEW.interval_s)) EXECUTE FUNCTION inventory_changed();

-- A device that goes takes its sensors along: also when it has none, as far as the statement is concerned.
DROP TRIGGER inventory_changed ON sensors;
CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE ON sensors EXECUTE FUNCTION inventory_changed();
CREATE TRIGGER inventory_changed_by_delete AFTER DELETE ON sensors FOR EACH ROW EXECUTE FUNCTION inventory_changed();

-- What measures listens to something.
CREATE FUNCTION sensor_has_a_topic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM devices WHERE id = NEW.device_id AND topic IS NULL) THEN
    RAISE EXCEPTION 'device % has no topic and so can have no sensor', NEW.device_id USING ERRCODE = 'check_violation', CONSTRAINT = 'sensors_topic';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sensor_has_a_topic AFTER INSERT OR UPDATE OF device_id ON sensors FOR EACH ROW EXECUTE FUNCTION sensor_has_a_topic();

CREATE FUNCTION rack_assets_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM assets_changed(m.site_id) FROM racks k JOIN rooms m ON m.id = k.room_id WHERE k.id IN (OLD.rack_id, NEW.rack_id);
  RETURN NULL;
END $$;
CREATE TRIGGER assets_changed AFTER INSERT OR UPDATE OR DELETE ON rack_slots FOR EACH ROW EXECUTE FUNCTION rack_assets_changed();
CREATE TRIGGER assets_changed AFTER INSERT OR UPDATE OR DELETE ON rack_reservations FOR EACH ROW EXECUTE FUNCTION rack_assets_changed();

CREATE FUNCTION rack_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM assets_changed(site_id) FROM rooms WHERE id = NEW.room_id;
  RETURN NULL;
END $$;
CREATE TRIGGER assets_changed AFTER INSERT OR UPDATE ON racks FOR EACH ROW EXECUTE FUNCTION rack_changed();

CREATE FUNCTION device_types_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM assets_changed(id) FROM sites;
  RETURN NULL;
END $$;
CREATE TRIGGER assets_changed AFTER INSERT OR UPDATE OR DELETE ON device_types EXECUTE FUNCTION device_types_changed();

-- Whose history an audit row belongs to ("device:12", "rack:5"), and which rows were made as one.
ALTER TABLE audit_log ADD COLUMN subjects text[], ADD COLUMN batch_id bigint;
CREATE INDEX audit_log_subjects ON audit_log USING gin (subjects);
CREATE INDEX audit_log_batch ON audit_log (batch_id) WHERE batch_id IS NOT NULL;
CREATE SEQUENCE audit_batches;
