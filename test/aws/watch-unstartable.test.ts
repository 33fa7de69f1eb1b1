import { DeregisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { BatchDeleteImageCommand } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";

import { bucketStore } from "../../src/aws/bucket/store.ts";
import { lostInEcr } from "../../src/aws/images/lost-images.ts";
import { watchAccount } from "../../src/aws/watch/account.ts";
import { watchPort } from "../../src/app/schedules/watch-port.ts";
import { projectName } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import { gatherWatch } from "../../src/platform/watch/watch.ts";
import type { Notification } from "../../src/runs/model.ts";
import { watchFindings } from "../../src/runs/watch/watch.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, recsys } from "./deploy-fixture.ts";
import { putDeployedImages } from "./images-ecr-rig.ts";
import { record, type Call } from "./rig/middleware.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "watching over projects of which no run can start", (part) => {
  const server = useMoto(part);

  const look = async (platform: Platform) =>
    watchFindings(unwrap(await gatherWatch(watchPort(platform), Date.now()))).map(
      ({ code, message, help }) => `${code} ${message}: ${help}`,
    );

  test("a revision that somebody has deregistered, and an image that is gone, until the deploy that is advised", async () => {
    const { environment, platform } = await recsysDeployed(server());
    await deploy(platform, [environment.release(recsys(), "source-2")]);
    expect(await look(platform)).toEqual([]);

    // The older revision stays active: runs don't start it.
    const { ecs } = environment.context.clients;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "recsys:2" }));
    expect(await look(platform)).toEqual([
      "watch/no-revision no run of recsys can start: somebody has deregistered recsys:2, the revision of its task definition that is deployed: `esteira deploy recsys -e dev` registers another; where the project is gone from the workspace, `esteira destroy recsys -e dev` removes what is left of it.",
    ]);
    const named = { closely: true };
    await deploy(platform, [environment.release(recsys(), "source-2")], named);
    expect(await look(platform)).toEqual([]);

    environment.images.remove("recsys");
    const [image] = await look(platform);
    expect(image).toMatch(
      /^watch\/no-image no run of recsys can start on a new instance: its image 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/ml-projects@sha256:[0-9a-f]{64} is gone from the registry: `esteira deploy recsys -e dev` publishes it again; where the project is gone from the workspace, `esteira destroy recsys -e dev` removes what is left of it\.$/,
    );
    await deploy(platform, [environment.release(recsys(), "source-2")], named);
    expect(await look(platform)).toEqual([]);
  });

  test("the hourly look sees it too, asks for a hundred projects at a time, and notifies their people", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const platform = await environment.open();
    const names = ["recsys", "fleet", "pricing"].map(projectName);
    await deploy(
      platform,
      names.map((name) => environment.release(recsys({ name, schedule: unscheduled }), name)),
    );
    await putDeployedImages(context.clients, platform);
    const calls: Call[] = [];
    const clients = record(server().clients(), calls);
    const sent: Notification[] = [];
    // What a look of three hours ago has seen is notified again: these hours don't pass here.
    const timing = { ...context.timing, now: Date.now };
    const account = { ...context, clients, timing };
    const watch = async () =>
      unwrap(
        await watchAccount({
          context: account,
          store: bucketStore(account),
          send(_recipient, notification) {
            sent.push(notification);
            return Promise.resolve({ kind: "sent" });
          },
        }),
      );
    expect(await watch()).toBe("watched: 0 not as it should be, 0 notified now");
    const asked = calls.map(({ operation }) => operation);
    for (const once of ["ListTaskDefinitions", "BatchGetImage"]) {
      expect(asked.filter((operation) => operation === once)).toHaveLength(1);
    }

    await context.clients.ecs.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: "fleet:1" }),
    );
    const imageTag = "pricing-1.0.0";
    await context.clients.ecr.send(
      new BatchDeleteImageCommand({ repositoryName: "ml-projects", imageIds: [{ imageTag }] }),
    );
    expect(await watch()).toMatch(
      /^watched: 2 not as it should be, 2 notified now; no run of fleet can start: .*; no run of pricing can start on a new instance: /,
    );
    expect(sent.map(({ subject }) => subject)).toEqual([
      "[dev] no run of fleet can start: somebody has deregistered fleet:1, the revision of its task definition that is deployed",
      expect.stringMatching(/^\[dev\] no run of pricing can start on a new instance: its image /),
    ]);
    expect(await watch()).toMatch(/^watched: 2 not as it should be, 0 notified now; /);
  });

  test("an image of another registry, which the function can't ask, is none that is gone", async () => {
    const { context } = await bootstrapped(server());
    const uri = `registry.example.com/ml/images@sha256:${"0".repeat(64)}`;
    expect(unwrap(await lostInEcr(context)([uri]))).toEqual(new Set());
  });
});

const unscheduled = {
  enabled: false,
  cron: "0 3 * * *",
  timezone: "UTC",
  overlap: "allow",
  deadline: undefined,
} as const;
