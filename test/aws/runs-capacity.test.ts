import { expect, test } from "vitest";

import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const once = recsys({
  steps: recsys().steps.map((step) => ({ ...step, retries: 0, capacityWaitHours: 0 })),
});
const follow = { mode: "follow" } as const;
const noSpot =
  "Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request";

describeWith(moto(), "instances that don't come up", (part) => {
  const server = useMoto(part);

  /** The emulator runs no tasks and has no activities: these are AWS's answers. */
  const answers = (createdAt: Date, messages: readonly string[]) =>
    intercept(server().clients({ endpointUrl: url }), ({ operation, input }) => {
      if (operation === "DescribeTasks") {
        expect(input["cluster"]).toBe("ml-cluster-recsys");
        return { tasks: [{ lastStatus: "PROVISIONING", createdAt }] };
      }
      if (operation !== "DescribeScalingActivities") return undefined;
      expect(input["AutoScalingGroupName"]).toBe("asg-recsys");
      return {
        Activities: [
          ...messages.map((StatusMessage) => ({
            StatusCode: "Failed",
            StatusMessage: `${StatusMessage}. Launching EC2 instance failed.`,
            StartTime: began,
          })),
          { StatusCode: "Successful", StatusMessage: "", StartTime: new Date() },
          { StatusCode: "Failed", StatusMessage: "Of a run before.", StartTime: new Date(0) },
        ],
      };
    });
  let url = "";
  /** When the task was asked for. */
  let began = new Date();
  const begin = () => {
    began = new Date();
  };

  test("a run that waits for one is reported with what Auto Scaling says", async () => {
    await using runs = await runsEnvironment(server(), {
      script: () => {
        begin();
        return { end: "waits" };
      },
    });
    ({ url } = runs.sfn);
    await deploy(await runs.open(), [runs.environment.release(once)]);
    const createdAt = new Date(Date.now() - 1000);
    const platform = await runs.open({ clients: answers(createdAt, [noSpot, noSpot]) });
    const run = unwrap(await platform.start(project, runInput(), follow));
    await until(async () => {
      const { items } = unwrap(await platform.events(run, { limit: 1000 }));
      return items.some(({ type }) => type === "TaskSubmitted");
    });
    expect(unwrap(await platform.capacity.evidence(run))).toEqual({
      waitingSince: createdAt.getTime(),
      launchFailures: [noSpot],
    });
  });

  test("a task that ECS gave up is reported with why no instance could be launched", async () => {
    await using runs = await runsEnvironment(server(), {
      script: () => {
        begin();
        return {
          takes: 50,
          end: {
            document: {
              StopCode: "TaskFailedToStart",
              StoppedReason: "Task failed to start",
              Containers: [{ Name: "recsys", LastStatus: "STOPPED" }],
            },
          },
        };
      },
    });
    ({ url } = runs.sfn);
    await deploy(await runs.open(), [runs.environment.release(once)]);
    const platform = await runs.open({ clients: answers(new Date(), [noSpot]) });
    const run = unwrap(await platform.start(project, runInput(), follow));
    expect((await ended(platform, run)).failure).toBe(
      `extract_features could not begin: no instance had room for it: ${noSpot}`,
    );
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
