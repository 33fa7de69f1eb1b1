import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

import { getRequestListener } from "@hono/node-server";
import { expect, test } from "vitest";

import { openHub } from "../../src/console/events/hub.ts";
import { openStream } from "../../src/console/events/stream.ts";
import { fileAnswer } from "../../src/console/http/file-answer.ts";
import { boundedServer } from "../../src/console/http/server.ts";

const run = (number: number) =>
  ({
    type: "run",
    environment: "local",
    run: `demo-${number}`,
    status: "RUNNING",
    at: 0,
  }) as const;

async function served(server: Server, answer: RequestListener) {
  server.on("request", answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
}

/** Somebody who asks and then reads nothing. */
function whoReadsNothing(port: number): Disposable {
  const socket = connect(port, "127.0.0.1");
  socket.pause();
  socket.on("error", () => {}); // cut off is what it is to be
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  return { [Symbol.dispose]: () => socket.destroy() };
}

function chunksOf({ body }: Response): AsyncIterator<Uint8Array, undefined> {
  if (body === null) throw new Error("an answer without a body");
  return body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
}

test("who doesn't read the stream is cut off, and who reads it beside them gets all", async () => {
  const watched: string[] = [];
  const hub = openHub((topic) => {
    watched.push(`+${topic}`);
    return { [Symbol.dispose]: () => void watched.push(`-${topic}`) };
  });
  const cutOff: string[] = [];
  let opened = 0;
  await using server = await served(boundedServer(), ({ url }, response) => {
    opened += 1;
    openStream(response, hub, {
      topics: new Set([url === "/" ? "slow" : "quick"]),
      after: undefined,
      stillIn: () => true,
      now: () => 0,
      closed: () => void cutOff.push(url ?? ""),
    });
  });
  using _slow = whoReadsNothing(server.port);
  const quick = await fetch(`http://127.0.0.1:${server.port}/quick`);
  await expect.poll(() => opened).toBe(2);
  const chunks = chunksOf(quick);
  let text = "";
  let sent = 0;
  // What the kernel holds for a reader comes before what the console holds.
  for (let round = 0; round < 1000 && cutOff.length === 0; round += 1) {
    for (let each = 0; each < 1000; each += 1) {
      hub.publish("slow", run(sent));
      sent += 1;
    }
    hub.publish("quick", run(sent));
    while (!text.includes(`"demo-${sent}"`)) {
      text += Buffer.from((await chunks.next()).value ?? []).toString("utf8");
    }
  }
  expect(cutOff).toEqual(["/"]);
  expect(text.match(/"run":"demo-/g)).toHaveLength(sent / 1000);
  expect(watched).toEqual(["+slow", "+quick", "-slow"]);
  await chunks.return?.();
});

test("who asks for a file and doesn't take it is cut off, and the file is closed", async () => {
  const closed = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(64 * 1024);
    } finally {
      closed.resolve();
    }
  }
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
  const answer = () =>
    fileAnswer({ name: "scores.csv", bytes: undefined, stream: () => endless() });
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  await using server = await served(
    boundedServer({ ...limits, idleTimeout: 300 }),
    (request, response) => void listener(request, response),
  );
  using _slow = whoReadsNothing(server.port);
  await closed.promise;
  // One who takes it, however long that lasts, is not.
  const taken = await fetch(`http://127.0.0.1:${server.port}/`);
  const chunks = chunksOf(taken);
  const until = performance.now() + 1000;
  while (performance.now() < until) expect((await chunks.next()).done).toBe(false);
  await chunks.return?.();
});
