-- Rollups of the readings in 5 minutes, hours and days (UTC). Bad readings are in none. docs/rollups.md has the whole story:
--   readings before rolled_to are in the rollups; those between it and open_from are about to be;
--   readings from open_from on are the open part, which queries add from the raw readings.
--   A reading that comes in before open_from notes its hour in rollup_late, in the same transaction.
CREATE TABLE rollup_state (
  single bool PRIMARY KEY DEFAULT true CHECK (single),
  rolled_to timestamptz NOT NULL,
  open_from timestamptz NOT NULL,
  raw_from timestamptz NOT NULL DEFAULT '-infinity',
  CHECK (rolled_to <= open_from)
);
COMMENT ON COLUMN rollup_state.raw_from IS 'before it raw readings have been dropped: rollups from there are final';

CREATE TABLE rollup_late (sensor_id int NOT NULL, hour timestamptz NOT NULL, PRIMARY KEY (sensor_id, hour));
-- Taken from rollup_late to be worked on; what a crash leaves here is done again.
CREATE TABLE rollup_work (sensor_id int NOT NULL, hour timestamptz NOT NULL, PRIMARY KEY (sensor_id, hour));

CREATE TABLE readings_5m (
  sensor_id int NOT NULL, ts timestamptz NOT NULL, count int NOT NULL,
  sum float8 NOT NULL, min float8 NOT NULL, max float8 NOT NULL, first float8 NOT NULL, last float8 NOT NULL
);
CREATE TABLE readings_1h (LIKE readings_5m INCLUDING ALL);
CREATE TABLE readings_1d (LIKE readings_5m INCLUDING ALL);
SELECT create_hypertable('readings_5m', 'ts', chunk_time_interval => interval '7 days', create_default_indexes => false);
SELECT create_hypertable('readings_1h', 'ts', chunk_time_interval => interval '30 days', create_default_indexes => false);
SELECT create_hypertable('readings_1d', 'ts', chunk_time_interval => interval '365 days', create_default_indexes => false);
CREATE UNIQUE INDEX readings_5m_sensor_ts ON readings_5m (sensor_id, ts);
CREATE UNIQUE INDEX readings_1h_sensor_ts ON readings_1h (sensor_id, ts);
CREATE UNIQUE INDEX readings_1d_sensor_ts ON readings_1d (sensor_id, ts);

-- What there is already is rolled up from its first hour on.
INSERT INTO rollup_state (rolled_to, open_from)
SELECT t, t FROM (SELECT date_trunc('hour', coalesce(min(ts), now())) AS t FROM readings) first;

-- Begins the transaction of a batch: gives open_from, which stays as it is until the transaction ends.
CREATE FUNCTION rollup_open_from() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7446921004);
  RETURN (SELECT open_from FROM rollup_state);
END $$;
