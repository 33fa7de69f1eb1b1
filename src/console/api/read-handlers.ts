import { readFleet } from "../../app/console/fleet.ts";
import { compareRuns } from "../../app/console/compare-runs.ts";
import {
  compareReleases,
  listReleases,
  listRuns,
  readDurations,
  readResources,
} from "../../app/console/project-history.ts";
import { readProject } from "../../app/console/project.ts";
import { readConsoleRun, readRunEvents, readRunItems } from "../../app/console/run.ts";
import { readTonight } from "../../app/console/tonight.ts";
import { projectName } from "../../core/ids.ts";
import { type HandlersOf, inEnvironment } from "./handler.ts";

type Names =
  | "fleet"
  | "tonight"
  | "project"
  | "projectRuns"
  | "durations"
  | "releases"
  | "compareReleases"
  | "resources"
  | "runs"
  | "run"
  | "runItems"
  | "runEvents"
  | "compareRuns";

const usual = 50;

/** What only looks at projects and runs. */
export const readHandlers: HandlersOf<Names> = {
  fleet: (context, { parameters }) =>
    inEnvironment(context, parameters.env, (session) => readFleet(context, session)),
  tonight: (context, { parameters }) =>
    inEnvironment(context, parameters.env, (session) => readTonight(context, session)),
  project: (context, { parameters: { env, project } }) =>
    inEnvironment(context, env, (session) => readProject(context, session, project)),
  projectRuns: (context, { parameters: { env, project }, query }) =>
    inEnvironment(context, env, (session) =>
      listRuns(
        session,
        { project: projectName(project), ...ofStatus(query) },
        { cursor: query.cursor, limit: query.limit ?? usual },
      ),
    ),
  durations: (context, { parameters: { env, project } }) =>
    inEnvironment(context, env, (session) => readDurations(session, project)),
  releases: (context, { parameters: { env, project } }) =>
    inEnvironment(context, env, (session) => listReleases(session, project)),
  compareReleases: (context, { parameters: { env, project }, query }) =>
    inEnvironment(context, env, (session) => compareReleases(session, project, query)),
  resources: (context, { parameters: { env, project } }) =>
    inEnvironment(context, env, (session) => readResources(context, session, project)),
  runs: (context, { parameters: { env }, query }) =>
    inEnvironment(context, env, (session) =>
      listRuns(session, ofStatus(query), { cursor: query.cursor, limit: query.limit ?? usual }),
    ),
  run: (context, { parameters: { env, run } }) =>
    inEnvironment(context, env, (session) => readConsoleRun(context, session, run)),
  runItems: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      readRunItems(session, run, query.step, {
        cursor: query.cursor,
        limit: query.limit ?? 200,
      }),
    ),
  runEvents: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      readRunEvents(session, run, { cursor: query.cursor, limit: query.limit ?? 200 }),
    ),
  compareRuns: (context, { parameters: { env, run } }) =>
    inEnvironment(context, env, (session) => compareRuns(session, run)),
};

function ofStatus<Status>({ status }: { readonly status?: Status | undefined }) {
  return status === undefined ? {} : { status };
}
