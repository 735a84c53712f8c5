-- Answers that say who they are. leak: 0 none, 1 found and shown as it is, 2 found and masked, 3 found and its pairs left out. shown: what raters see
-- instead of the messages (leak 2), which are kept.
ALTER TABLE answers ADD COLUMN leak SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE answers ADD COLUMN shown TEXT;
CREATE INDEX answers_leaking ON answers (study, prompt, model) WHERE leak > 0;
