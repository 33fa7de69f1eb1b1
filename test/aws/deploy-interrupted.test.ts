import { ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";

import { observeProjects } from "../../src/aws/observe.ts";
import { listingsOf } from "../../src/aws/resources/listings.ts";
import type { AwsContext, Clients } from "../../src/aws/context.ts";
import { type ProjectName, projectName } from "../../src/core/ids.ts";
import type { ApplySummary } from "../../src/platform/port.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  environmentAround,
  planned,
  recsys,
  type TestEnvironment,
  told,
} from "./deploy-fixture.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

/** What a first deploy of one project sends, from opening the platform on; now and then it renews its lease on top. */
const requests = 35;

describeWith(moto(), "a first deploy that is cut", (part) => {
  const server = useMoto(part);

  test.each([
    ["its request is lost", "before"],
    ["its answer is lost", "after"],
    ["the process ends with it", "killed"],
  ] as const)(
    "at each of its requests, %s: run again it converges, and nothing is there twice",
    async (_what, how) => {
      const environment = await bootstrapped(server());
      const names = Array.from({ length: requests + 1 }, (_unused, at) => `recsys-${at}`);
      const releases = names.map((name) =>
        environment.release(recsys({ name: projectName(name) })),
      );
      const known = releases.map(({ release }) => release.project);
      const [first, ...rest] = releases;
      if (first === undefined) throw new Error("there is a first");
      const calls: Call[] = [];
      const recorded = record(server().clients(), calls);
      await deployWith(environment, first, recorded, known);
      // However often it renewed its lease: taking it and giving it back are two.
      const leases = calls.filter(({ input, operation }) => {
        return operation === "PutObject" && String(input["Key"]).endsWith("lease.json");
      });
      expect(calls.length - leases.length + 2).toBe(requests);
      const whole = await summary(environment.context, first);

      for (const [index, release] of rest.entries()) {
        const at = `request ${index + 1}`;
        const clients = cutAt(server().clients(), index + 1, how);
        await deployWith(environment, release, clients, known);
        const again = await deployWith(environment, release, server().clients(), known);
        const there = await summary(environment.context, release);
        expect({ at, error: again?.projects[0]?.error, there }).toEqual({ at, there: whole });
      }
      const platform = await environment.open();
      const settled = await planned(platform, releases, { refresh: true });
      expect(releases.flatMap(({ release }) => told(settled, release.project))).toEqual([]);
    },
    300_000,
  );
});

type How = "before" | "after" | "killed";

/** Undefined where the cut ended it. */
async function deployWith(
  environment: TestEnvironment,
  release: FingerprintedRelease,
  clients: Clients,
  known: readonly ProjectName[],
): Promise<ApplySummary | undefined> {
  try {
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open({ images: () => environment.images });
    const plan = unwrap(await platform.plan([release], { known }));
    return unwrap(
      await platform.apply(plan, [release], { actor: "ana", listener: () => undefined }),
    );
  } catch {
    return undefined;
  }
}

/** Cuts the nth request of a deploy: it is lost, or its answer is, or the process ends with it. */
function cutAt(clients: Clients, at: number, how: How): Clients {
  let sent = 0;
  for (const client of Object.values(clients) as { readonly middlewareStack: Stack }[]) {
    client.middlewareStack.add(
      (next) => async (args) => {
        // A process that is dead sends nothing more.
        if (how === "killed" && sent >= at) throw new Error("killed");
        sent += 1;
        if (sent !== at) return next(args);
        if (how !== "before") await next(args);
        if (how === "killed") throw new Error("killed");
        throw Object.assign(new Error("cut"), { code: "ECONNRESET" });
      },
      { step: "deserialize", priority: "low", name: "cut" },
    );
  }
  return clients;
}

interface Stack {
  add(
    middleware: (next: (args: object) => Promise<object>) => (args: object) => Promise<object>,
    options: { step: "deserialize"; priority: "low"; name: string },
  ): void;
}

/** What there is, without the ids that AWS makes up, and by whatever name. */
async function summary(context: AwsContext, { release, fingerprint }: FingerprintedRelease) {
  const states = unwrap(
    await observeProjects(context, [release.names], listingsOf(context, [release.names])),
  );
  const { taskDefinitionArns } = await context.clients.ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: release.names.taskFamily }),
  );
  const { LaunchTemplateVersions = [] } = await context.clients.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: release.names.launchTemplate }),
  );
  const text = JSON.stringify(states.get(release.names.base))
    .replaceAll(/"esteira:hash":"[0-9a-f]+"/g, '"esteira:hash":"HASH"')
    .replaceAll(fingerprint, "FINGERPRINT")
    .replaceAll(release.project, "PROJECT")
    .replaceAll(/lt-[0-9a-f]{17}/g, "lt-ID")
    .replaceAll(/sg-[0-9a-f]{17}/g, "sg-ID")
    .replaceAll(/(subnet|vpc)-[0-9a-f]+/g, "$1-ID")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID");
  return {
    state: JSON.parse(text) as unknown,
    revisions: taskDefinitionArns?.map((arn) => arn.split(":").at(-1)),
    versions: LaunchTemplateVersions.length,
  };
}
