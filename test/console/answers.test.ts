import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type ConsoleDocumentName, consoleDocuments } from "../../src/app/documents/console.ts";
import { consoleEvent } from "../../src/app/documents/console-events.ts";
import { type RouteName, routes } from "../../src/console/api/routes.ts";
import { esteira } from "../cli/cli.ts";
import { shellWorkspace } from "../cli/workspace.ts";
import { type OpenConsole, openedConsole, until } from "./rig/opened.ts";

const steps = {
  good: `- { id: fetch, command: "echo fetched $ESTEIRA_PARAM_GREETING" }
- { id: train, command: "d=\${ESTEIRA_ARTIFACTS_URI#file://}train; mkdir -p $d; printf 'a,b\\\\n1,x\\\\n' > $d/t.csv" }`,
  bad: `- { id: fetch, command: "echo fetched; echo 'ERROR: no such table' >&2; exit 3" }`,
};

let workspace: Awaited<ReturnType<typeof shellWorkspace>>;
let opened: OpenConsole;
const asked = new Set<RouteName>();

beforeAll(async () => {
  workspace = await shellWorkspace(steps);
  await esteira(workspace.path, ["deploy"]);
  await esteira(workspace.path, ["run", "good"]);
  await esteira(workspace.path, ["run", "bad"]);
  opened = await openedConsole(workspace.path);
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

const local = "/environments/local";

/** Asks a route; its answer has to be what its schema says, to the last field. */
async function ask(
  name: RouteName,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly document: Readonly<Record<string, unknown>> }> {
  asked.add(name);
  const { method, answer } = routes[name];
  const address = `/api/v1${path}`;
  const response =
    method === "GET" ? await opened.get(address) : await opened.post(address, body ?? {});
  const document = (await response.json()) as Readonly<Record<string, unknown>>;
  const expected = response.status < 300 ? (answer as ConsoleDocumentName) : "error";
  const parsed = consoleDocuments[expected].safeParse(document);
  if (!parsed.success) {
    const text = JSON.stringify(document);
    throw new Error(`${path} answered what is no ${expected}: ${parsed.error.message}\n${text}`);
  }
  return { status: response.status, document };
}

async function runOf(project: string): Promise<string> {
  const { document } = await ask("projectRuns", `${local}/projects/${project}/runs`);
  return (document["runs"] as readonly { readonly run: string }[])[0]?.run ?? "";
}

describe("every answer is what its schema says", () => {
  test("of the workspace, its projects and releases", async () => {
    const session = await ask("session", "/session");
    expect(session.document).toMatchObject({ workspace: "test", changes: true, person: null });
    expect((await ask("openapi", "/openapi.json")).status).toBe(200);
    const { document } = await ask("fleet", `${local}/fleet`);
    expect(document["projects"]).toMatchObject([
      { project: "bad", state: "failed", diagnosis: { code: "fleet/failed" } },
      { project: "good", state: "well", diagnosis: null },
    ]);
    await ask("tonight", `${local}/tonight`);
    await ask("project", `${local}/projects/good`);
    await ask("durations", `${local}/projects/good/durations`);
    const { document: listed } = await ask("releases", `${local}/projects/good/releases`);
    const [release] = listed["releases"] as readonly { readonly fingerprint: string }[];
    const between = `from=${release?.fingerprint}&to=${release?.fingerprint}`;
    const same = await ask("compareReleases", `${local}/projects/good/releases/compare?${between}`);
    expect(same.document["fields"]).toEqual([]);
    await ask("resources", `${local}/projects/good/resources`);
    await ask("models", `${local}/projects/good/models`);
    await ask("plan", `${local}/plan?project=good`);
    await ask("audit", `${local}/audit?limit=1`);
  });

  test("of a run that failed: why, what to type, its log and what differs from a good one", async () => {
    const run = await runOf("bad");
    const { document } = await ask("run", `${local}/runs/${run}`);
    expect(document).toMatchObject({
      remedy: `esteira resume ${run}`,
      diagnosis: { step: "fetch" },
      lastGood: null,
      steps: [{ id: "fetch", status: "failed", attempts: [{ number: 1, exitCode: 3 }] }],
    });
    const { document: log } = await ask("log", `${local}/runs/${run}/log?step=fetch`);
    expect(log).toMatchObject({
      by: "line",
      total: 2,
      firstError: { id: "2", number: 2 },
      lines: [
        { number: 1, text: "fetched", stream: "stdout" },
        { number: 2, text: "ERROR: no such table", stream: "stderr" },
      ],
    });
    const search = `${local}/runs/${run}/log/search?step=fetch&q=no%20such`;
    expect((await ask("logSearch", search)).document).toMatchObject({
      hits: [{ number: 2, marks: [[7, 7]] }],
      searched: { lines: 2, share: 1 },
      complete: true,
    });
    await ask("compareRuns", `${local}/runs/${run}/compare`);
    await ask("runEvents", `${local}/runs/${run}/events?limit=3`);
    await ask("runItems", `${local}/runs/${run}/items?step=fetch`);
  });

  test("of lists: a cursor continues where the page ended, and no other cursor does", async () => {
    const run = await runOf("good");
    const path = `${local}/runs/${run}/events`;
    const first = await ask("runEvents", `${path}?limit=2`);
    const cursor = encodeURIComponent(first.document["next"] as string);
    const second = await ask("runEvents", `${path}?limit=2&cursor=${cursor}`);
    expect(second.document["events"]).toMatchObject([{ id: 3 }, { id: 4 }]);
    const elsewhere = await ask("runs", `${local}/runs?cursor=${cursor}`);
    expect(elsewhere).toMatchObject({
      status: 400,
      document: {
        error: {
          message: "this cursor was not given by this console",
          help: "Begin again without one.",
        },
      },
    });
  });

  test("of what isn't there, and of an environment that can't be used, in its place", async () => {
    const nowhere = await ask("run", `${local}/runs/good-20260101T000000Z-000000`);
    expect(nowhere).toMatchObject({ status: 404, document: { error: { reason: "not-found" } } });
    // Nobody has credentials for dev here.
    const dev = await ask("fleet", "/environments/dev/fleet");
    expect(dev.status).toBe(503);
    expect((await ask("fleet", `${local}/fleet`)).status).toBe(200);
    const operation = await ask("operation", "/operations/0123456789");
    expect(operation.status).toBe(404);
  });
});

describe("actions are those of the command line", () => {
  test("a run with a parameter goes to its end, is seen to, and is audited", async () => {
    const started = await ask("startRun", `${local}/projects/good/run`, {
      params: { greeting: "it's me" },
    });
    expect(started.document).toMatchObject({
      command: `esteira run good --param 'greeting=it'\\''s me' --detach`,
    });
    const run = started.document["run"] as string;
    const ended = await until(
      async () => (await ask("run", `${local}/runs/${run}`)).document,
      ({ run: row }) => (row as { readonly status: string }).status !== "RUNNING",
    );
    expect(ended).toMatchObject({
      run: { status: "SUCCEEDED", actor: "ana" },
      parameters: { greeting: "it's me" },
    });
    const log = await opened.get(`/api/v1${local}/runs/${run}/log/raw?step=fetch`);
    asked.add("logRaw");
    expect(log.headers.get("content-disposition")).toBe(
      `attachment; filename*=UTF-8''${run}-fetch-1.log`,
    );
    expect(await log.text()).toBe("fetched it's me\n");
    const { document } = await ask("audit", `${local}/audit?project=good&action=start&limit=1`);
    expect(document["entries"]).toMatchObject([{ actor: "ana", subject: run }]);
    const left = await ask("artifacts", `${local}/runs/${run}/artifacts`);
    expect(left.document["artifacts"]).toMatchObject([
      { path: "train/t.csv", step: "train", bytes: 8, kind: "table" },
    ]);
    const look = `${local}/runs/${run}/artifacts/look?path=train/t.csv`;
    expect((await ask("artifactLook", look)).document).toMatchObject({
      table: { columns: ["a", "b"], rows: [["1", "x"]], totalRows: 1 },
      truncated: false,
    });
    const raw = `/api/v1${local}/runs/${run}/artifacts/raw?path=train/t.csv`;
    asked.add("artifactRaw");
    expect(await (await opened.get(raw)).text()).toBe("a,b\n1,x\n");
  });

  test("a schedule that is disabled here is disabled for the command line", async () => {
    const done = await ask("setSchedule", `${local}/projects/good/schedule`, {
      enabled: false,
      reason: "the source is down",
    });
    expect(done.document).toMatchObject({
      command: "esteira schedule disable good --reason 'the source is down'",
      schedule: { state: "disabled", hold: { actor: "ana", reason: "the source is down" } },
    });
    const shown = await esteira(workspace.path, ["schedule", "show", "good", "--json"]);
    expect(JSON.parse(shown.out)).toMatchObject({ state: "disabled", disabledBy: "hand" });
    await ask("setSchedule", `${local}/projects/good/schedule`, { enabled: true });
  });

  test("a run that has ended is not stopped; one that failed is resumed", async () => {
    const run = await runOf("bad");
    expect(await ask("stopRun", `${local}/runs/${run}/stop`)).toMatchObject({
      status: 409,
      document: { error: { message: `${run} has ended already: it failed` } },
    });
    const resumed = await ask("resumeRun", `${local}/runs/${run}/resume`, { release: "same" });
    expect(resumed.document).toMatchObject({
      command: `esteira resume ${run} --release same --detach`,
    });
  });

  test("a deploy and a backfill are begun, and say what became of them", async () => {
    const preview = `${local}/projects/good/backfill?from=2026-01-01&to=2026-01-01`;
    expect((await ask("backfillPreview", preview)).document["items"]).toMatchObject([
      { state: "to-run" },
    ]);
    const begun = [
      await ask("deploy", `${local}/deploy`, { projects: ["good"] }),
      await ask("backfill", `${local}/projects/good/backfill`, {
        from: "2026-01-01",
        to: "2026-01-01",
      }),
    ];
    expect(begun.map(({ status }) => status)).toEqual([202, 202]);
    for (const { document } of begun) {
      const ended = await until(
        async () => (await ask("operation", `/operations/${String(document["id"])}`)).document,
        ({ state }) => state !== "running",
      );
      expect(ended).toMatchObject({ state: "succeeded", problem: null });
    }
    const rollback = await ask("rollback", `${local}/projects/good/rollback`);
    expect(rollback).toMatchObject({
      status: 409,
      document: {
        error: { message: "releases are not rolled back in local: it is on this machine" },
      },
    });
    expect(
      (await ask("promote", `${local}/projects/good/promote`, { version: "1", to: "Nowhere!" }))
        .status,
    ).toBe(400);
  });
});

test("a stream says what changed while somebody looks", async () => {
  const stop = new AbortController();
  const response = await fetch(`${opened.base}/events?topic=fleet:local`, {
    headers: { cookie: opened.cookie },
    signal: stop.signal,
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const seen: string[] = [];
  const reading = (async () => {
    for await (const chunk of response.body ?? []) {
      const data = /data: (.*)/.exec(Buffer.from(chunk as Uint8Array).toString("utf8"))?.[1];
      if (data === undefined) continue;
      const event = consoleEvent.parse(JSON.parse(data));
      seen.push(event.type);
      if (seen.length === 1) void esteira(workspace.path, ["schedule", "disable", "bad"]);
      if (event.type === "fleet") return;
    }
  })();
  await reading;
  stop.abort();
  expect(seen).toEqual(["hello", "fleet"]);
});

test("no route of the table was left out", () => {
  expect([...asked].toSorted()).toEqual(Object.keys(routes).toSorted());
});
