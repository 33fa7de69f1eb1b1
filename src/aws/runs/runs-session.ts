import type { ProjectName, RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { LedgerEntry } from "../bucket/ledger.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";
import type { AccountSession } from "../deploy/session.ts";
import type { Execution, ListedExecution } from "./execution.ts";
import type { RunHistory } from "./history.ts";
import type { LogChunks } from "./log-chunks.ts";
import type { RunReleases } from "./release-of.ts";
import type { RunCache } from "./run-cache.ts";

/** What everything about runs works with. */
export interface RunsSession extends AccountSession {
  readonly cache: RunCache;
  readonly releases: RunReleases;
  /** Where runs were met in this process, by name: a name alone needn't contain its project. */
  readonly projects: Map<string, ProjectName>;
  readonly lists: OpenLists;
  /** Runs whose events or logs are being read. */
  readonly open: Map<string, OpenRun>;
}

/** A run as AWS knows it, or as the ledger does once AWS has forgotten it. */
export type FoundRun =
  | { readonly kind: "execution"; readonly execution: Execution }
  | { readonly kind: "ledger"; readonly entry: LedgerEntry };

/** `exact` is false for the nearest release that is kept, when the run's own isn't any more. */
export interface StartedFrom {
  readonly document: ReleaseDocument;
  readonly exact: boolean;
}

/** A run whose events or logs are being read in this process. */
export interface OpenRun {
  readonly run: RunId;
  readonly project: string;
  readonly history: RunHistory;
  /** What it was started from. */
  readonly release: () => Promise<Result<Release, PlatformError>>;
  /** The same, with what its deploy had decided. */
  readonly startedFrom: () => Promise<Result<StartedFrom, PlatformError>>;
  /** What was read of its logs last. */
  readonly chunks: LogChunks;
  /** When its end was first seen here; milliseconds since the epoch. */
  endSeenAt: number | undefined;
  /** How often in a row there was nothing new: followers ask less and less often. */
  quiet: number;
}

/** A row that a list may show: one of AWS's, or one of the ledger. */
export type Row =
  | { readonly startedAt: number; readonly run: string; readonly listed: ListedExecution }
  | { readonly startedAt: number; readonly run: string; readonly summary: RunSummary };

/** Where a list continues: behind this row. */
export type Place = Pick<Row, "startedAt" | "run">;

/** The runs of one project, newest first, read as far as they were asked for. */
export interface Source {
  readonly project: string;
  readonly rows: Row[];
  /** What comes next: AWS's own, then those that only the ledger has. */
  from: "aws" | "ledger" | "nowhere";
  token: string | undefined;
  /** Runs that AWS has listed, which the ledger may know as well. */
  readonly known: Set<string>;
  /** When the oldest of them began. */
  oldest: number | undefined;
  /** Of the ledger only what began before: what is younger AWS has. */
  before: number | undefined;
}

/**
 * Lists that were read in part, by their filter and place: the next page continues with them
 * instead of from the beginning.
 */
export type OpenLists = Map<string, readonly Source[]>;
