import { expect, test } from "vitest";

import { bucketStore } from "../../src/aws/bucket/store.ts";
import { type WatchParts, watchAccount } from "../../src/aws/watch/account.ts";
import type { Notification } from "../../src/runs/model.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { putDeployedImages } from "./images-ecr-rig.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { runsEnvironment } from "./runs-fixture.ts";

const hour = 3_600_000;

describeWith(moto(), "the hourly look over an account", (part) => {
  const server = useMoto(part);

  test("notifies a project's people once, those that can be reached, of what should have happened", async () => {
    await using runs = await runsEnvironment(server(), {
      script: () => ({ lines: [], end: 0 }),
    });
    const { environment } = runs;
    const platform = await runs.open();
    const schedule = { ...recsys().schedule, cron: "0 * * * *", deadline: undefined };
    const hourly = { enabled: true, timezone: "UTC", overlap: "allow", ...schedule } as const;
    await deploy(platform, [environment.release(recsys({ schedule: hourly }))]);
    await putDeployedImages(environment.context.clients, platform);
    const [deployed] = unwrap(await platform.schedules());
    const since = deployed?.since ?? 0;

    const sent: (readonly [string, Notification])[] = [];
    let reachable = false;
    const look = async (now: number): Promise<string> => {
      const timing = { ...environment.context.timing, now: () => now };
      const context = { ...environment.context, timing };
      const parts: WatchParts = {
        context,
        store: bucketStore(context),
        send(recipient, notification) {
          if (!reachable) return Promise.resolve({ kind: "later", why: "the server is down" });
          sent.push([recipient, notification]);
          return Promise.resolve({ kind: "sent" });
        },
      };
      return unwrap(await watchAccount(parts));
    };
    expect(await look(since + 1)).toBe("watched: 0 not as it should be, 0 notified now");

    const later = Math.floor(since / hour) * hour + 2.5 * hour;
    expect(await look(later)).toMatch(
      /^watched: 1 not as it should be, 0 notified now; recsys should have started /,
    );
    reachable = true;
    expect(await look(later)).toMatch(/^watched: 1 not as it should be, 1 notified now; /);
    expect(await look(later + hour)).toMatch(/^watched: 1 not as it should be, 0 notified now; /);
    expect(sent.map(([recipient, { subject }]) => [recipient, subject])).toEqual([
      [
        "oncall@rentcars.com",
        expect.stringMatching(/^\[dev\] recsys should have started 2 times from .* and did not$/),
      ],
    ]);
    // Nothing was asked of Step Functions but what is in progress, and the runs of what is missing.
    expect(new Set(runs.sfn.asked)).toEqual(new Set(["ListExecutions"]));
  });
});
