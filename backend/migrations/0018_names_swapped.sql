-- Two devices may change names or asset tags within one change of many: these, too, wait for its end when they are told to.
ALTER TABLE devices
  DROP CONSTRAINT devices_site_id_name_key,
  DROP CONSTRAINT devices_asset_tag,
  ADD CONSTRAINT devices_name UNIQUE (site_id, name) DEFERRABLE INITIALLY IMMEDIATE,
  ADD CONSTRAINT devices_asset_tag UNIQUE (site_id, asset_tag) DEFERRABLE INITIALLY IMMEDIATE;
