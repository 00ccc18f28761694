DROP TABLE sqlite_stat1;
-- SQLite makes this one beside it where it is built to.
DROP TABLE IF EXISTS sqlite_stat4;
