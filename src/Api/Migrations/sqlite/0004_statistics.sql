-- Of the index that 0004 made: see 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('answers', 'answers_leaking', '500 100 2 1');
