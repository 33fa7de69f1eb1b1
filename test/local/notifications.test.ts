import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { RunId } from "../../src/core/ids.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { claimDue } from "../../src/local/store/deliveries.ts";
import { openStore } from "../../src/local/store/open.ts";
import { mailRig } from "../rig/notify-servers.ts";
import { deploy, input, makeRelease, openPlatform, sequence, value } from "./fixture.ts";
import {
  failing,
  machine,
  minute,
  people,
  states,
  status,
  succeeding,
  type NotifyingWorkspace,
  notifyingWorkspace,
} from "./notifying.ts";

let workspace: NotifyingWorkspace;
beforeEach(() => {
  workspace = notifyingWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

test("a failure is reported to each of its people in a separate mail, readable as it was written", async () => {
  await using server = await mailRig();
  await using platform = await workspace.open({ port: server.port });
  const long = "x".repeat(280);
  const run = await workspace.runAndTell(platform, sequence("only"), people, {
    only: `echo "reading"; echo "Erro: preço não encontrado em São Paulo ${long}"; exit 3`,
  });
  expect(server.mails.map(({ to }) => to)).toEqual([["team@example.com"], ["oncall@example.com"]]);
  const [{ parsed, raw } = expect.fail("no mail")] = server.mails;
  expect(parsed.subject).toBe("[local] probe failed at only");
  expect(parsed.from?.text).toBe('"Esteira" <esteira@example.com>');
  expect([parsed.to].flat().map((to) => to?.text)).toEqual([
    "team@example.com, oncall@example.com",
  ]);
  expect(parsed.messageId).toBe(`<${run}.failure@example.com>`);
  expect(parsed.headers.get("auto-submitted")).toBe("auto-generated");
  expect(parsed.text).toBe(value(await platform.outbox.notification(run))?.body);
  expect(parsed.text).toContain(
    `  Erro: preço não encontrado em São Paulo ${long.slice(0, 260)}\n`,
  );
  expect(Math.max(...raw.split("\r\n").map(({ length }) => length))).toBeLessThanOrEqual(78);
  expect(await states(platform, run)).toEqual([
    { recipient: "team@example.com", state: "sent", attempts: 1, error: undefined },
    { recipient: "oncall@example.com", state: "sent", attempts: 1, error: undefined },
  ]);
  await platform.outbox.sendDue();
  value(await platform.deliveries.retry(run));
  expect(server.mails).toHaveLength(2);
});

test("one mail for a run, not for its attempts; then the recovery, to all who got the failure; nothing of a skipped run", async () => {
  await using server = await mailRig();
  await using platform = await workspace.open({ port: server.port });
  const { release, fingerprint } = await makeRelease(workspace.root, {
    steps: { only: 'echo try; [ -e "$ESTEIRA_TEST_FLAG" ]' },
    definition: {
      ...sequence("only"),
      States: {
        only: {
          ...(sequence("only")["States"] as { readonly only: object }).only,
          Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }],
        },
      },
    },
    changes: { notifications: people },
  });
  await deploy(platform, { release, fingerprint });
  const failed = value(await platform.start(release.project, input(), { mode: "follow" }));
  await platform.driver.settled(failed);
  await platform.outbox.sendDue();
  await workspace.runAndTell(platform, succeeding);
  const skipped = await workspace.runAndTell(
    platform,
    machine({ Type: "Succeed", Output: { esteira: "skipped" } }),
  );
  expect(value(await platform.run(skipped)).skipped).toBe(true);
  expect(server.mails.map(({ parsed, to }) => `${to.join()}: ${parsed.subject}`)).toEqual([
    "team@example.com: [local] probe failed at only",
    "oncall@example.com: [local] probe failed at only",
    "team@example.com: [local] probe succeeded again",
    "oncall@example.com: [local] probe succeeded again",
  ]);
});

test("who doesn't exist is given up, the others are notified, and the run is what it was", async () => {
  await using server = await mailRig({
    refuse: (to) =>
      to === "team@example.com" ? { code: 550, text: "5.1.1 no such user" } : undefined,
  });
  await using platform = await workspace.open({ port: server.port });
  const run = await workspace.runAndTell(platform, failing);
  expect(await status(platform, run)).toBe("FAILED");
  expect(await states(platform, run)).toEqual([
    {
      recipient: "team@example.com",
      state: "failed",
      attempts: 1,
      error: `localhost:${server.port} said: 550 5.1.1 no such user`,
    },
    { recipient: "oncall@example.com", state: "sent", attempts: 1, error: undefined },
  ]);
  workspace.forward(24 * 60 * minute);
  await platform.outbox.sendDue();
  expect(server.asked).toEqual(["team@example.com", "oncall@example.com"]);
});

test("a server that makes strangers wait gets its minute, and nobody is notified twice", async () => {
  const met = new Set<string>();
  await using server = await mailRig({
    refuse: (to) => {
      if (to !== "oncall@example.com" || met.has(to)) return undefined;
      met.add(to);
      return { code: 451, text: "4.7.1 Greylisted, try again later" };
    },
  });
  await using platform = await workspace.open({ port: server.port });
  const run = await workspace.runAndTell(platform, failing);
  expect(await states(platform, run)).toEqual([
    { recipient: "team@example.com", state: "sent", attempts: 1, error: undefined },
    {
      recipient: "oncall@example.com",
      state: "waiting",
      attempts: 1,
      error: `localhost:${server.port} said: 451 4.7.1 Greylisted, try again later`,
    },
  ]);
  workspace.forward(30_000);
  await platform.outbox.sendDue();
  expect(server.asked).toHaveLength(2);
  workspace.forward(31_000);
  await platform.outbox.sendDue();
  expect(await states(platform, run)).toMatchObject([
    { state: "sent", attempts: 1 },
    { recipient: "oncall@example.com", state: "sent", attempts: 2, error: undefined },
  ]);
  expect(server.asked).toEqual(["team@example.com", "oncall@example.com", "oncall@example.com"]);
});

