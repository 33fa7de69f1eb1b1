import { CHILD, type HistoryEvent, type HistoryEventType } from "../core/history.ts";
import type { Json } from "../core/json.ts";
import { resourceKindOf } from "./compile/states.ts";
import { openExecution } from "./interpreter.ts";
import type {
  Command,
  Definition,
  DefinitionProblem,
  Execution,
  ExecutionIdentity,
  InterpreterOptions,
  Outcome,
  Signal,
  Turn,
} from "./types.ts";

/**
 * What one try of a Task state comes to. Tries of a state take the outcomes of that state in order.
 */
export type TaskOutcome =
  | { readonly state: string; readonly output: Json; readonly seconds?: number }
  | {
      readonly state: string;
      /** Null or absent where the one who failed the task gave no name. */
      readonly error?: string | null;
      /** Text, or the object that the text would hold. */
      readonly cause?: Json;
      readonly seconds?: number;
    };

export interface SimulateOptions extends InterpreterOptions {
  /** Virtual time of the start, milliseconds since the epoch. */
  readonly startAt?: number;
  readonly identity?: Partial<ExecutionIdentity>;
  /**
   * What a try comes to for which no outcome is left; `never` for one that begins and doesn't end.
   * By default it succeeds with its own parameters as output.
   */
  readonly otherwise?: (command: StartTask) => TaskOutcome | "never";
  /** Virtual seconds that a try takes; 1 by default. */
  readonly taskSeconds?: (command: StartTask) => number;
  /** Turns after which a definition that doesn't end is given up; 100,000 by default. */
  readonly maxTurns?: number;
  /** Called at each turn, with the signal that led to it. */
  readonly onTurn?: (turn: Turn, signal: Signal, at: number) => void;
}

export type StartTask = Extract<Command, { kind: "start-task" }>;

export interface Simulation {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "INVALID";
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /**
   * The whole history, with those of a Map run's child executions in it (`details.childExecution`).
   */
  readonly history: readonly HistoryEvent[];
  /** Types of the execution's own events, as AWS's GetExecutionHistory lists them. */
  readonly events: readonly HistoryEventType[];
  readonly problems: readonly DefinitionProblem[];
}

const start = Date.UTC(2026, 0, 1);

/**
 * Runs a definition in virtual time: waits take none, and tasks come to what the script says.
 * Nothing outside is touched.
 */
export async function simulate(
  definition: Definition,
  input: Json,
  outcomes: readonly TaskOutcome[] = [],
  options: SimulateOptions = {},
): Promise<Simulation> {
  const identity: ExecutionIdentity = {
    id: "arn:aws:states:us-east-1:111111111111:execution:simulated:simulation",
    name: "simulation",
    roleArn: "arn:aws:iam::111111111111:role/simulated",
    stateMachineId: "arn:aws:states:us-east-1:111111111111:stateMachine:simulated",
    stateMachineName: "simulated",
    ...options.identity,
    input,
  };
  const opened = openExecution(definition, identity, options);
  if (!opened.ok) return invalid(opened.error);
  const history: HistoryEvent[] = [];
  const outcome = await drive(opened.value, outcomes, options, history);
  return {
    status: outcome.status,
    output: outcome.status === "SUCCEEDED" ? outcome.output : undefined,
    error: outcome.status === "SUCCEEDED" ? undefined : outcome.error,
    cause: outcome.status === "SUCCEEDED" ? undefined : outcome.cause,
    history,
    events: history
      .filter((event) => event.details[CHILD] === undefined)
      .map((event) => event.type),
    problems: [],
  };
}

function invalid(problems: readonly DefinitionProblem[]): Simulation {
  const [first] = problems;
  return {
    status: "INVALID",
    output: undefined,
    error: first?.code,
    cause: problems.map(problemText).join(", "),
    history: [],
    events: [],
    problems,
  };
}

function problemText({ message, location }: DefinitionProblem): string {
  return location === "" ? message : `${message} at ${location}`;
}

interface Due {
  readonly at: number;
  readonly signal: Signal;
}

