import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import { err, ok } from "../../core/result.ts";
import type { Platform } from "../../platform/port.ts";
import type { RunSummary } from "../../runs/model.ts";
import { oldArtifacts, removeOldArtifacts } from "./old-artifacts.ts";

const DAY = 86_400_000;
const now = 1000 * DAY;
const project = projectName("recsys");

interface Made {
  /** Days since the run ended; undefined: it is open. */
  readonly ago: number | undefined;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly status?: RunSummary["status"];
  readonly origin?: string;
}

/** A platform with these runs, whose artifacts are there, and with a cache of these texts. */
function portOf(
  made: Readonly<Record<string, Made>>,
  cache: Readonly<Record<string, string>> = {},
) {
  const runs = Object.entries(made).map(([run, { ago, status = "SUCCEEDED", origin = run }]) => ({
    run,
    origin,
    status: ago === undefined ? "RUNNING" : status,
    skipped: false,
    trigger: "manual",
    version: "1.0.0",
    startedAt: now - (ago ?? 0) * DAY - 1,
    ...(ago === undefined ? {} : { endedAt: now - ago * DAY }),
  }));
  const removed: string[] = [];
  const listed = Object.keys(cache).map((key) => ({ key, size: 1, modifiedAt: 0 }));
  const text = (key: string) => [Buffer.from(cache[key] ?? "")];
  const port = {
    runs: ({ status }: { status?: string }) =>
      Promise.resolve(
        ok({ items: runs.filter((run) => status === undefined || run.status === status) }),
      ),
    events: (run: string) =>
      Promise.resolve(ok({ items: [{ details: { input: made[run]?.input ?? {} } }] })),
    artifacts: {
      origins: () => Promise.resolve(ok(["_cache", ...new Set(runs.map(({ origin }) => origin))])),
      list: () => Promise.resolve(ok(listed)),
      read: (_of: unknown, key: string) => Promise.resolve(ok(text(key))),
      placeOf: () => "/artifacts/recsys/_cache",
      remove({ origin }: { origin: string }) {
        removed.push(origin);
        return Promise.resolve(
          origin === "stuck"
            ? err({ reason: "failed", message: "stuck is in use", help: "later" })
            : ok(undefined),
        );
      },
    },
  } as unknown as Platform;
  return { port, removed };
}

async function old(...given: Parameters<typeof portOf>): Promise<unknown> {
  const found = await oldArtifacts(portOf(...given).port, [project], 30, now);
  return found.ok ? found.value.map(({ name }) => name) : found.error;
}

test("single steps and a sample are no last good run", async () => {
  const good = { ago: 90 };
  expect(await old({ good, older: { ago: 95 } })).toEqual(["older"]);
  for (const input of [{ only: ["train"] }, { sample: true }]) {
    const parts = {
      good,
      failed: { ago: 60, status: "FAILED" as const },
      part: { ago: 40, input },
    };
    expect(await old(parts)).toEqual(["failed"]);
  }
});

test("nothing goes where nobody can say what the cache needs", async () => {
  const runs = { a: { ago: 90 }, b: { ago: 60 } };
  expect(await old(runs, { "train/last.json": "{" })).toEqual({
    reason: "failed",
    message:
      "what the cache of recsys needs isn't known: train/last.json can't be read; no artifacts are removed",
    help: "remove /artifacts/recsys/_cache: the cached steps run once more then",
  });
});

test("what a run continues with that began meanwhile stays, and a failure keeps no other", async () => {
  const { port, removed } = portOf({
    used: { ago: 90 },
    resumed: { ago: undefined, origin: "used" },
  });
  const garbage = ["stuck", "used", "free"].map((name) => ({
    project: "recsys",
    kind: "artifacts" as const,
    name,
  }));
  expect(await removeOldArtifacts(port, garbage)).toMatchObject({
    error: { message: "stuck is in use" },
  });
  expect(removed).toEqual(["stuck", "free"]);
});
