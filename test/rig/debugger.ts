import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";

import type { JsonObject } from "../../src/core/json.ts";

/** What a debugger is spoken to with: https://microsoft.github.io/debug-adapter-protocol/. */
export interface Debugger extends AsyncDisposable {
  /** Asks for something, and gives the body of the answer; throws where it is refused. */
  ask(command: string, given: object): Promise<JsonObject>;
  /** The body of the next event of this name that hasn't been given yet. */
  said(event: string): Promise<JsonObject>;
}

interface Message {
  readonly type: "request" | "response" | "event";
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: JsonObject;
}

/** Attaches to a debugger that listens, or will soon, at a port of this machine. */
export async function openDebugger(port: number, patienceMs = 60_000): Promise<Debugger> {
  const socket = await connected(port, Date.now() + patienceMs);
  const messages: Message[] = [];
  let wake = Promise.withResolvers<void>();
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (let found = frameOf(rest); found !== undefined; found = frameOf(rest)) {
      messages.push(found.message);
      ({ rest } = found);
    }
    wake.resolve();
    wake = Promise.withResolvers();
  });
  async function next(what: string, wanted: (message: Message) => boolean): Promise<Message> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const index = messages.findIndex(wanted);
      const [found] = index < 0 ? [] : messages.splice(index, 1);
      if (found !== undefined) return found;
      if (Date.now() > until) throw new Error(`the debugger gave no ${what}`);
      await Promise.race([wake.promise, after(1_000)]);
    }
  }
  let sequence = 0;
  return {
    async ask(command, given) {
      sequence += 1;
      const seq = sequence;
      const text = JSON.stringify({ seq, type: "request", command, arguments: given });
      socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      const answer = await next(
        `answer to ${command}`,
        ({ type, request_seq: of }) => type === "response" && of === seq,
      );
      if (answer.success !== true) throw new Error(`${command}: ${answer.message ?? "refused"}`);
      return answer.body ?? {};
    },
    async said(event) {
      const message = await next(
        event,
        ({ type, event: name }) => type === "event" && name === event,
      );
      return message.body ?? {};
    },
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await Promise.resolve();
    },
  };
}

async function connected(port: number, until: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    // What reports that it ends before somebody waits for it is no failure by itself.
    try {
      await once(socket, "connect");
      return socket.on("error", () => {});
    } catch (thrown) {
      socket.destroy();
      if (Date.now() > until) throw thrown;
      await after(200);
    }
  }
}

function frameOf(bytes: Buffer): { readonly message: Message; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = Number(/Content-Length: (\d+)/.exec(bytes.toString("latin1", 0, end))?.[1] ?? 0);
  const from = end + 4;
  if (bytes.length < from + length) return undefined;
  const message = JSON.parse(bytes.toString("utf8", from, from + length)) as Message;
  return { message, rest: bytes.subarray(from + length) };
}
