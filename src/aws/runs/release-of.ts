import { DescribeStateMachineForExecutionCommand } from "@aws-sdk/client-sfn";

import { canonicalJson, isJsonObject, type Json } from "../../core/json.ts";
import { all, err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { filledDefinition } from "../../release/placeholders.ts";
import { batches } from "../../core/concurrency.ts";
import { baseNames } from "../bootstrap/names.ts";
import { readDocument, type Stored } from "../bucket/document.ts";
import { keys } from "../bucket/location.ts";
import { type KeptRelease, listReleases, type ReleaseDocument } from "../bucket/releases.ts";
import type { BucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import { type Marked, readMarks } from "../deploy/observe.ts";
import { callForRun } from "./call-for-run.ts";
import { executionArn, type ListedExecution } from "./execution.ts";

/** Finds the releases that runs were started from. */
export interface RunReleases {
  /**
   * The projects that have a state machine, with their commit marks: one sweep over the tags,
   * remembered for a moment.
   */
  marks(): Promise<Result<ReadonlyMap<string, Marked>, PlatformError>>;
  /** `exact` is false for the nearest release that is kept, when the run's own isn't any more. */
  of(execution: ListedExecution): Promise<Result<FoundRelease, PlatformError>>;
  /** The release that was deployed last before the time, of those that are kept. */
  nearest(
    project: string,
    at: number,
    run: string,
  ): Promise<Result<ReleaseDocument, PlatformError>>;
}

export interface FoundRelease {
  readonly document: ReleaseDocument;
  readonly exact: boolean;
  /**
   * The model that the run's steps get: the same release may be deployed again with a later
   * one.
   */
  readonly modelVersion: string | undefined;
}

type StoredRelease = Stored<ReleaseDocument>;

/** How long what is deployed is remembered. */
const rememberMs = 15_000;
const rememberedAnswers = 2000;
/**
 * Step Functions may start executions with the old definition for some seconds after an update:
 * twice as long as anybody has seen.
 */
const settlesMs = 60_000;

export function runReleases(context: AwsContext, store: BucketStore): RunReleases {
  /** By key and the time it was written: a document that is written again is another one. */
  const documents = remembered<StoredRelease | undefined>(Infinity, context);
  const listings = remembered<readonly KeptRelease[]>(rememberMs, context);
  const allMarks = remembered<ReadonlyMap<string, Marked>>(rememberMs, context);

  const document = (project: string, { fingerprint, storedAt }: KeptRelease) => {
    const key = keys.release(project, fingerprint);
    return documents(`${key} ${storedAt}`, () => readDocument<ReleaseDocument>(store, key));
  };
  const listed = (project: string) => listings(project, () => listReleases(store, project));

  /**
   * What was deployed last, when the run began long enough after it: as a rule the answer, for two
   * requests a project. The bucket says which it is, at once; the marks are read from tags, which
   * lag.
   */
  const current = async (
    execution: ListedExecution,
  ): Promise<Result<ReleaseDocument | undefined, PlatformError>> => {
    const releases = await listed(execution.project);
    if (!releases.ok) return releases;
    const [newest] = releases.value;
    if (newest === undefined || execution.startedAt <= newest.storedAt + settlesMs) {
      return ok(undefined);
    }
    const found = await document(execution.project, newest);
    return found.ok ? ok(found.value?.document) : found;
  };

  /** The kept releases of a project, newest first, a few at a time. */
  async function* kept(
    project: string,
  ): AsyncGenerator<Result<readonly StoredRelease[], PlatformError>, void> {
    const releases = await listed(project);
    if (!releases.ok) {
      yield releases;
      return;
    }
    for (const batch of batches(releases.value, 16)) {
      const read = all(await Promise.all(batch.map((release) => document(project, release))));
      yield read.ok ? ok(read.value.flatMap((one) => one ?? [])) : read;
    }
  }

  const nearest: RunReleases["nearest"] = async (project, at, run) => {
    let last: StoredRelease | undefined;
    for await (const read of kept(project)) {
      if (!read.ok) return read;
      for (const release of read.value) {
        if (release.modifiedAt <= at + settlesMs) return ok(release.document);
        last = release;
      }
    }
    return last === undefined ? err(notKept(run)) : ok(last.document);
  };

  const byDefinition = async (
    execution: ListedExecution,
    definition: Json,
  ): Promise<Result<ReleaseDocument | undefined, PlatformError>> => {
    const text = canonicalJson(definition);
    const alike: StoredRelease[] = [];
    for await (const read of kept(execution.project)) {
      if (!read.ok) return read;
      const same = read.value.filter((release) => {
        const taskDefinition = release.document.decided["task_definition"] ?? "";
        return taskDefinition !== "" && text.includes(JSON.stringify(taskDefinition));
      });
      const equal = same.filter(
        (release) => canonicalJson(filled({ context, store }, release.document)) === text,
      );
      // Releases that differ in nothing that runs: the one that was there then.
      const found = equal.find((release) => release.modifiedAt <= execution.startedAt + settlesMs);
      if (found !== undefined) return ok(found.document);
      alike.push(...equal, ...same);
    }
    return ok(alike[0]?.document);
  };

  return {
    marks: () => allMarks("", () => readMarks(context)),
    nearest,
    async of(execution) {
      const now = await current(execution);
      if (!now.ok) return now;
      if (now.value !== undefined) {
        return ok({ document: now.value, exact: true, modelVersion: now.value.decided["model"] });
      }
      const definition = await definitionOf(context, execution);
      if (!definition.ok) return definition;
      if (definition.value !== undefined) {
        const found = await byDefinition(execution, definition.value);
        if (!found.ok) return found;
        if (found.value !== undefined) {
          const modelVersion = modelIn(definition.value);
          return ok({ document: found.value, exact: true, modelVersion });
        }
      }
      const close = await nearest(execution.project, execution.startedAt, execution.run);
      return close.ok
        ? ok({ document: close.value, exact: false, modelVersion: undefined })
        : close;
    },
  };
}

type Answer<Value> = Promise<Result<Value, PlatformError>>;

/** Asks once for each key, and again after a while or after a failure. */
function remembered<Value>(
  forMs: number,
  { timing }: AwsContext,
): (key: string, ask: () => Answer<Value>) => Answer<Value> {
  const known = new Map<string, { readonly at: number; readonly answer: Answer<Value> }>();
  return async (key, ask) => {
    const now = timing.now();
    const found = known.get(key);
    if (found !== undefined && now - found.at <= forMs) return found.answer;
    if (known.size > rememberedAnswers) known.clear();
    const answer = ask();
    known.set(key, { at: now, answer });
    const answered = await answer;
    if (!answered.ok) known.delete(key);
    return answered;
  };
}

/** The definition that the execution began with: a later deploy doesn't change it. */
function definitionOf(
  context: AwsContext,
  { project, run }: ListedExecution,
): Promise<Result<Json | undefined, PlatformError>> {
  return callForRun(context, `read what the run ${run} was started from`, async () => {
    try {
      const { definition } = await context.clients.sfn.send(
        new DescribeStateMachineForExecutionCommand({
          executionArn: executionArn(context, project, run),
        }),
      );
      return definition === undefined ? undefined : (JSON.parse(definition) as Json);
    } catch (thrown) {
      if (isError(thrown, "ExecutionDoesNotExist")) return undefined;
      throw thrown;
    }
  });
}

/** Of `models:/recsys/3`, which is in the definition where steps get a model. */
function modelIn(definition: Json): string | undefined {
  return /"models:\/[^/"]+\/([^"]+)"/.exec(JSON.stringify(definition))?.[1];
}

/** The definition as the release's deploy has filled it in. */
function filled(
  { context, store: { location } }: { readonly context: AwsContext; readonly store: BucketStore },
  { release, decided }: ReleaseDocument,
): Json {
  if (!isJsonObject(release.definition)) return null;
  return filledDefinition(release, {
    task_definition: decided["task_definition"] ?? "",
    artifacts_uri: location.artifactsUri,
    artifacts_bucket: location.bucket,
    artifacts_prefix: location.artifacts,
    pools_function: baseNames(context.workspace, context.environment).notifier,
    model_uri: decided["model_uri"] ?? "",
  });
}

function notKept(run: string): PlatformError {
  return {
    reason: "not-found",
    message: `no release of the project of run ${run} is kept`,
    help: "`esteira destroy` removes them; what ran is in the AWS console for 90 days after its end",
    resource: `run ${run}`,
  };
}
