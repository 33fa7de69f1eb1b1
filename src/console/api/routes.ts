import * as z from "zod";

import { requests } from "../../app/documents/console-actions.ts";
import type { ConsoleDocumentName } from "../../app/documents/console.ts";

/**
 * A way into the API: data, from which the server, its description and the pages' client are made.
 */
export interface Route {
  readonly method: "GET" | "POST";
  /** Below `/api/v1`; `{name}` is a part of the path, without `/`, percent-encoded. */
  readonly path: string;
  readonly summary: string;
  /** Parameters after `?`; all are text there. */
  readonly query?: z.ZodObject;
  /** What the body holds, as JSON. */
  readonly body?: z.ZodObject;
  /** The document that is answered; a file or a stream where there is none. */
  readonly answer: ConsoleDocumentName | "file";
  /** It changes something: needs `x-esteira-csrf`, and a console that isn't read-only. */
  readonly changes: boolean;
}

const text = () => z.string().max(500);
const whole = (most: number) => z.coerce.number().int().min(0).max(most);
const cursor = text().optional().describe("From the answer before");
const limit = (most: number) => whole(most).min(1).optional().describe("At most so many");
const status = z
  .enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"])
  .optional()
  .describe("Only runs in this state");

const attempt = {
  step: text().describe("Its id"),
  attempt: whole(1e6).optional().describe("1 for the first try; absent: the last"),
  item: whole(1e6).optional().describe("Index of the `for_each` item"),
};

const get = { method: "GET", changes: false } as const;
const act = { method: "POST", changes: true } as const;
const env = "/environments/{env}";
const project = `${env}/projects/{project}` as const;
const run = `${env}/runs/{run}` as const;

