-- A key of a study that is no account's and no rater's is a share: whoever has it reads the study's report. sequence: as of which number; null: as it stands.
ALTER TABLE keys ADD COLUMN sequence BIGINT;
CREATE INDEX keys_of_study ON keys (study, key_id) WHERE account IS NULL AND rater IS NULL;
