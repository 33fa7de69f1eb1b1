/**
 * The tables of the database's first version, which every database begins with, before the steps of
 * `migrations`. Released: never changed.
 */
export const firstLayout = `
  CREATE TABLE releases (
    fingerprint TEXT PRIMARY KEY,
    document TEXT NOT NULL
  ) STRICT;

  -- Every deploy there ever was: what a run was started from is in one of these rows.
  CREATE TABLE deploys (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    fingerprint TEXT NOT NULL REFERENCES releases,
    decided TEXT NOT NULL,
    actor TEXT NOT NULL,
    deployed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deploys_by_project ON deploys (environment, project, id);

  -- The current deploy.
  CREATE TABLE deployments (
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    deploy INTEGER NOT NULL REFERENCES deploys,
    PRIMARY KEY (environment, project)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE schedules (
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    spec TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    hold TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (environment, project)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    project TEXT NOT NULL,
    status TEXT NOT NULL,
    skipped INTEGER NOT NULL DEFAULT 0,
    trigger TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    scheduled_time INTEGER,
    origin TEXT NOT NULL,
    deploy INTEGER NOT NULL REFERENCES deploys,
    release TEXT NOT NULL REFERENCES releases,
    version TEXT NOT NULL,
    model_version TEXT,
    failure TEXT,
    input TEXT NOT NULL,
    event_count INTEGER NOT NULL DEFAULT 0,
    -- Who drives it. Each new owner raises the epoch; who comes with an older one has lost the run.
    owner TEXT,
    owner_epoch INTEGER NOT NULL DEFAULT 0,
    heartbeat INTEGER NOT NULL,
    stop_requested_by TEXT
  ) STRICT;
  CREATE INDEX runs_newest ON runs (environment, started_at, id);
  CREATE INDEX runs_of_project ON runs (environment, project, started_at, id);
  CREATE INDEX runs_ended ON runs (environment, project, ended_at) WHERE skipped = 0;
  CREATE INDEX runs_of_status ON runs (environment, status, started_at, id);
  CREATE INDEX runs_of_project_and_status ON runs (environment, project, status, started_at, id);

  CREATE TABLE events (
    run INTEGER NOT NULL REFERENCES runs,
    sequence INTEGER NOT NULL,
    event TEXT NOT NULL,
    UNIQUE (run, sequence)
  ) STRICT;

  -- Tries of steps. Waiting and running ones count against the machine, whichever process drives them.
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs,
    task INTEGER NOT NULL,
    step TEXT NOT NULL,
    number INTEGER NOT NULL,
    item INTEGER,
    directory TEXT NOT NULL,
    cpu REAL NOT NULL,
    memory_gb REAL NOT NULL,
    gpu REAL NOT NULL,
    state TEXT NOT NULL,
    owner TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    ended_at INTEGER,
    UNIQUE (run, task)
  ) STRICT;
  CREATE INDEX attempts_live ON attempts (state, id) WHERE state <> 'ended';

  CREATE TABLE notifications (
    run INTEGER PRIMARY KEY REFERENCES runs,
    notification TEXT NOT NULL,
    composed_at INTEGER NOT NULL,
    sent_at INTEGER
  ) STRICT;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    environment TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    project TEXT,
    subject TEXT,
    details TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_newest ON audit (environment, id);
`;
