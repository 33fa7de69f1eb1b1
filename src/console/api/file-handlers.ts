import { listArtifacts, lookAtArtifact, wholeArtifact } from "../../app/console/artifacts.ts";
import { readLog, searchLog, wholeLog } from "../../app/console/log.ts";
import { ok } from "../../core/result.ts";
import { type HandlersOf, inEnvironment } from "./handler.ts";

type Names = "log" | "logSearch" | "logRaw" | "artifacts" | "artifactLook" | "artifactRaw";

const usualLines = 200;
const usualHits = 100;
const usualFiles = 500;

/** What steps wrote: logs and artifacts. */
export const fileHandlers: HandlersOf<Names> = {
  log: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      readLog(session, run, query, {
        lines: query.lines ?? usualLines,
        fromLine: query.from_line,
        fromEvent: query.from_event,
        cursor: query.cursor,
      }),
    ),
  logSearch: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      searchLog(session, run, query, {
        text: query.q,
        limit: query.limit ?? usualHits,
        cursor: query.cursor,
      }),
    ),
  logRaw: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, async (session) => {
      const whole = await wholeLog(session, run, query);
      return whole.ok ? ok({ ...whole.value, bytes: undefined }) : whole;
    }),
  artifacts: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      listArtifacts(session, run, { cursor: query.cursor, limit: query.limit ?? usualFiles }),
    ),
  artifactLook: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) => lookAtArtifact(session, run, query.path)),
  artifactRaw: (context, { parameters: { env, run }, query }) =>
    inEnvironment(context, env, (session) =>
      wholeArtifact(session, run, query.path, query.view === "image"),
    ),
};
