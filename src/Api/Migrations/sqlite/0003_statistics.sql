-- Of the indexes that 0003 made: see 0001. The one that it made anew lost its figures.
DELETE FROM sqlite_stat1 WHERE idx IN ('assignments_once', 'pairs_known', 'sqlite_autoindex_problems_1', 'sqlite_autoindex_problems_2');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('assignments', 'assignments_once', '1000000 200000 2000 2 1 1'),
  ('pairs', 'pairs_known', '500 100 50 1'),
  ('problems', 'sqlite_autoindex_problems_1', '500 100 1'),
  ('problems', 'sqlite_autoindex_problems_2', '500 100 1 1');
