-- How long each table's rows are kept; null: for ever. Coarser rollups are kept at least as long as finer ones.
CREATE TABLE retention (
  name text PRIMARY KEY,
  ordinal int NOT NULL UNIQUE,
  keep_days int CHECK (keep_days BETWEEN 1 AND 36500),
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO retention (name, ordinal, keep_days) VALUES
  ('readings', 1, 400), ('readings_5m', 2, 1200), ('readings_1h', 3, NULL), ('readings_1d', 4, NULL);