export const routes = {
  session: {
    ...get,
    path: "/session",
    summary: "Who looks, at what, and what they may do",
    answer: "session",
  },
  openapi: { ...get, path: "/openapi.json", summary: "This description", answer: "openapi" },
  fleet: {
    ...get,
    path: `${env}/fleet`,
    summary: "Every project with its last 14 nights",
    answer: "fleet",
  },
  tonight: {
    ...get,
    path: `${env}/tonight`,
    summary: "Twelve hours back and ahead",
    answer: "tonight",
  },
  project: { ...get, path: project, summary: "A project as it is deployed", answer: "project" },
  projectRuns: {
    ...get,
    path: `${project}/runs`,
    summary: "Runs of a project, the newest first",
    query: z.strictObject({ cursor, limit: limit(200), status }),
    answer: "runs",
  },
  durations: {
    ...get,
    path: `${project}/durations`,
    summary: "Durations by step of the last 60 runs",
    answer: "durations",
  },
  releases: {
    ...get,
    path: `${project}/releases`,
    summary: "Releases of a project, the newest first",
    answer: "releases",
  },
  compareReleases: {
    ...get,
    path: `${project}/releases/compare`,
    summary: "What differs between two releases, field by field",
    query: z.strictObject({
      from: text().describe("Fingerprint"),
      to: text().describe("Fingerprint"),
    }),
    answer: "compare-releases",
  },
  resources: {
    ...get,
    path: `${project}/resources`,
    summary: "What a release made, with drift",
    answer: "resources",
  },
  models: { ...get, path: `${project}/models`, summary: "Versions of its model", answer: "models" },
  backfillPreview: {
    ...get,
    path: `${project}/backfill`,
    summary: "What a backfill would start",
    query: requests.backfill.pick({ from: true, to: true }),
    answer: "backfill-preview",
  },
  runs: {
    ...get,
    path: `${env}/runs`,
    summary: "Runs of an environment, the newest first",
    query: z.strictObject({ cursor, limit: limit(200), status }),
    answer: "runs",
  },
  run: { ...get, path: run, summary: "A run: diagnosis, steps and tries", answer: "run" },
  runItems: {
    ...get,
    path: `${run}/items`,
    summary: "Items of a step with `for_each`",
    query: z.strictObject({ step: text(), cursor, limit: limit(1000) }),
    answer: "run-items",
  },
  runEvents: {
    ...get,
    path: `${run}/events`,
    summary: "The history, the oldest first",
    query: z.strictObject({ cursor, limit: limit(1000) }),
    answer: "run-events",
  },
  compareRuns: {
    ...get,
    path: `${run}/compare`,
    summary: "What differs from the last good run",
    answer: "compare-runs",
  },
  log: {
    ...get,
    path: `${run}/log`,
    summary: "Lines of a try's log",
    query: z.strictObject({
      ...attempt,
      from_line: whole(1e12).optional().describe("The first line, from 1; absent: the last ones"),
      from_event: z
        .string()
        .regex(/^t\d{1,15}(?:\.\d{1,6})?$/)
        .optional()
        .describe("Where lines have no numbers: id of the first event, as links have it"),
      lines: limit(2000),
      cursor,
    }),
    answer: "log",
  },
  logSearch: {
    ...get,
    path: `${run}/log/search`,
    summary: "Lines of a try's log that have a text in them",
    query: z.strictObject({
      ...attempt,
      q: text().min(1).describe("As it is; small letters find capital ones too"),
      cursor,
      limit: limit(500),
    }),
    answer: "log-search",
  },
  logRaw: {
    ...get,
    path: `${run}/log/raw`,
    summary: "The whole log of a try, as an attachment",
    query: z.strictObject(attempt),
    answer: "file",
  },
  artifacts: {
    ...get,
    path: `${run}/artifacts`,
    summary: "What steps left",
    query: z.strictObject({ cursor, limit: limit(1000) }),
    answer: "artifacts",
  },
  artifactLook: {
    ...get,
    path: `${run}/artifacts/look`,
    summary: "A look inside a file that a step left",
    query: z.strictObject({ path: z.string().min(1).max(1024) }),
    answer: "artifact-look",
  },
  artifactRaw: {
    ...get,
    path: `${run}/artifacts/raw`,
    summary: "A file that a step left, as an attachment",
    query: z.strictObject({
      path: z.string().min(1).max(1024),
      view: z
        .literal("image")
        .optional()
        .describe("PNG, JPEG, GIF, WebP or SVG, to be shown by <img>"),
    }),
    answer: "file",
  },
  plan: {
    ...get,
    path: `${env}/plan`,
    summary: "What a deploy would change",
    query: z.strictObject({ project: text().optional().describe("One project; absent: all") }),
    answer: "plan",
  },
  audit: {
    ...get,
    path: `${env}/audit`,
    summary: "Who did what, the newest first",
    query: z.strictObject({
      cursor,
      limit: limit(200),
      project: text().optional().describe("Only what is about it"),
      actor: text().optional().describe("Only what somebody did whose name has this in it"),
      action: text().optional().describe("Only this action"),
    }),
    answer: "audit",
  },
  operation: {
    ...get,
    path: "/operations/{operation}",
    summary: "The state of something that takes its time",
    answer: "operation",
  },
  startRun: {
    ...act,
    path: `${project}/run`,
    summary: "`esteira run`",
    body: requests.run,
    answer: "run-action",
  },
  stopRun: {
    ...act,
    path: `${run}/stop`,
    summary: "`esteira stop`",
    body: requests.none,
    answer: "run-action",
  },
  resumeRun: {
    ...act,
    path: `${run}/resume`,
    summary: "`esteira resume`",
    body: requests.resume,
    answer: "run-action",
  },
  setSchedule: {
    ...act,
    path: `${project}/schedule`,
    summary: "`esteira schedule enable` or `disable`",
    body: requests.schedule,
    answer: "schedule-action",
  },
  backfill: {
    ...act,
    path: `${project}/backfill`,
    summary: "`esteira backfill`",
    body: requests.backfill,
    answer: "operation",
  },
  rollback: {
    ...act,
    path: `${project}/rollback`,
    summary: "`esteira rollback`",
    body: requests.rollback,
    answer: "operation",
  },
  promote: {
    ...act,
    path: `${project}/promote`,
    summary: "`esteira model promote`",
    body: requests.promote,
    answer: "promote-action",
  },
  deploy: {
    ...act,
    path: `${env}/deploy`,
    summary: "`esteira deploy`",
    body: requests.deploy,
    answer: "operation",
  },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;

/** Topics of `/events`, after `?topic=`, each of which may be given several times. */
export const topics = {
  /** `fleet:prd`: anything about an environment's projects. */
  fleet: "fleet:{env}",
  /** `run:prd/recsys-1`: its history. */
  run: "run:{env}/{run}",
  /** `log:prd/recsys-1`: what its steps write. */
  log: "log:{env}/{run}",
  /** `operation:{id}` */
  operation: "operation:{id}",
} as const;
