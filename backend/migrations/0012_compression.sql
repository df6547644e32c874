-- Chunks older than so many days are compressed, where the server's licence offers it; null: they stay as they are.
ALTER TABLE retention ADD COLUMN compress_after_days int CHECK (compress_after_days BETWEEN 1 AND 36500);