async function drive(
  execution: Execution,
  outcomes: readonly TaskOutcome[],
  options: SimulateOptions,
  history: HistoryEvent[],
): Promise<Outcome> {
  const script = scriptOf(outcomes);
  const due: Due[] = [{ at: options.startAt ?? start, signal: { kind: "start" } }];
  let wakeAt: number | undefined;
  for (let turns = 0; turns < (options.maxTurns ?? 100_000); turns += 1) {
    const next = takeNext(due, wakeAt);
    if (next === undefined) break;
    if (next.signal.kind === "wake") wakeAt = undefined;
    const turn = await execution.deliver(next.signal, next.at);
    for (const event of turn.events) history.push(event);
    options.onTurn?.(turn, next.signal, next.at);
    if (turn.outcome !== undefined) return turn.outcome;
    for (const command of turn.commands) {
      if (command.kind === "wake") wakeAt = command.at;
      if (command.kind === "start-task") {
        const scripted = script.get(command.state)?.shift() ?? options.otherwise?.(command);
        const own = scripted === "never" ? undefined : scripted?.seconds;
        const seconds = own ?? options.taskSeconds?.(command) ?? 1;
        due.push(...signalsOf(command, scripted, next.at, seconds * 1000));
      }
    }
  }
  return {
    status: "ABORTED",
    error: "Simulation.Unending",
    cause:
      "The simulation was given up: the execution waits for something that never comes, or doesn't end.",
  };
}

function scriptOf(outcomes: readonly TaskOutcome[]): Map<string, TaskOutcome[]> {
  const script = new Map<string, TaskOutcome[]>();
  for (const outcome of outcomes) {
    const waiting = script.get(outcome.state);
    if (waiting === undefined) script.set(outcome.state, [outcome]);
    else waiting.push(outcome);
  }
  return script;
}

/**
 * The earliest of what is due; what came first, first. A wake-up waits for signals of the same
 * time.
 */
function takeNext(due: Due[], wakeAt: number | undefined): Due | undefined {
  let best: number | undefined;
  for (const [index, item] of due.entries()) {
    if (best === undefined || item.at < (due[best]?.at ?? 0)) best = index;
  }
  const at = best === undefined ? undefined : due[best]?.at;
  if (wakeAt !== undefined && (at === undefined || wakeAt < at)) {
    return { at: wakeAt, signal: { kind: "wake" } };
  }
  return best === undefined ? undefined : due.splice(best, 1)[0];
}

/** The signals of one try: it starts at once and ends after its time. */
function signalsOf(
  command: StartTask,
  outcome: TaskOutcome | "never" | undefined,
  at: number,
  milliseconds: number,
): Due[] {
  const { task } = command;
  const end = at + milliseconds;
  const kind = resourceKindOf(command.resource);
  const started: Due = { at, signal: { kind: "task-started", task } };
  const submitted: Due[] =
    kind.kind === "integration" && kind.pattern !== "request"
      ? [{ at, signal: { kind: "task-submitted", task, output: {} } }]
      : [];
  // Nobody fetches an activity that nobody ends.
  if (outcome === "never") return kind.kind === "activity" ? [] : [started, ...submitted];
  if (outcome === undefined || "output" in outcome) {
    const output = outcome === undefined ? command.parameters : outcome.output;
    return [started, ...submitted, { at: end, signal: { kind: "task-succeeded", task, output } }];
  }
  const error = outcome.error ?? undefined;
  const cause = causeOf(outcome.cause);
  const failed: Due = {
    at: end,
    signal: {
      kind: "task-failed",
      task,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    },
  };
  // The call itself failed, so that no work began.
  if (isCallError(kind, error, outcome.cause)) return [started, failed];
  return [started, ...submitted, failed];
}

function causeOf(cause: Json | undefined): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  return typeof cause === "string" ? cause : JSON.stringify(cause);
}

/** Errors of a service's own API carry its name before the dot: `ECS.ClusterNotFoundException`. */
function isCallError(
  kind: ReturnType<typeof resourceKindOf>,
  error: string | undefined,
  cause: Json | undefined,
): boolean {
  if (kind.kind !== "integration" || error === undefined || error.startsWith("States.")) {
    return false;
  }
  const service = kind.service.replace("aws-sdk:", "").toLowerCase();
  const prefix = error.includes(".") ? (error.split(".")[0] ?? "").toLowerCase() : "";
  if (prefix === service || (service === "states" && prefix === "stepfunctions")) return true;
  const thrown = typeof cause === "object" && cause !== null && "errorMessage" in cause;
  return service === "lambda" && thrown;
}
