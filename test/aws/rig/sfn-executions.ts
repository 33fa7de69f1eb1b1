import type { Timing } from "../../../src/core/clock.ts";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import type { Command, Execution, Signal } from "../../../src/states/types.ts";
import { recorded } from "./sfn-events.ts";
import { itemHistory, itemsOf, ownHistory } from "./sfn-items.ts";
import { FunctionTasks } from "./sfn-functions.ts";
import { opened, record, rowOf, type Running, text } from "./sfn-running.ts";
import { playTask, type TaskWorld } from "./sfn-tasks.ts";

/** An answer of AWS's that refuses. */
export class Refusal extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Executions of state machines, driven by Esteira's interpreter; answers have AWS's shapes. */
export class Executions {
  readonly #all = new Map<string, Running>();
  readonly #timing: Timing;
  readonly #closing = new AbortController();
  readonly #world: TaskWorld;

  readonly #functions = new FunctionTasks();

  constructor(timing: Timing, world: Pick<TaskWorld, "script" | "write" | "call">) {
    this.#timing = timing;
    this.#world = { timing, ...world, closing: this.#closing.signal };
  }

  close(): void {
    this.#closing.abort();
  }

  async start(input: JsonObject, definition: JsonObject): Promise<object> {
    const machine = text(input["stateMachineArn"]);
    const name = typeof input["name"] === "string" ? input["name"] : crypto.randomUUID();
    const given = typeof input["input"] === "string" ? input["input"] : "{}";
    const arn = `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
    const there = this.#all.get(arn);
    if (there !== undefined) {
      const same = canonicalJson(JSON.parse(there.input)) === canonicalJson(JSON.parse(given));
      if (there.outcome === undefined && same)
        return { executionArn: arn, startDate: there.startedAt / 1000 };
      throw new Refusal("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    const running: Running = {
      arn,
      name,
      machine,
      definition,
      input: given,
      startedAt: this.#timing.now(),
      events: [],
      attempts: new Map(),
      execution: opened(arn, name, machine, definition, JSON.parse(given) as Json),
      outcome: undefined,
      stoppedAt: undefined,
      redrives: [],
      renumber: undefined,
    };
    this.#all.set(arn, running);
    void this.#deliver(running, running.execution, { kind: "start" });
    return Promise.resolve({ executionArn: arn, startDate: running.startedAt / 1000 });
  }

  /** As when its state machine is deleted. */
  forget({ stateMachineArn }: JsonObject): void {
    for (const [arn, { machine }] of this.#all)
      if (machine === stateMachineArn) this.#all.delete(arn);
  }

  describe(input: JsonObject): object {
    const running = this.#find(input);
    const { outcome } = running;
    return {
      ...rowOf(running),
      input: running.input,
      inputDetails: { included: true },
      ...(outcome?.status === "SUCCEEDED" ? { output: JSON.stringify(outcome.output) } : {}),
      // Of an execution that timed out AWS gives neither.
      ...(outcome?.status === "FAILED" || outcome?.status === "ABORTED"
        ? { error: outcome.error, cause: outcome.cause }
        : {}),
      redriveStatus:
        outcome === undefined || outcome.status === "SUCCEEDED" ? "NOT_REDRIVABLE" : "REDRIVABLE",
    };
  }

  describeMachine(input: JsonObject): object {
    const { machine, definition } = this.#find(input);
    return {
      stateMachineArn: machine,
      name: machine.split(":").at(-1),
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::123456789012:role/states",
      updateDate: 0,
    };
  }

  list({ stateMachineArn, mapRunArn, statusFilter, maxResults, nextToken }: JsonObject): object {
    const rows = (
      typeof mapRunArn === "string"
        ? [...this.#all.values()].flatMap((running) => itemsOf(running.events, mapRunArn))
        : [...this.#all.values()]
            .filter(({ machine }) => machine === stateMachineArn)
            .map((running) => rowOf(running))
    )
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .toSorted((a, b) => b.startDate - a.startDate || (a.name < b.name ? 1 : -1));
    const from = Number(nextToken ?? 0);
    const to = from + (typeof maxResults === "number" ? maxResults : 100);
    return {
      executions: rows.slice(from, to),
      ...(to < rows.length ? { nextToken: String(to) } : {}),
    };
  }

  /** What waits with the token continues. */
  succeed({ taskToken }: JsonObject): object {
    if (this.#functions.succeed(text(taskToken))) return {};
    throw new Refusal("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }

  history(input: JsonObject): object {
    const arn = text(input["executionArn"]);
    const events = this.#all.has(arn)
      ? ownHistory(this.#find(input).events)
      : itemHistory(
          [...this.#all.values()].map((running) => running.events),
          arn,
        );
    const ordered = input["reverseOrder"] === true ? events.toReversed() : events;
    const from = Number(input["nextToken"] ?? 0);
    const to = from + (typeof input["maxResults"] === "number" ? input["maxResults"] : 100);
    return {
      events: ordered
        .slice(from, to)
        .map((event) => recorded(event, input["includeExecutionData"] !== false)),
      ...(to < ordered.length ? { nextToken: String(to) } : {}),
    };
  }

  async stop(input: JsonObject): Promise<object> {
    const running = this.#find(input);
    const { error, cause } = input;
    if (running.outcome === undefined) {
      await this.#deliver(running, running.execution, {
        kind: "abort",
        ...(typeof error === "string" ? { error } : {}),
        ...(typeof cause === "string" ? { cause } : {}),
      });
    }
    return { stopDate: (running.stoppedAt ?? 0) / 1000 };
  }

  /**
   * Continues with the state that failed: AWS records that it was redriven and then its next try;
   * what led to the state isn't repeated.
   * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  async redrive(input: JsonObject): Promise<object> {
    const running = this.#find(input);
    const token = typeof input["clientToken"] === "string" ? input["clientToken"] : undefined;
    const last = running.redrives.at(-1);
    if (last !== undefined && token !== undefined && last.token === token) {
      return { redriveDate: last.at / 1000 };
    }
    if (running.outcome === undefined || running.outcome.status === "SUCCEEDED") {
      throw new Refusal("ExecutionNotRedrivable", "Execution is RUNNING or SUCCEEDED");
    }
    const at = this.#timing.now();
    const exited = running.events.flatMap(({ type, details }) =>
      type === "TaskStateExited" ? [text(details["name"])] : [],
    );
    const given = JSON.parse(running.input) as Json;
    const before = isJsonObject(given) ? given : {};
    const skip = [
      ...(Array.isArray(before["skip"]) ? (before["skip"] as string[]) : []),
      ...exited,
    ];
    running.redrives.push({ at, token });
    running.outcome = undefined;
    running.stoppedAt = undefined;
    const event = running.events.length + 1;
    running.events.push({
      id: event,
      previousEventId: event - 1,
      type: "ExecutionRedriven",
      timestamp: at,
      details: { redriveCount: running.redrives.length },
    });
    running.renumber = new Map();
    running.execution = opened(running.arn, running.name, running.machine, running.definition, {
      ...before,
      skip,
    });
    await this.#deliver(running, running.execution, { kind: "start" });
    return { redriveDate: at / 1000 };
  }

  #find({ executionArn }: JsonObject): Running {
    const found = this.#all.get(text(executionArn));
    if (found !== undefined) return found;
    throw new Refusal("ExecutionDoesNotExist", `Execution Does Not Exist: '${text(executionArn)}'`);
  }

  /** Signals to an execution that was redriven since lead to nothing. */
  async #deliver(running: Running, execution: Execution, signal: Signal): Promise<void> {
    if (running.execution !== execution || this.#closing.signal.aborted) return;
    const at = this.#timing.now();
    const turn = await execution.deliver(signal, at);
    for (const event of turn.events) record(running, event);
    if (turn.outcome !== undefined) {
      running.outcome = turn.outcome;
      running.stoppedAt = at;
    }
    for (const command of turn.commands) {
      if (command.kind === "start-task") void this.#run(running, execution, command);
      if (command.kind === "wake") {
        void this.#timing
          .sleep(Math.max(0, command.at - at), this.#closing.signal)
          .then(() => this.#deliver(running, execution, { kind: "wake" }))
          .catch(() => undefined);
      }
    }
  }

  async #run(
    running: Running,
    execution: Execution,
    command: Extract<Command, { kind: "start-task" }>,
  ): Promise<void> {
    const deliver = (signal: Signal) => this.#deliver(running, execution, signal);
    if (await this.#functions.play(this.#world.call, command, deliver)) return;
    if (!command.resource.endsWith("aws-sdk:sfn:listExecutions")) {
      await playTask(this.#world, running, command, deliver);
      return;
    }
    const { task } = command;
    await deliver({ kind: "task-started", task });
    await deliver({ kind: "task-succeeded", task, output: this.#asListed(running) });
  }

  #asListed({ machine }: Running): JsonObject {
    const running = [...this.#all.values()].filter(
      (one) => one.machine === machine && one.outcome === undefined,
    );
    return {
      Executions: running.map(({ arn, name, startedAt }) => ({
        ExecutionArn: arn,
        Name: name,
        StartDate: new Date(startedAt).toISOString(),
        Status: "RUNNING",
      })),
    };
  }
}
