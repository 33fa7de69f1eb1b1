import type { ConsoleDocument, ConsoleDocumentName } from "../../src/app/documents/console.ts";
import type { RouteName, routes } from "../../src/console/api/routes.ts";
import { type Answered, change } from "./client.ts";

type Routes = typeof routes;

/** The paths of the server's routes; the compiler holds them to its table, which isn't loaded. */
const paths = {
  session: "/session",
  fleet: "/environments/{env}/fleet",
  tonight: "/environments/{env}/tonight",
  project: "/environments/{env}/projects/{project}",
  projectRuns: "/environments/{env}/projects/{project}/runs",
  durations: "/environments/{env}/projects/{project}/durations",
  releases: "/environments/{env}/projects/{project}/releases",
  compareReleases: "/environments/{env}/projects/{project}/releases/compare",
  resources: "/environments/{env}/projects/{project}/resources",
  models: "/environments/{env}/projects/{project}/models",
  backfillPreview: "/environments/{env}/projects/{project}/backfill",
  runs: "/environments/{env}/runs",
  run: "/environments/{env}/runs/{run}",
  runItems: "/environments/{env}/runs/{run}/items",
  runEvents: "/environments/{env}/runs/{run}/events",
  compareRuns: "/environments/{env}/runs/{run}/compare",
  log: "/environments/{env}/runs/{run}/log",
  logSearch: "/environments/{env}/runs/{run}/log/search",
  logRaw: "/environments/{env}/runs/{run}/log/raw",
  artifacts: "/environments/{env}/runs/{run}/artifacts",
  artifactLook: "/environments/{env}/runs/{run}/artifacts/look",
  artifactRaw: "/environments/{env}/runs/{run}/artifacts/raw",
  plan: "/environments/{env}/plan",
  audit: "/environments/{env}/audit",
  operation: "/operations/{operation}",
  startRun: "/environments/{env}/projects/{project}/run",
  stopRun: "/environments/{env}/runs/{run}/stop",
  resumeRun: "/environments/{env}/runs/{run}/resume",
  setSchedule: "/environments/{env}/projects/{project}/schedule",
  backfill: "/environments/{env}/projects/{project}/backfill",
  rollback: "/environments/{env}/projects/{project}/rollback",
  promote: "/environments/{env}/projects/{project}/promote",
  deploy: "/environments/{env}/deploy",
} as const satisfies { readonly [Name in RouteName]?: Routes[Name]["path"] };

type Known = keyof typeof paths;

type PartsOf<Path> = Path extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/** What the parts of a route's path are, such as `{ env: "prd", project: "recsys" }`. */
export type PathParts<Name extends Known> = Readonly<Record<PartsOf<(typeof paths)[Name]>, string>>;

type AnswerOf<Name extends Known> = Routes[Name]["answer"] extends infer Answer
  ? Answer extends ConsoleDocumentName
    ? ConsoleDocument<Answer>
    : never
  : never;

type BodyOf<Name extends Known> = Routes[Name] extends { readonly body: infer Schema }
  ? Schema extends { readonly _zod: { readonly input: infer Body } }
    ? Body
    : never
  : never;

/** Routes that change something. */
export type ChangeName = {
  [Name in Known]: Routes[Name]["method"] extends "POST" ? Name : never;
}[Known];

/** An address below `/api/v1`, which knows what it answers. */
export type Address<A> = string & { readonly answers?: A };

type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * The address of a document, such as `/environments/prd/fleet`.
 *
 * @param query parameters; those that are `undefined` are left out
 */
export function addressFor<Name extends Known>(
  name: Name,
  parts: PathParts<Name>,
  query: Query = {},
): Address<AnswerOf<Name>> {
  const all = parts as Readonly<Record<string, string>>;
  const path = paths[name].replaceAll(/\{(\w+)\}/g, (_, part: string) =>
    encodeURIComponent(all[part] ?? ""),
  );
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** Does what a route does; the answer has the command line that does the same. */
export function perform<Name extends ChangeName>(
  name: Name,
  parts: PathParts<Name>,
  body: BodyOf<Name>,
): Promise<Answered<AnswerOf<Name>>> {
  return change<AnswerOf<Name>>(addressFor(name, parts), body);
}
