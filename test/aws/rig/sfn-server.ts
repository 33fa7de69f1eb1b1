import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";

import type { Timing } from "../../../src/core/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { Executions, Refusal } from "./sfn-executions.ts";
import type { FunctionCall, Script } from "./sfn-tasks.ts";

/**
 * Step Functions as AWS answers over the wire, in front of an emulator: executions really run, by
 * Esteira's own interpreter, with tasks that do as a script says and whose lines are written to the
 * emulator's CloudWatch. State machines are the emulator's own, and so is everything else. The
 * protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export interface SfnServer {
  readonly url: string;
  readonly executions: Executions;
  /** What was asked of Step Functions about executions, in order: `GetExecutionHistory`. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export interface SfnOptions {
  /** `http://127.0.0.1:5000`: where everything else goes. */
  readonly target: string;
  readonly timing: Timing;
  readonly script: Script;
  /** The notifier's function, where states call it. */
  readonly call?: FunctionCall;
  /** Where tasks log: a client of the emulator. */
  readonly logs: CloudWatchLogsClient;
}

const operations: Readonly<
  Record<
    string,
    (
      executions: Executions,
      input: JsonObject,
      definition: DefinitionOf,
    ) => Promise<object> | object
  >
> = {
  StartExecution: async (executions, input, definitionOf) =>
    executions.start(input, await definitionOf(input["stateMachineArn"])),
  DescribeExecution: (executions, input) => executions.describe(input),
  DescribeStateMachineForExecution: (executions, input) => executions.describeMachine(input),
  ListExecutions: async (executions, input, definitionOf) => {
    if (input["mapRunArn"] === undefined) await definitionOf(input["stateMachineArn"]);
    return executions.list(input);
  },
  GetExecutionHistory: (executions, input) => executions.history(input),
  SendTaskSuccess: (executions, input) => executions.succeed(input),
  StopExecution: (executions, input) => executions.stop(input),
  RedriveExecution: (executions, input) => executions.redrive(input),
};

type DefinitionOf = (stateMachineArn: Json | undefined) => Promise<JsonObject>;

export async function startSfnServer(options: SfnOptions): Promise<SfnServer> {
  const { target, timing, script, logs } = options;
  const asked: string[] = [];
  const executions = new Executions(timing, {
    script,
    write: (group, stream, lines) => writeLines(logs, group, stream, lines),
    ...(options.call === undefined ? {} : { call: options.call }),
  });
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const operation = operationOf(incoming);
    const handle = operation === undefined ? undefined : operations[operation];
    if (operation === undefined || handle === undefined) {
      if (operation === "DeleteStateMachine") executions.forget(inputOf(body));
      return pass(target, incoming, body, outgoing);
    }
    asked.push(operation);
    const definitionOf: DefinitionOf = (arn) => readDefinition(target, incoming, arn);
    try {
      const answered = await handle(executions, inputOf(body), definitionOf);
      send(outgoing, 200, answered);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(outgoing, 400, { __type: error.name, message: error.message });
    }
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    executions,
    asked,
    async stop() {
      executions.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function operationOf({ headers }: IncomingMessage): string | undefined {
  const named = headers["x-amz-target"];
  return typeof named === "string" && named.startsWith("AWSStepFunctions.")
    ? named.slice("AWSStepFunctions.".length)
    : undefined;
}

function inputOf(body: Buffer): JsonObject {
  const value = JSON.parse(body.toString("utf8") || "{}") as Json;
  return isJsonObject(value) ? value : {};
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, status: number, answer: object): void {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  outgoing.writeHead(status, headers).end(JSON.stringify(answer));
}

/** What the emulator has of a state machine. */
async function readDefinition(
  target: string,
  { headers }: IncomingMessage,
  stateMachineArn: Json | undefined,
): Promise<JsonObject> {
  const { "content-length": _length, host: _host, connection: _connection, ...kept } = headers;
  const response = await fetch(target, {
    method: "POST",
    headers: {
      ...(kept as Record<string, string>),
      "x-amz-target": "AWSStepFunctions.DescribeStateMachine",
    },
    body: JSON.stringify({ stateMachineArn }),
  });
  const answer = (await response.json()) as JsonObject;
  if (!response.ok) {
    throw new Refusal(
      "StateMachineDoesNotExist",
      `State Machine Does Not Exist: '${JSON.stringify(stateMachineArn)}'`,
    );
  }
  return JSON.parse(answer["definition"] as string) as JsonObject;
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const { connection: _connection, "content-length": _length, host, ...headers } = incoming.headers;
  const { request } = await import("node:http");
  await new Promise<void>((resolve, reject) => {
    const passed = request(
      target + (incoming.url ?? "/"),
      {
        method: incoming.method,
        headers: { ...headers, host, "content-length": String(body.length) },
      },
      (answer) => {
        bodyOf(answer).then((text) => {
          const { "transfer-encoding": _chunked, connection: _kept, ...rest } = answer.headers;
          outgoing
            .writeHead(answer.statusCode ?? 502, { ...rest, "content-length": String(text.length) })
            .end(text);
          resolve();
        }, reject);
      },
    );
    passed.on("error", reject).end(body);
  });
}

async function writeLines(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
  lines: readonly { readonly timestamp: number; readonly message: string }[],
): Promise<void> {
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  if (lines.length === 0) return;
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [...lines] }));
}
