-- What the ingest could not use: topics that no sensor listens to, and messages refused with their reason.
CREATE TABLE discovered_topics (
  topic text PRIMARY KEY,
  site text,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  messages bigint NOT NULL,
  last_payload bytea NOT NULL CHECK (length(last_payload) <= 256)
);
COMMENT ON COLUMN discovered_topics.site IS 'the code in dc/{site}/…, whether or not there is such a site';
CREATE INDEX discovered_topics_site ON discovered_topics (site, last_seen DESC);

CREATE TABLE rejected_messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ts timestamptz NOT NULL,
  topic text NOT NULL,
  site text,
  reason text NOT NULL,
  detail text NOT NULL,
  payload bytea NOT NULL CHECK (length(payload) <= 256)
);
COMMENT ON COLUMN rejected_messages.ts IS 'time of arrival';
CREATE INDEX rejected_messages_site ON rejected_messages (site, id DESC);