test("a dead server is asked once a round; the next command notifies them", async () => {
  let dead: number;
  {
    await using gone = await mailRig();
    dead = gone.port;
  }
  let run: RunId;
  {
    await using platform = await workspace.open({ port: dead });
    run = await workspace.runAndTell(platform, succeeding, {
      ...people,
      onSuccess: people.onFailure,
    });
    expect(await status(platform, run)).toBe("SUCCEEDED");
    for (const one of await states(platform, run)) {
      expect(one).toMatchObject({ state: "waiting", attempts: 1 });
      expect(one.error).toMatch(
        new RegExp(`^localhost:${dead} can't be used: .*ECONNREFUSED.*${dead}`),
      );
    }
  }
  await using server = await mailRig();
  await using platform = await workspace.open({ port: server.port });
  const waited = value(await platform.deliveries.retry());
  expect(waited.map(({ state }) => state)).toEqual(["sent", "sent"]);
  expect(server.mails).toHaveLength(2);
});

test("a server that says nothing takes no longer than its patience", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  try {
    const { port } = silent.address() as AddressInfo;
    await using platform = await workspace.open({ port });
    const run = await workspace.runAndTell(platform, succeeding);
    expect(await states(platform, run)).toEqual([
      {
        recipient: "team@example.com",
        state: "waiting",
        attempts: 1,
        error: `localhost:${port} can't be used: Greeting never received`,
      },
    ]);
  } finally {
    silent.close();
  }
});

test("who dies over a message has not lost it: another sends it with the same id, once its time is up", async () => {
  await using server = await mailRig();
  let run: RunId;
  {
    // Its first round finds nothing due: somebody else has taken the message, and dies.
    await using platform = await workspace.open({ port: server.port });
    const { release, fingerprint } = await makeRelease(workspace.root, {
      steps: { only: "true" },
      definition: failing,
      changes: { notifications: { onSuccess: [], onFailure: people.onSuccess } },
    });
    await deploy(platform, { release, fingerprint });
    const other = await openPlatform(workspace.root, {
      clock: workspace.clock,
      notify: { openMail: () => new Promise(() => undefined), webhook: { timeoutMs: 1 } },
    });
    run = value(await other.start(release.project, input(), { mode: "follow" }));
    await other.driver.settled(run);
    await expect
      .poll(() => states(platform, run), { timeout: 60_000 })
      .toMatchObject([{ attempts: 1 }]);
    await platform.outbox.sendDue();
    value(await platform.deliveries.retry());
    expect(server.mails).toEqual([]);
    workspace.forward(2 * minute);
    await platform.outbox.sendDue();
  }
  expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual([
    `<${run}.failure@example.com>`,
  ]);
});

test("of two processes that notify at the same time, one takes each message", async () => {
  await using server = await mailRig();
  await using platform = await workspace.open({});
  const run = await workspace.runAndTell(platform, failing);
  const store = value(openStore(layoutOf(workspace.root)));
  try {
    store.write(() =>
      store.run("UPDATE deliveries SET state = 'waiting', attempts = 0, next_try = 0"),
    );
    expect(claimDue(store, "local", workspace.clock.now(), minute)).toHaveLength(2);
    expect(claimDue(store, "local", workspace.clock.now(), minute)).toEqual([]);
    expect(claimDue(store, "prd", workspace.clock.now() + minute, minute)).toEqual([]);
  } finally {
    store.close();
  }
  expect(server.mails).toEqual([]);
  expect(await status(platform, run)).toBe("FAILED");
});

test("without a mail transport nobody is notified by mail, and that is all", async () => {
  await using platform = await workspace.open({});
  const run = await workspace.runAndTell(platform, succeeding);
  expect(await states(platform, run)).toEqual([
    {
      recipient: "team@example.com",
      state: "untold",
      attempts: 0,
      error: "no mail transport is configured",
    },
  ]);
});

test("a server that hangs up over one recipient takes the mail for all others, of every run", async () => {
  const bad = "gone@example.com";
  await using server = await mailRig({
    refuse: (to) => (to === bad ? "hang up" : undefined),
  });
  const notifications = {
    onSuccess: [bad, "team@example.com"].map((address) => ({ kind: "email", address }) as const),
    onFailure: [],
  };
  await using platform = await workspace.open({ port: server.port });
  const first = await workspace.runAndTell(platform, succeeding, notifications);
  const second = await workspace.runAndTell(platform, succeeding, notifications);
  for (let round = 0; round < 10; round += 1) {
    workspace.forward(8 * 60 * minute);
    await platform.outbox.sendDue();
  }
  for (const run of [first, second]) {
    expect(await states(platform, run)).toMatchObject([
      { recipient: bad, state: "failed", attempts: 10 },
      { recipient: "team@example.com", state: "sent", attempts: 1 },
    ]);
  }
  expect(server.mails.map(({ to }) => to)).toEqual([["team@example.com"], ["team@example.com"]]);
});
