-- Hardware that comes: a discovered topic keeps enough of its last payload to see all its fields, and a device may have an account of its own at the broker.
ALTER TABLE discovered_topics DROP CONSTRAINT discovered_topics_last_payload_check;
ALTER TABLE discovered_topics ADD CONSTRAINT discovered_topics_last_payload_check CHECK (length(last_payload) <= 8192);

CREATE TABLE device_credentials (
  username text PRIMARY KEY CHECK (length(username) BETWEEN 1 AND 100),
  device_id int UNIQUE REFERENCES devices ON DELETE SET NULL,
  topics text[] NOT NULL,
  issued_by text NOT NULL,
  issued_at timestamptz NOT NULL
);
COMMENT ON TABLE device_credentials IS 'which devices have an account at the broker; the password is the broker''s alone';
COMMENT ON COLUMN device_credentials.device_id IS 'null: the device is gone, and the account is about to be';
