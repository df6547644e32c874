-- Who changed what, when, from where. Written in the change's own transaction; never edited.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ts timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  site text,
  origin text NOT NULL,
  before jsonb,
  after jsonb
);
COMMENT ON COLUMN audit_log.site IS 'the site''s code, as text: the row outlives the site';
CREATE INDEX audit_log_ts ON audit_log (ts);

CREATE FUNCTION audit_log_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is never edited';
END $$;
CREATE TRIGGER audit_log_is_immutable BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_immutable();
