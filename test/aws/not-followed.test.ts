import { expect, test } from "vitest";

import { lookForMissing } from "../../src/app/schedules/watch-look.ts";
import { stateMachineArn } from "../../src/aws/resources/names.ts";
import { executionArn } from "../../src/aws/runs/execution.ts";
import { projectName } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const minute = 60_000;
const nobody = { look: () => Promise.resolve([]), problem: () => undefined };

describeWith(moto(), "a start that was refused", (part) => {
  const server = useMoto(part);

  test.each(["day", "any"] as const)(
    "is found by watch until the run is there, by the retry that it names (match: %s)",
    async (match) => {
      await using runs = await runsEnvironment(server(), {
        script: () => ({ end: 0 }),
        later: 3_600_000,
      });
      const { environment } = runs;
      const { context } = environment;
      const platform = await runs.open();
      const after = { projects: ["recsys"], match } as const;
      const schedule = {
        enabled: true,
        after,
        timezone: "UTC",
        overlap: "allow",
        deadline: undefined,
      } as const;
      await deploy(platform, [
        environment.release(recsys()),
        environment.release(
          recsys({ name: projectName("scores"), directory: "src/projects/scores", schedule }),
        ),
      ]);
      const started = await platform.start(projectName("recsys"), runInput(), { mode: "follow" });
      const run = unwrap(started);
      const { endedAt = 0, startedAt } = await ended(platform, run);

      let refusing = true;
      intercept(context.clients, ({ operation }) => {
        if (!refusing || operation !== "StartExecution") return undefined;
        const message = "is not authorized to perform: states:StartExecution";
        throw Object.assign(new Error(message), { name: "AccessDeniedException" });
      });
      const event = {
        source: "aws.states",
        detail: {
          executionArn: executionArn(context, "recsys", run),
          stateMachineArn: stateMachineArn(context, "recsys-workflow"),
        },
      };
      await expect(runs.call(event)).rejects.toThrow("could not start a run of scores");

      const findings = async (now: number) =>
        unwrap(await lookForMissing(platform, now, nobody)).findings.filter(
          ({ project }) => project === "scores",
        );
      expect(await findings(endedAt + 14 * minute)).toEqual([]);
      const date = new Date(startedAt).toISOString().slice(0, 10);
      expect(await findings(endedAt + 16 * minute)).toEqual([
        {
          code: "watch/not-followed",
          project: "scores",
          run: undefined,
          message: `scores should have started for ${date} after ${run}, and did not`,
          help: `\`esteira notify retry ${run} -e dev\` tries it again; \`esteira run scores -e dev\` starts scores all the same.`,
          since: endedAt,
          key: `not-followed/scores/${date}`,
        },
      ]);
      refusing = false;
      await runs.call({ esteira: "retry", project: "recsys", run });
      expect(await findings(endedAt + 16 * minute)).toEqual([]);
      const { items } = unwrap(
        await platform.runs({ project: projectName("scores") }, { limit: 5 }),
      );
      expect(items.map(({ trigger }) => trigger)).toEqual(["after"]);
      await platform.close();
    },
  );
});
