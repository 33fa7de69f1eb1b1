import {
  beginBackfill,
  beginDeploy,
  beginRollback,
  previewBackfill,
  readPlan,
} from "../../app/console/act-on-deploys.ts";
import { resumeRun, setSchedule, startRun, stopByConsole } from "../../app/console/act-on-runs.ts";
import { readAuditPage } from "../../app/console/audit.ts";
import { promoteModel, readModels } from "../../app/console/models.ts";
import { notFound } from "../../app/failure.ts";
import { ok } from "../../core/result.ts";
import { type HandlersOf, inEnvironment } from "./handler.ts";

type Names =
  | "models"
  | "plan"
  | "audit"
  | "operation"
  | "backfillPreview"
  | "startRun"
  | "stopRun"
  | "resumeRun"
  | "setSchedule"
  | "backfill"
  | "rollback"
  | "promote"
  | "deploy";

/** What changes something, and what is looked at before and after it. */
export const actHandlers: HandlersOf<Names> = {
  models: (context, { parameters: { env, project } }) =>
    inEnvironment(context, env, (session) => readModels(context, session, project)),
  plan: (context, { parameters: { env }, query: { project } }) =>
    inEnvironment(context, env, () =>
      readPlan(context, env, project === undefined ? [] : [project]),
    ),
  audit: (context, { parameters: { env }, query: { cursor, limit = 50, ...filter } }) =>
    inEnvironment(context, env, (session) => readAuditPage(session, filter, { cursor, limit })),
  operation: ({ operations }, { parameters }) => {
    const found = operations.find(parameters.operation);
    return Promise.resolve(
      found === undefined
        ? notFound(
            "this console knows no such operation",
            "The audit trail has what was done: `esteira audit`.",
          )
        : ok(found),
    );
  },
  backfillPreview: (context, { parameters: { env, project }, query }) =>
    inEnvironment(context, env, (session) => previewBackfill(context, session, project, query)),
  startRun: (context, { parameters: { env, project }, body, person }) =>
    inEnvironment(context, env, (session) => startRun(session, person, project, body)),
  stopRun: (context, { parameters: { env, run }, person }) =>
    inEnvironment(context, env, (session) => stopByConsole(session, person, run)),
  resumeRun: (context, { parameters: { env, run }, body, person }) =>
    inEnvironment(context, env, (session) => resumeRun(session, person, run, body)),
  setSchedule: (context, { parameters: { env, project }, body, person }) =>
    inEnvironment(context, env, (session) => setSchedule(context, session, person, project, body)),
  backfill: (context, { parameters: { env, project }, body, person }) =>
    inEnvironment(context, env, (session) =>
      beginBackfill(context, session, person, project, body),
    ),
  rollback: (context, { parameters: { env, project }, body, person }) =>
    inEnvironment(context, env, (session) =>
      beginRollback(context, session, person, project, body),
    ),
  promote: (context, { parameters: { env, project }, body, person }) =>
    inEnvironment(context, env, (session) => promoteModel(context, session, person, project, body)),
  deploy: (context, { parameters: { env }, body, person }) =>
    inEnvironment(context, env, (session) =>
      Promise.resolve(ok(beginDeploy(context, session, person, body))),
    ),
};
