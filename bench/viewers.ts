import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";

import { layoutOf } from "../src/local/layout.ts";
import { openStore } from "../src/local/store/open.ts";
import type { BenchRow } from "./row.ts";

/** A person may have 20 streams. */
const people = 5;
const streamsEach = 20;
/** While it is measured, somebody writes as often as a lively run does. */
const writes = 100;
const betweenWritesMs = 100;

/** Tokens of the people who will look. @param binary the shipped program */
export async function viewersTokens(root: string, binary: string): Promise<readonly string[]> {
  const tokens: string[] = [];
  for (let person = 0; person < people; person += 1) {
    const inputs = [binary, "console", "token", "add", `viewer-${person}`];
    const { stdout } = await execa(process.execPath, inputs, { cwd: root });
    const token = /\S{40,}/.exec(stdout)?.[0];
    if (token === undefined) throw new Error(`no token in: ${stdout}`);
    tokens.push(token);
  }
  return tokens;
}

interface Viewed {
  readonly root: string;
  readonly base: string;
  readonly tokens: readonly string[];
  readonly run: string;
  readonly pid: number | undefined;
}

/**
 * The processor that a hundred streams of one run and its fleet take while somebody writes ten
 * times a second, and how long it is from a write to the event in the last of them.
 */
export async function hundredViewers(viewed: Viewed): Promise<readonly BenchRow[]> {
  const { root, base, tokens, run, pid } = viewed;
  const stop = new AbortController();
  const topics = `topic=run:local/${run}&topic=fleet:local`;
  const delays: number[] = [];
  let wroteAt: number | undefined;
  const open = tokens.flatMap((token) => Array.from({ length: streamsEach }, () => token));
  for (const [viewer, token] of open.entries()) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${base}/events?${topics}`, { headers, signal: stop.signal });
    if (!answer.ok || answer.body === null) throw new Error(await answer.text());
    const { body } = answer;
    void (async () => {
      for await (const part of body) {
        const isFleet = Buffer.from(part).includes('"type":"fleet"');
        if (viewer !== open.length - 1 || !isFleet || wroteAt === undefined) continue;
        delays.push(performance.now() - wroteAt);
        wroteAt = undefined;
      }
    })().catch(() => undefined);
  }
  const opened = openStore(layoutOf(root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  await sleep(1000);
  const [before, since] = [await processorOf(pid), performance.now()];
  for (let write = 0; write < writes; write += 1) {
    store.write(() => store.run("UPDATE runs SET status = status WHERE run = ?", run));
    wroteAt ??= performance.now();
    await sleep(betweenWritesMs);
  }
  const share = (100 * ((await processorOf(pid)) - before)) / (performance.now() - since);
  store.close();
  stop.abort();
  const sorted = delays.toSorted((a, b) => a - b);
  const slowest = sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN;
  const about = { alternative: undefined } as const;
  return [
    {
      ...about,
      name: "100 viewers of one run: processor",
      ours: share,
      unit: "%",
      note: "of a core; aim: 5",
    },
    {
      ...about,
      name: "from a write to its event, p99",
      ours: slowest,
      unit: "ms",
      note: `aim: 100 ms on the screen; of ${sorted.length}`,
    },
  ];
}

/** Milliseconds of processor time of a process by now. */
async function processorOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
