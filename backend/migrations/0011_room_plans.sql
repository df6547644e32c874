-- The plan of a room: its size, aisles and thermal class, and where racks and units stand. Every version is kept, so that a
-- past moment can be shown as it was; the newest is the plan of now.
CREATE TABLE room_plans (
  room_id int NOT NULL REFERENCES rooms ON DELETE CASCADE,
  version int NOT NULL CHECK (version > 0),
  valid_from timestamptz NOT NULL,
  author text NOT NULL,
  imported boolean NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (room_id, version)
);
COMMENT ON COLUMN room_plans.imported IS 'from a site document: the next import of the same document changes nothing, whatever people have edited since';
CREATE UNIQUE INDEX room_plans_valid_from ON room_plans (room_id, valid_from);

CREATE TRIGGER inventory_changed AFTER INSERT OR UPDATE OR DELETE ON room_plans EXECUTE FUNCTION inventory_changed();
