-- Every reading, as stored by the ingest. No foreign key: it would cost a look-up per row, and sensors are only
-- ever named by the server's own catalogue.
CREATE TABLE readings (
  sensor_id int NOT NULL,
  ts timestamptz NOT NULL,
  value float8 NOT NULL,
  quality int2 NOT NULL DEFAULT 0 CHECK (quality BETWEEN 0 AND 2)
);
COMMENT ON COLUMN readings.quality IS '0 good, 1 uncertain, 2 bad';

SELECT create_hypertable('readings', 'ts', chunk_time_interval => interval '1 day', create_default_indexes => false);
CREATE UNIQUE INDEX readings_sensor_ts ON readings (sensor_id, ts);
