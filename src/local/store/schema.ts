import { firstLayout } from "./first-layout.ts";

/**
 * The database's layout, as steps from one version to the next: `migrations[n]` leads from version
 * n to n + 1. A step that has been released is never changed; a new one is added. Times are
 * milliseconds since the epoch, UTC.
 */
export const migrations: readonly string[] = [
  firstLayout,
  `
  -- Who is to be notified of a run's end, and how far that has come. What ended before there was this table is sent to nobody any more.
  CREATE TABLE deliveries (
    run INTEGER NOT NULL REFERENCES runs,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL,
    sent_at INTEGER,
    error TEXT,
    UNIQUE (run, recipient)
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (next_try) WHERE state IN ('waiting', 'sending');
  ALTER TABLE notifications DROP COLUMN sent_at;
  `,
  `
  -- What people were notified of by watching: once.
  CREATE TABLE watch_told (
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    finding TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (environment, project, finding)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The process that runs an environment's schedules, and when it gave its last sign of life.
  CREATE TABLE schedulers (
    environment TEXT PRIMARY KEY,
    owner TEXT,
    since INTEGER NOT NULL,
    heartbeat INTEGER NOT NULL,
    -- When there was one for the first time: nobody expected a schedule to fire before.
    first INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Until when a schedule's fires have been seen to. It counts for the schedule as it was changed at that time, and for no other.
  CREATE TABLE fired (
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (environment, project)
  ) STRICT, WITHOUT ROWID;

  -- Fires whose run has not begun.
  CREATE TABLE fires (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    scheduled_time INTEGER NOT NULL,
    UNIQUE (environment, project, scheduled_time)
  ) STRICT;

  -- Counts changes, so that nobody reads thousands of schedules to see that none has changed.
  CREATE TABLE revisions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO revisions (name, value) VALUES ('schedules', 0);
  CREATE TRIGGER schedule_added AFTER INSERT ON schedules BEGIN
    UPDATE revisions SET value = value + 1 WHERE name = 'schedules';
  END;
  CREATE TRIGGER schedule_changed AFTER UPDATE ON schedules BEGIN
    UPDATE revisions SET value = value + 1 WHERE name = 'schedules';
  END;
  CREATE TRIGGER schedule_removed AFTER DELETE ON schedules BEGIN
    UPDATE revisions SET value = value + 1 WHERE name = 'schedules';
    DELETE FROM fired WHERE environment = old.environment AND project = old.project;
    DELETE FROM fires WHERE environment = old.environment AND project = old.project;
  END;
  `,
  `
  -- Hash of what a release's author wrote: the same for two releases that only Esteira made different. NULL: deployed before there was it.
  ALTER TABLE deploys ADD COLUMN authored TEXT;
  `,
  `
  -- Which run continues another one that had ended.
  CREATE INDEX runs_resuming ON runs (environment, origin, id) WHERE trigger = 'resume';
  `,
  `
  -- All that a page of many projects says of the runs of the last nights, without their rows.
  DROP INDEX runs_newest;
  CREATE INDEX runs_newest ON runs (environment, started_at, id, project, status, skipped, ended_at, run);
  `,
  `
  -- Successes that count for the runs of projects that follow them; of each project the first for a date, time or round.
  CREATE TABLE follow_counted (
    environment TEXT NOT NULL,
    follower TEXT NOT NULL,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    run TEXT NOT NULL,
    time INTEGER NOT NULL,
    scheduled INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (environment, follower, key, project)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE follow_starts (
    environment TEXT NOT NULL,
    follower TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (environment, follower, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE follow_rounds (
    environment TEXT NOT NULL,
    follower TEXT NOT NULL,
    round TEXT NOT NULL,
    PRIMARY KEY (environment, follower)
  ) STRICT, WITHOUT ROWID;

  -- Fires that something else than the clock causes have the run that they start: the clock's have the empty text.
  CREATE TABLE new_fires (
    -- Never given twice: who has seen one asks for those after it.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    scheduled_time INTEGER NOT NULL,
    run TEXT NOT NULL DEFAULT '',
    input TEXT,
    UNIQUE (environment, project, scheduled_time, run)
  ) STRICT;
  INSERT INTO new_fires (id, environment, project, scheduled_time) SELECT id, environment, project, scheduled_time FROM fires;
  DROP TRIGGER schedule_removed;
  DROP TABLE fires;
  ALTER TABLE new_fires RENAME TO fires;
  CREATE TRIGGER schedule_removed AFTER DELETE ON schedules BEGIN
    UPDATE revisions SET value = value + 1 WHERE name = 'schedules';
    DELETE FROM fired WHERE environment = old.environment AND project = old.project;
    DELETE FROM fires WHERE environment = old.environment AND project = old.project;
  END;
  `,
  `
  -- Steps that hold places of pools, or wait for them. Those of a run that has ended count no more.
  CREATE TABLE pool_claims (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs,
    step TEXT NOT NULL,
    -- JSON: pool to how many places it has.
    pools TEXT NOT NULL,
    priority INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    UNIQUE (run, step)
  ) STRICT;
  `,
  `
  -- Runs whose failed steps keep their place, so that somebody can enter it.
  CREATE TABLE step_holds (
    run INTEGER PRIMARY KEY REFERENCES runs,
    -- How long, from the end of the run.
    seconds INTEGER NOT NULL,
    -- NULL while the run goes.
    until INTEGER,
    -- When the places were given up.
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX step_holds_open ON step_holds (until) WHERE ended_at IS NULL;
  `,
  `
  -- Files that schedules wait for: each version once, and the run that it starts. 'waits': its window is open. 'before': it was there, or came while the schedule was disabled, and starts nothing.
  CREATE TABLE arrivals (
    -- Never given twice: it is in the names of runs.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    path TEXT NOT NULL,
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    run TEXT NOT NULL,
    UNIQUE (environment, project, path, version)
  ) STRICT;
  CREATE INDEX arrivals_waiting ON arrivals (environment, project, id, at) WHERE state = 'waits';

  -- What each schedule waits for, and since when.
  CREATE TABLE awaited (
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    source TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (environment, project)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER schedule_gone AFTER DELETE ON schedules BEGIN
    DELETE FROM awaited WHERE environment = old.environment AND project = old.project;
    UPDATE arrivals SET state = 'before' WHERE environment = old.environment AND project = old.project AND state = 'waits';
  END;
  `,
];

/** The version that this program writes. */
export const schemaVersion = migrations.length;
