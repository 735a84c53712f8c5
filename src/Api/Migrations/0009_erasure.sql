-- When what is known of a rater as a person was erased; her judgments stay under a pseudonym.
ALTER TABLE raters ADD COLUMN erased_at BIGINT;
