import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { watchAndNotify } from "../../src/platform/watch/watch-duty.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { putFire } from "../../src/local/store/fires.ts";
import { openStore } from "../../src/local/store/open.ts";
import type { ScheduleSpec } from "../../src/release/release.ts";
import { mailRig } from "../rig/notify-servers.ts";
import { deploy, input, type LocalPlatform, makeRelease, value } from "./fixture.ts";
import {
  minute,
  people,
  succeeding,
  type NotifyingWorkspace,
  notifyingWorkspace,
} from "./notifying.ts";

const hour = 60 * minute;

let workspace: NotifyingWorkspace;
beforeEach(() => {
  workspace = notifyingWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

const hourly: ScheduleSpec = {
  enabled: true,
  cron: "0 * * * *",
  expression: "cron(0 * * * ? *)",
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
};

const nobody = { onSuccess: [], onFailure: [] };

function makeHourly(name: string, notifications = people) {
  const changes = { schedule: hourly, notifications };
  const steps = { only: "true" };
  return makeRelease(workspace.root, { name, steps, definition: succeeding, changes });
}

const look = async (platform: LocalPlatform) =>
  value(
    await watchAndNotify(
      { ...platform, ...platform.watching },
      platform.scheduler.watchDuty,
      workspace.clock.now(),
    ),
  );

test("a project's people are notified once of what is missing, and again only when it happens again", async () => {
  await using server = await mailRig();
  await using platform = await workspace.open({ port: server.port });
  await deploy(platform, await makeHourly("probe"), await makeHourly("silent", nobody));
  expect((await look(platform)).findings).toEqual([]);

  workspace.forward(2 * hour);
  const first = await look(platform);
  expect(first.findings.map(({ code, project: of }) => [code, of])).toEqual([
    ["watch/missed", "probe"],
    ["watch/missed", "silent"],
  ]);
  expect(first.notified.map(({ project: of }) => of)).toEqual(["probe"]);
  expect(server.mails.map(({ to }) => to.join())).toEqual([
    "team@example.com",
    "oncall@example.com",
  ]);
  const [{ parsed } = expect.fail("no mail")] = server.mails;
  expect(parsed.subject).toMatch(
    /^\[local\] probe should have started (at|2 times from) .* and did not$/,
  );
  expect(parsed.text).toContain("What to do: `esteira doctor probe` looks for the reason;");

  workspace.forward(hour);
  expect((await look(platform)).notified).toEqual([]);
  expect(server.mails).toHaveLength(2);

  // One that ran in between ends the row: what is missed after it is another matter.
  const fire = Math.floor(workspace.clock.now() / hour) * hour;
  const run = input({ scheduled_time: new Date(fire).toISOString(), trigger: "schedule" });
  await platform.driver.settled(
    value(await platform.start(projectName("probe"), run, { mode: "follow" })),
  );
  workspace.forward(2 * hour);
  expect((await look(platform)).notified).toHaveLength(1);
  expect(
    server.mails.filter(({ parsed: { subject } }) => subject?.includes("should have started")),
  ).toHaveLength(4);
});

test("a state that was over and comes again is notified again, one that lasts isn't", async () => {
  await using server = await mailRig();
  await using platform = await workspace.open({ port: server.port });
  const scores = join(workspace.root, "scores.csv");
  const changes = {
    notifications: people,
    publishes: [{ uri: "file:scores.csv", freshWithinSeconds: 86_400 }],
  };
  const steps = { only: "true" };
  await deploy(
    platform,
    await makeRelease(workspace.root, { name: "probe", steps, definition: succeeding, changes }),
  );
  /** How many of so many hourly looks notified somebody. */
  const notifiedIn = async (hours: number): Promise<number> => {
    let count = 0;
    for (let hoursPast = 0; hoursPast < hours; hoursPast += 1) {
      workspace.forward(hour);
      count += (await look(platform)).notified.length;
    }
    return count;
  };
  const write = () => {
    writeFileSync(scores, "1");
    const seconds = workspace.clock.now() / 1000;
    utimesSync(scores, seconds, seconds);
  };
  expect(await notifiedIn(23)).toBe(0);
  expect(await notifiedIn(120)).toBe(1);
  write();
  expect(await notifiedIn(1)).toBe(0);
  rmSync(scores);
  expect(await notifiedIn(1)).toBe(0);
  write();
  expect(await notifiedIn(5)).toBe(0);
  rmSync(scores);
  expect(await notifiedIn(12)).toBe(1);
  expect(server.mails).toHaveLength(4);
});

test("who can't be reached is notified at the next look", async () => {
  let down = true;
  await using server = await mailRig({
    refuse: () => (down ? { code: 451, text: "4.3.2 try again later" } : undefined),
  });
  await using platform = await workspace.open({ port: server.port });
  await deploy(platform, await makeHourly("probe"));
  workspace.forward(2 * hour);
  expect((await look(platform)).notified).toEqual([]);
  down = false;
  expect((await look(platform)).notified).toHaveLength(1);
  expect((await look(platform)).notified).toEqual([]);
  expect(server.mails).toHaveLength(2);
});

test("a fire that up is too busy for is not a missed one", async () => {
  await using platform = await workspace.open({});
  await deploy(platform, await makeHourly("probe"));
  workspace.forward(hour);
  const fire = Math.floor(workspace.clock.now() / hour) * hour;
  workspace.forward(hour / 2);
  expect((await look(platform)).findings).toHaveLength(1);
  const opened = openStore(layoutOf(workspace.root));
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.write(() => putFire(store, "local", "probe", fire, workspace.clock.now()));
  store.close();
  const left = (await look(platform)).findings.map(({ since }) => since);
  expect(left).not.toContain(fire);
});
