-- What devices of a type look like, for the elevations. Small, and few: they are kept with the rest and saved with it.
CREATE TABLE device_type_images (
  device_type_id int NOT NULL REFERENCES device_types ON DELETE CASCADE,
  face text NOT NULL CHECK (face IN ('front', 'rear')),
  media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
  width int NOT NULL CHECK (width BETWEEN 1 AND 4096),
  height int NOT NULL CHECK (height BETWEEN 1 AND 4096),
  bytes bytea NOT NULL CHECK (length(bytes) BETWEEN 1 AND 524288),
  tag text GENERATED ALWAYS AS (encode(substr(sha256(bytes), 1, 12), 'hex')) STORED,
  PRIMARY KEY (device_type_id, face)
);
COMMENT ON COLUMN device_type_images.tag IS 'another image has another tag: by it browsers keep what they have';
CREATE TRIGGER assets_changed AFTER INSERT OR UPDATE OR DELETE ON device_type_images EXECUTE FUNCTION device_types_changed();
