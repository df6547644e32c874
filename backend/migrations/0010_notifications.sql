-- Who is told of alarms, by which way, and the outbox: what is to be sent stays here until it is delivered. docs/notifications.md tells the story.
CREATE TABLE notification_channels (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  type text NOT NULL CHECK (type IN ('email', 'webhook')),
  addresses jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_array_length(addresses) <= 50),
  url text CHECK (length(url) <= 2000),
  secret text CHECK (length(secret) BETWEEN 16 AND 200),
  enabled boolean NOT NULL DEFAULT true,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, name),
  CHECK (CASE type WHEN 'email' THEN jsonb_array_length(addresses) > 0 AND url IS NULL AND secret IS NULL
                   ELSE jsonb_array_length(addresses) = 0 AND url IS NOT NULL END)
);
COMMENT ON COLUMN notification_channels.secret IS 'signs a webhook''s body; never told to anybody';

CREATE TABLE notification_routes (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  channel_id int NOT NULL REFERENCES notification_channels,
  severity_at_least int2 NOT NULL DEFAULT 2 CHECK (severity_at_least BETWEEN 1 AND 4),
  systems jsonb NOT NULL DEFAULT '[]',
  room_id int REFERENCES rooms ON DELETE CASCADE,
  after_min int NOT NULL DEFAULT 0 CHECK (after_min BETWEEN 0 AND 1440),
  repeat_min int CHECK (repeat_min BETWEEN 5 AND 1440),
  tell_cleared boolean NOT NULL DEFAULT true,
  enabled boolean NOT NULL DEFAULT true,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, name)
);
COMMENT ON COLUMN notification_routes.systems IS 'names; empty: all';
CREATE INDEX notification_routes_channel ON notification_routes (channel_id);
CREATE INDEX notification_routes_room ON notification_routes (room_id);

-- What a route has told of an alarm that is not over, and when it will speak of it again.
CREATE TABLE notification_follow_ups (
  route_id int NOT NULL REFERENCES notification_routes ON DELETE CASCADE,
  alarm_id int NOT NULL REFERENCES alarms ON DELETE CASCADE,
  told int NOT NULL CHECK (told >= 0),
  due_at timestamptz,
  PRIMARY KEY (route_id, alarm_id)
);
COMMENT ON COLUMN notification_follow_ups.due_at IS 'escalation while nothing is told, then repetition; null: silent until something happens';
CREATE INDEX notification_follow_ups_due ON notification_follow_ups (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notification_follow_ups_alarm ON notification_follow_ups (alarm_id);

-- What a channel is to be told and is in no notification yet: in a flood this is where it gathers.
CREATE TABLE notification_items (
  channel_id int NOT NULL REFERENCES notification_channels ON DELETE CASCADE,
  alarm_id int NOT NULL REFERENCES alarms ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('raised', 'escalated', 'repeated', 'cleared')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (channel_id, alarm_id)
);
CREATE INDEX notification_items_alarm ON notification_items (alarm_id);

CREATE TABLE notifications (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid NOT NULL DEFAULT gen_random_uuid(),
  site_id int NOT NULL REFERENCES sites ON DELETE CASCADE,
  channel_id int REFERENCES notification_channels ON DELETE SET NULL,
  channel text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('raised', 'escalated', 'repeated', 'cleared', 'digest', 'test')),
  alarm_ids int[] NOT NULL DEFAULT '{}',
  subject text NOT NULL,
  text_body text NOT NULL,
  html_body text NOT NULL,
  json_body text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'dead')),
  created_at timestamptz NOT NULL,
  give_up_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  sent_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  last_error text,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
COMMENT ON TABLE notifications IS 'the outbox; the bodies are made once, so that every attempt sends the same';
COMMENT ON COLUMN notifications.delivery_id IS 'the same in every attempt: Message-ID, X-DCIM-Delivery';
COMMENT ON COLUMN notifications.due_at IS 'next attempt; while one is under way, when it will be given up as lost with its server';
CREATE INDEX notifications_pending ON notifications (channel_id, id) WHERE state = 'pending';
CREATE INDEX notifications_site ON notifications (site_id, id DESC);
CREATE INDEX notifications_channel ON notifications (channel_id, created_at);

-- As people of the site read it. A zone that PostgreSQL does not know must not keep anybody from being told.
CREATE FUNCTION site_time(ts timestamptz, zone text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN to_char(ts AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI:SS ') || zone;
EXCEPTION WHEN OTHERS THEN
  RETURN to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC';
END $$;
