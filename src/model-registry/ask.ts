import type { Environment } from "../config/model.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { ModelDecision } from "../platform/plan.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Release } from "../release/release.ts";
import {
  type Candidate,
  chooseVersion,
  fieldWarnings,
  judgeChecks,
  judgeMetrics,
  type ModelQuestion,
} from "./gate.ts";
import { type ModelRegistry, placeText, type RunFacts } from "./registry.ts";

/** What the registry says about one model, before the environment's leniency. */
export interface Answered extends Omit<ModelDecision, "without" | "warnings"> {
  /** The registry didn't say so: it didn't say anything. */
  readonly unreachable: boolean;
}

export interface GateOptions {
  readonly environment: Environment;
  readonly releases: readonly Release[];
  /** Opens the registry that the environment names. */
  readonly open: () => Promise<Result<ModelRegistry, PlatformError>>;
  /** Why somebody continues without the gate. */
  readonly without?: string | undefined;
}

/**
 * Asks the registry of an environment for the models of these projects: for all of them in a few
 * requests. A project that has no model, or nothing to run, has no decision.
 */
export async function askForModels({
  environment,
  releases,
  open,
  without,
}: GateOptions): Promise<ReadonlyMap<string, ModelDecision>> {
  const { mlflow } = environment;
  const asking = releases.filter(
    ({ model, definition }) => model.required && definition !== undefined,
  );
  if (mlflow === undefined || mlflow.gate === "off" || asking.length === 0) return new Map();
  const questions = asking.map(({ project, model }): ModelQuestion => ({
    project,
    environment: environment.name,
    model,
    accepts: mlflow.accepts,
    address: mlflow.trackingUri,
  }));
  const answered = await answer(questions, open);
  const lenient = without !== undefined || mlflow.gate === "warn";
  return new Map(
    questions.map((question, index): [string, ModelDecision] => {
      const decision = answered[index];
      if (decision === undefined) throw new Error(`${question.project} was not answered`);
      const { refusal, unreachable, promotion, ...rest } = decision;
      const notes = [
        ...(without === undefined ? [] : [`the model gate is off for this deploy: ${without}`]),
        ...fieldWarnings(question),
      ];
      const stops =
        refusal !== undefined && !lenient && (!unreachable || mlflow.unreachable === "refuse");
      return [
        question.project,
        {
          ...rest,
          warnings:
            refusal === undefined || stops
              ? notes
              : [...notes, warningOf(refusal, unreachable), ...unpromoted(decision)],
          // Continuing without what the registry says is for this deploy; a promotion would be for
          // everybody.
          ...(promotion === undefined || refusal !== undefined ? {} : { promotion }),
          ...(stops ? { refusal } : {}),
          ...(without === undefined ? {} : { without }),
        },
      ];
    }),
  );
}

async function answer(
  questions: readonly ModelQuestion[],
  open: GateOptions["open"],
): Promise<readonly Answered[]> {
  const silent =
    (error: PlatformError) =>
    (question: ModelQuestion): Answered => ({
      model: question.model.name,
      refusal: error,
      unreachable: true,
    });
  const opened = await open();
  if (!opened.ok) return questions.map(silent(opened.error));
  const registry = opened.value;
  const asked = questions.map((question) => ({ ...question, address: registry.address }));
  const latest = await registry.latest(questions.map(({ model }) => model.name));
  if (!latest.ok) return questions.map(silent(latest.error));
  const candidates = asked.map((question) => ({
    question,
    candidate: chooseVersion(question, latest.value.get(question.model.name)),
  }));
  const measured = candidates.flatMap(({ question, candidate }) => runOf(question, candidate));
  const facts = measured.length === 0 ? ok(nothing) : await registry.runs(measured);
  return candidates.map(({ question, candidate }) => judge(question, candidate, facts));
}

/**
 * Judges one project's model by what is there.
 *
 * @param versions what `latest` or `versions` gave for the model
 */
export async function answerOne(
  question: ModelQuestion,
  registry: ModelRegistry,
  versions: Parameters<typeof chooseVersion>[1],
): Promise<Answered> {
  const candidate = chooseVersion(question, versions);
  const measured = runOf(question, candidate);
  const facts = measured.length === 0 ? ok(nothing) : await registry.runs(measured);
  return judge(question, candidate, facts);
}

const nothing: ReadonlyMap<string, RunFacts> = new Map();

/** The run whose metrics or checks count; none where none do. */
function runOf({ model }: ModelQuestion, candidate: Candidate): readonly string[] {
  if (!candidate.ok) return [];
  const counts = Object.keys(model.metrics).length > 0 || candidate.promotion !== undefined;
  return counts && candidate.version.run !== undefined ? [candidate.version.run] : [];
}

function judge(
  question: ModelQuestion,
  candidate: Candidate,
  facts: Result<ReadonlyMap<string, RunFacts>, PlatformError>,
): Answered {
  const model = question.model.name;
  if (!candidate.ok) return { model, refusal: candidate.error, unreachable: false };
  const { version, place, promotion } = candidate;
  const found = {
    model,
    version: version.version,
    place: placeText(place),
    ...(promotion === undefined ? {} : { promotion }),
  };
  const [run] = runOf(question, candidate);
  if (run !== undefined && !facts.ok) return { ...found, refusal: facts.error, unreachable: true };
  const known = run === undefined || !facts.ok ? undefined : facts.value.get(run);
  const problem =
    judgeMetrics(question, version, known) ??
    (promotion === undefined ? undefined : judgeChecks(version, known));
  return { ...found, unreachable: false, ...(problem === undefined ? {} : { refusal: problem }) };
}

function unpromoted({ model, version, promotion }: Answered): readonly string[] {
  return promotion === undefined
    ? []
    : [`version ${version ?? "?"} of the model ${model} is not promoted to ${promotion.to}`];
}

function warningOf({ message, help }: PlatformError, unreachable: boolean): string {
  const said = unreachable ? `the model was not looked at: ${message}` : message;
  return help === undefined ? said : `${said}; ${help}`;
}

/** A registry for an environment that names none. */
export function noRegistry(environment: string): Result<never, PlatformError> {
  return err({
    reason: "not-found",
    message: `${environment} has no model registry`,
    help: `name one in esteira.yaml, as \`mlflow: {tracking_uri: …}\` of ${environment}, or another environment with -e`,
  });
}
