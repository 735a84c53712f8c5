-- SQLite plans by these figures where nobody ran ANALYZE; its own guess is ten rows a study, which makes it scan a whole study instead of
-- seeking a rater's few rows. They describe a busy study: 200,000 judgments, 100 raters, 20,000 prompts. The first number is rows in all, then
-- rows for each further column of the key that is given.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('assignments', 'assignments', '1000000 200000 1'),
  ('assignments', 'assignments_once', '1000000 200000 2000 2 1'),
  ('assignments', 'assignments_of_rater', '1000 300 3'),
  ('assignments', 'assignments_live', '1000 300 1'),
  ('judgments', 'judgments', '1000000 200000 100000 1'),
  ('pairs', 'sqlite_autoindex_pairs_1', '300000 60000 1'),
  ('pairs', 'sqlite_autoindex_pairs_2', '300000 60000 3 1'),
  ('pairs', 'pairs_open', '100000 20000 1'),
  ('prompts', 'sqlite_autoindex_prompts_1', '100000 20000 1'),
  ('prompts', 'sqlite_autoindex_prompts_2', '100000 20000 1'),
  ('prompts', 'prompts_by_text', '100000 20000 1'),
  ('answers', 'sqlite_autoindex_answers_1', '500000 100000 5 1 1'),
  ('answers', 'answers_empty', '1000 200 1 1'),
  ('raters', 'sqlite_autoindex_raters_1', '500 100 1'),
  ('raters', 'sqlite_autoindex_raters_2', '500 100 1'),
  ('rater_sides', 'rater_sides', '5000 1000 10 1'),
  ('models', 'sqlite_autoindex_models_1', '50 10 1'),
  ('models', 'sqlite_autoindex_models_2', '50 10 1'),
  ('model_pairs', 'sqlite_autoindex_model_pairs_1', '100 20 1'),
  ('model_pairs', 'sqlite_autoindex_model_pairs_2', '100 20 5 1'),
  ('imports', 'sqlite_autoindex_imports_1', '50 10 1');
