import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Where the local platform keeps its things: everything below `.esteira/` in the workspace, all of
 * it ignored by Git.
 */
export interface Layout {
  readonly root: string;
  /** `.esteira` */
  readonly home: string;
  readonly database: string;
  /** Immutable copies of projects, one folder a content hash. */
  readonly snapshots: string;
  /** Virtual environments, one folder for each that differs. */
  readonly environments: string;
  /** Installed packages that virtual environments share, one folder for each set that differs. */
  readonly layers: string;
  /** What steps leave for each other and for people: `<project>/<origin run>/…`. */
  readonly artifacts: string;
  /** One folder a run, in it one an attempt: log, exit, working copy. */
  readonly runs: string;
  /** `<project>.env`: values of a project's secrets on this machine. */
  readonly secrets: string;
  /** What detached drivers print, one file a run. */
  readonly drivers: string;
  /** Working copies of `test`. */
  readonly tests: string;
  /** What `dev` runs in and leaves, one folder a project. */
  readonly scratch: string;
}

/** @param root the workspace's folder, absolute */
export function layoutOf(root: string): Layout {
  const home = join(root, ".esteira");
  return {
    root,
    home,
    database: join(home, "esteira.db"),
    snapshots: join(home, "snapshots"),
    environments: join(home, "venvs"),
    layers: join(home, "layers"),
    artifacts: join(home, "artifacts"),
    runs: join(home, "runs"),
    secrets: join(home, "secrets"),
    drivers: join(home, "drivers"),
    tests: join(home, "tests"),
    scratch: join(home, "scratch"),
  };
}

/**
 * URI of the folder that all steps of a run and of those that continue with it share; ends with
 * `/`.
 */
export function artifactsOf(layout: Layout, project: string, origin: string): string {
  return `${pathToFileURL(join(layout.artifacts, project, origin)).href}/`;
}

/** Folder of a run's attempts. */
export function runDirectory(layout: Layout, run: string): string {
  return join(layout.runs, run);
}

/** Folder of one attempt; `task` is the id of the event that scheduled it. */
export function attemptDirectory(layout: Layout, run: string, task: number): string {
  return join(layout.runs, run, String(task));
}
