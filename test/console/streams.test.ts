import { expect, test } from "vitest";

import { esteira } from "../cli/cli.ts";
import { shellWorkspace } from "../cli/workspace.ts";
import { openedConsole, until } from "./rig/opened.ts";

interface Said {
  readonly id: string | undefined;
  readonly event: { readonly type: string; readonly missed?: boolean };
}

/** A stream of the server, as a program reads it. */
async function openStream(base: string, headers: Readonly<Record<string, string>>) {
  const stop = new AbortController();
  const answer = await fetch(`${base}/events?topic=fleet:local`, { headers, signal: stop.signal });
  const said: Said[] = [];
  const { body } = answer;
  if (answer.ok && body !== null) {
    void (async () => {
      let text = "";
      for await (const part of body) {
        text += Buffer.from(part).toString("utf8");
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) {
          const data = /^data: (.*)$/m.exec(message)?.[1];
          if (data === undefined) continue;
          const event = JSON.parse(data) as Said["event"];
          said.push({ id: /^id: (.*)$/m.exec(message)?.[1], event });
        }
      }
    })().catch(() => undefined);
  }
  return { status: answer.status, said, close: () => stop.abort() };
}

test("who comes back with Last-Event-ID gets what came in between, once, and by an unknown one is sent to read all", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: one, command: "true" }` });
  const home = { HOME: folder.path };
  expect(await esteira(folder.path, ["deploy"], home)).toMatchObject({ code: 0 });
  await using console = await openedConsole(folder.path, [], home);
  const { base, cookie } = console;
  const other = await openStream(base, { cookie });
  await expect.poll(() => other.said.map(({ event }) => event.type)).toContain("fleet");
  const first = await openStream(base, { cookie });
  await expect.poll(() => first.said.length).toBeGreaterThan(0);
  first.close();
  const last = first.said[0]?.id ?? "";
  const before = other.said.length;
  for (const what of ["disable", "enable"]) {
    expect(await esteira(folder.path, ["schedule", what, "demo"], home)).toMatchObject({ code: 0 });
    // Changes that come close together are said once.
    await expect
      .poll(() => other.said.length)
      .toBeGreaterThan(before + (what === "disable" ? 0 : 1));
  }
  const again = await openStream(base, { cookie, "last-event-id": last });
  const missed = other.said.slice(before);
  await expect.poll(() => again.said.length).toBeGreaterThan(missed.length);
  expect(again.said[0]?.event).toMatchObject({ type: "hello", missed: false });
  expect(again.said.slice(1, 1 + missed.length)).toEqual(missed);
  const unknown = await openStream(base, { cookie, "last-event-id": "of-another-1" });
  await expect.poll(() => unknown.said.length).toBeGreaterThan(0);
  expect(unknown.said[0]?.event).toMatchObject({ type: "hello", missed: true });
  for (const stream of [other, again, unknown]) stream.close();
});

test("a person has so many streams, and those that were left make room for others", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: one, command: "true" }` });
  await using console = await openedConsole(folder.path, [], { HOME: folder.path });
  const { base, cookie } = console;
  for (let round = 0; round < 3; round += 1) {
    const streams = [];
    for (let count = 0; count < 20; count += 1) {
      // What was left a moment ago is still being closed.
      streams.push(
        await until(
          () => openStream(base, { cookie }),
          ({ status }) => status === 200,
        ),
      );
    }
    expect(await openStream(base, { cookie })).toMatchObject({ status: 429, said: [] });
    for (const { close } of streams) close();
  }
});

test("a person has so many requests a second, and those that nobody knows are counted apart", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: one, command: "true" }` });
  await using console = await openedConsole(folder.path, [], { HOME: folder.path });
  const session = "/api/v1/session";
  let refused: Response | undefined;
  for (let batch = 0; batch < 50 && refused === undefined; batch += 1) {
    const answers = await Promise.all(Array.from({ length: 200 }, () => console.get(session)));
    refused = answers.find(({ status }) => status === 429);
    for (const answer of answers) if (answer !== refused) await answer.body?.cancel();
  }
  expect(refused?.headers.get("retry-after")).toBe("1");
  expect(await refused?.json()).toMatchObject({
    error: { message: "that is more than the console answers", help: "Ask again in 1 s." },
  });
  expect((await console.get(session, { cookie: "" })).status).toBe(401);
});
