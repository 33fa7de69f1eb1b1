import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll } from "vitest";

/** A request on its way to AWS, as it is on the wire: retries are separate requests. */
export interface Sent {
  /** As policies name it: `ecs`, `states`. */
  readonly service: string;
  /** `CreateCluster` */
  readonly operation: string;
  /** Method, path and query. */
  readonly line: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * What a proxy does to requests; each may be absent. Cutting ends the connection without a word.
 */
export interface Tricks {
  /** Before it is passed on: it is lost, or answered by somebody else. */
  readonly before?: (sent: Sent) => "cut" | Answer | undefined;
  /** After it was served, before the answer is passed back; or another one is. */
  readonly after?: (
    sent: Sent,
    answer: Answer,
  ) => "cut" | Answer | undefined | Promise<"cut" | Answer | undefined>;
}

export interface Proxy {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  /** All that was asked, in the order in which it came; emptied at will. */
  readonly sent: Sent[];
  /** From now on. */
  play(tricks: Tricks): void;
}

/** A proxy in front of a server, for the tests of a file: in tests and hooks only. */
export function useProxy(target: () => { readonly url: string }): () => Proxy {
  let started: (Proxy & { stop(): Promise<void> }) | undefined;
  beforeAll(async () => {
    started = await startProxy(() => target().url);
  });
  afterAll(() => started?.stop());
  return () => {
    if (started === undefined) throw new Error("the proxy runs in tests and hooks only");
    return started;
  };
}

async function startProxy(target: () => string): Promise<Proxy & { stop(): Promise<void> }> {
  const agent = new Agent({ keepAlive: true });
  const sent: Sent[] = [];
  let tricks: Tricks = {};
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const one = read(incoming, body);
    const { before, after } = tricks;
    sent.push(one);
    const early = before?.(one);
    if (early === "cut") return void incoming.socket.destroy();
    const answer = early ?? (await pass(agent, target(), incoming, body));
    const late = early === undefined ? await after?.(one, answer) : undefined;
    if (late === "cut") return void incoming.socket.destroy();
    const { status, headers, body: content } = late ?? answer;
    outgoing
      .writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(content)) })
      .end(content);
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    play(next) {
      tricks = next;
    },
    async stop() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pass(
  agent: Agent,
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers };
    const passed = request(target + (url ?? "/"), options, (answer) => {
      bodyOf(answer).then((text) => {
        const { "transfer-encoding": _chunked, connection: _kept, ...rest } = answer.headers;
        resolve({
          status: answer.statusCode ?? 502,
          headers: { ...(rest as Record<string, string>), "content-length": String(text.length) },
          body: text,
        });
      }, reject);
    });
    passed.on("error", reject).end(body);
  });
}

function read({ method = "GET", url = "/", headers }: IncomingMessage, bytes: Buffer): Sent {
  const body = bytes.toString("utf8");
  const line = `${method} ${url}`;
  // Credential=AKIA…/20260101/us-east-1/ecs/aws4_request
  const signed = /Credential=[^,]*\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
  const service = signed === "tagging" ? "tag" : (signed ?? "nobody");
  return { service, operation: operationOf(service, headers, line, body), line, body };
}

/**
 * By each of the protocols that our clients speak: JSON names it in a header, the query protocol in
 * the body, REST by method and path.
 */
function operationOf(
  service: string,
  headers: IncomingMessage["headers"],
  line: string,
  body: string,
): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? target;
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (action !== undefined) return action;
  const found = rest[service]?.find(([pattern]) => pattern.test(line))?.[1];
  if (found === undefined) throw new Error(`the proxy doesn't know ${service} ${line}`);
  return found;
}

const rest: Readonly<Record<string, readonly (readonly [pattern: RegExp, operation: string])[]>> = {
  s3: [
    [/^GET \/[^/]+\/?\?.*list-type=2/, "ListObjectsV2"],
    [/^GET \/[^/?]+\/[^?]/, "GetObject"],
    [/^PUT \/[^/?]+\/[^?]/, "PutObject"],
    [/^DELETE \/[^/?]+\/[^?]/, "DeleteObject"],
  ],
  ses: [[/^POST \/v2\/email\/outbound-emails/, "SendEmail"]],
  scheduler: [
    [/^GET \/schedules(\?|$)/, "ListSchedules"],
    [/^GET \/schedules\//, "GetSchedule"],
    [/^POST \/schedules\//, "CreateSchedule"],
    [/^PUT \/schedules\//, "UpdateSchedule"],
    [/^DELETE \/schedules\//, "DeleteSchedule"],
  ],
};
