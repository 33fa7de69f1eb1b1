import { DeregisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { changeLines, deploy, environmentAround, planned, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { recsysDeployed } from "./recsys-deployed.ts";
import { moto, useMoto } from "./rig/moto.ts";

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow";

describeWith(moto(), "projects whose commit mark is their release's", (part) => {
  const server = useMoto(part);

  test("a project that is passed over by its mark is called so, and one that is named is compared; the newest AMI is no difference there", async () => {
    const { environment, release } = await recsysDeployed(server());
    const { clients } = environment.context;
    const newer = intercept(server().clients(), ({ operation, input }) =>
      operation === "GetParameters"
        ? { Parameters: (input["Names"] as string[]).map((Name) => ({ Name, Value: "ami-new" })) }
        : undefined,
    );
    const later = environmentAround({ ...environment.context, clients: newer });
    const other = await later.open({ images: () => environment.images });
    const over = await planned(other, [release]);
    expect(over.projects).toMatchObject([{ passedOver: true, warnings: [] }]);
    const whole = await planned(other, [release], { closely: true });
    expect(whole.projects[0]).not.toHaveProperty("passedOver");
    expect(changeLines(whole)).toEqual([]);
    expect(changeLines(await planned(other, [release], { refresh: true }))[0]).toContain(
      "update launch-template lt-recsys: ImageId",
    );

    await clients.sfn.send(
      new UpdateStateMachineCommand({
        stateMachineArn: machine,
        definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
      }),
    );
    expect(changeLines(await planned(other, [release]))).toEqual([]);
    const { summary } = await deploy(other, [release], { closely: true });
    expect(summary.projects).toEqual([{ project: "recsys", outcome: "changed" }]);
    expect(changeLines(await planned(other, [release], { closely: true }))).toEqual([]);
  });

  test("the revision that was deployed, of which no run can start any more: seen though an older one is active", async () => {
    const { environment, platform } = await recsysDeployed(server());
    const release = environment.release(recsys(), "source-2");
    await deploy(platform, [release]);
    expect(changeLines(await planned(platform, [release]))).toEqual([]);
    const { ecs } = environment.context.clients;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "recsys:2" }));
    const { plan } = await deploy(platform, [release]);
    expect(changeLines(plan).map(withoutPlaces)).toContain(
      "update state-machine recsys-workflow: definition",
    );
    expect(changeLines(await planned(platform, [release], { refresh: true }))).toEqual([]);
  });

  test("an image that is gone from the registry is published again by the next deploy", async () => {
    const { environment, platform, release } = await recsysDeployed(server());
    expect(changeLines(await planned(platform, [release]))).toEqual([]);
    environment.images.remove("recsys");
    const lost = await planned(platform, [release]);
    expect(changeLines(lost).map(withoutPlaces)).toEqual([
      "create image recsys-1.0.0",
      "update task-definition recsys: containers.recsys.image, tags.esteira:hash",
      "update state-machine recsys-workflow: definition",
    ]);
    await deploy(platform, [release]);
    expect(changeLines(await planned(platform, [release]))).toEqual([]);
  });
});

/** Where in the definition it is doesn't matter here. */
function withoutPlaces(line: string): string {
  return line.replace(/: definition[^()]*[^() ]/, ": definition");
}
