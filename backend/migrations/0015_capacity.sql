-- What is kept free is kept with what it will draw and weigh: a place whose power is not reserved is given away twice.
ALTER TABLE rack_reservations
  ADD COLUMN device_type_id int REFERENCES device_types ON DELETE SET NULL,
  ADD COLUMN power_w float8 CHECK (power_w >= 0),
  ADD COLUMN weight_kg float8 CHECK (weight_kg >= 0);
COMMENT ON COLUMN rack_reservations.device_type_id IS 'what is to come there, when that is known';
