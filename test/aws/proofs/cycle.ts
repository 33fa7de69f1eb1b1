import { planBootstrap } from "../../../src/aws/bootstrap/bootstrap.ts";
import type { Plan } from "../../../src/platform/plan.ts";
import type { FingerprintedRelease } from "../../../src/release/release.ts";
import { apply, deploy, planned, recsys, changeLines } from "../deploy-fixture.ts";
import { unwrap } from "../rig/unwrap.ts";
import { otherThan, type Opened, type Phase } from "./world.ts";
import { fieldsByHand, manyTemplateVersions, runningThings, untagged } from "./by-hand.ts";

/**
 * Everything that one project goes through, from its first plan to the end. Each phase throws when
 * it doesn't come out as it should.
 */
export const cycle: readonly Phase[] = [
  {
    name: "look at the base layer",
    rights: "plan",
    act: async ({ environment }) => {
      const { plan, refused } = unwrap(await planBootstrap(environment.context));
      is(refused, []);
      is(
        plan.projects[0]?.changes.every(({ action }) => action === "unchanged"),
        true,
      );
    },
  },
  {
    name: "look before anything is there",
    rights: "plan",
    act: async ({ open, release }) => {
      const platform = await open();
      is((await planned(platform, [release()])).projects[0]?.changes.length, 12);
      const checks = unwrap(await platform.verification.verify([release()]));
      // The emulator knows no quotas and few AMIs; what is denied would fail another check, or say
      // so.
      is(
        checks.filter(({ message }) => /not allowed|not authorized|denied/.test(message)),
        [],
      );
    },
  },
  {
    name: "deploy",
    rights: "deploy",
    act: async ({ open, release }) => changed(await deploy(await open(), [release()])),
  },
  {
    name: "look at what is there",
    rights: "plan",
    act: async ({ open, release, world }) => {
      const platform = await open();
      is(changeLines(await planned(platform, [release()]), world.project), []);
      is(changeLines(await planned(platform, [release()], { refresh: true }), world.project), []);
      unwrap(await platform.verification.verify([release()]));
      is(unwrap(await platform.releases(world.project)).length, 1);
      unwrap(await platform.listDeployed());
      unwrap(await platform.audit({ limit: 10 }));
      const options = { keep: 1, dryRun: true, actor: "ana" };
      is(unwrap(await platform.garbage.collect([world.project], options)), []);
    },
  },
  {
    name: "deploy again",
    rights: "deploy",
    act: async ({ open, release, world }) => {
      const { plan } = await deploy(await open(), [release()]);
      is(changeLines(plan, world.project), []);
    },
  },
  {
    name: "change everything by hand",
    rights: undefined,
    act: ({ world, release }) => fieldsByHand(world.admin, release().release.names),
  },
  {
    name: "plan the repair",
    rights: "plan",
    act: async ({ open, release, world }) => {
      const plan = await planned(await open(), [release()], { refresh: true });
      is(repaired(plan, world.project), [
        "log-group",
        "cluster",
        "launch-template",
        "auto-scaling-group",
        "capacity-provider",
        "cluster-capacity",
        "task-definition",
        "state-machine",
        "schedule",
      ]);
    },
  },
  {
    name: "repair",
    rights: "deploy",
    act: async ({ open, release, world }) => {
      const platform = await open();
      changed(await deploy(platform, [release()], { refresh: true }));
      is(changeLines(await planned(platform, [release()], { refresh: true }), world.project), []);
    },
  },
  {
    name: "deploy a change",
    rights: "deploy",
    act: async ({ open, release }) =>
      changed(await deploy(await open(), [changedRelease(release)])),
  },
  {
    name: "roll back",
    rights: "deploy",
    act: async ({ open, world }) => {
      const platform = await open();
      changed(await apply(platform, unwrap(await platform.rollbacks.plan(world.project, {}))));
    },
  },
  {
    name: "deploy again what was rolled back, and more",
    rights: "deploy",
    act: async ({ open, release }) => {
      const next = release({ version: "1.2.0" }, "source-3");
      changed(await deploy(await open(), [next]));
    },
  },
  {
    name: "start it by objects too",
    rights: "deploy",
    act: async ({ open, release }) => {
      const { schedule } = recsys();
      const on = { source: "s3://acme-in/orders/*.csv" };
      const more = schedule && { schedule: { ...schedule, on } };
      const next = release({ version: "1.2.1", awaitsData: true, ...more }, "source-3");
      changed(await deploy(await open(), [next]));
    },
  },
  {
    name: "start it by its schedule alone",
    rights: "deploy",
    act: async ({ open, release }) => {
      const next = release({ version: "1.2.2", awaitsData: true }, "source-3");
      changed(await deploy(await open(), [next]));
    },
  },
  {
    name: "leave executions and many versions",
    rights: undefined,
    act: async ({ world, release }) => {
      await runningThings(world.admin, release().release.names);
      await manyTemplateVersions(world.admin, release().release.names);
    },
  },
  {
    name: "collect garbage",
    rights: "deploy",
    act: async ({ open, release, world }) => {
      const platform = await open();
      changed(
        await deploy(platform, [release({ version: "1.3.0" }, "source-4")], { refresh: true }),
      );
      const options = { keep: 0, dryRun: false, actor: "ana" };
      const kinds = unwrap(await platform.garbage.collect([world.project], options)).map(
        ({ kind }) => kind,
      );
      is([...new Set(kinds)].toSorted(), ["launch-template-version", "release", "task-definition"]);
    },
  },
  {
    name: "make things that nobody owns",
    rights: undefined,
    act: ({ world, other }) => untagged(world.admin, other().release.names),
  },
  {
    name: "take them over",
    rights: "deploy",
    act: async ({ open, release, other }) => {
      const platform = await open(true);
      changed(
        await deploy(platform, [release({ version: "1.3.0" }, "source-4"), other()]),
        otherThan(release().release.project),
      );
    },
  },
  {
    name: "retire a project whose folder is gone",
    rights: "deploy",
    act: async ({ open, other, world }) =>
      changed(await deploy(await open(), [other()]), world.project),
  },
  {
    name: "destroy, with logs and images",
    rights: "deploy",
    act: async ({ open, world }) => {
      const platform = await open();
      const plan = unwrap(
        await platform.retained.planDestroy([world.project, otherThan(world.project)], {
          logs: true,
          images: true,
        }),
      );
      changed(await apply(platform, plan));
      is(unwrap(await platform.listDeployed()), []);
    },
  },
];

function changedRelease(release: Opened["release"]): FingerprintedRelease {
  const { compute, steps, schedule } = recsys();
  return release(
    {
      version: "1.1.0",
      compute: { ...compute, diskGb: 60, maxQuantity: 3 },
      steps: steps.slice(0, 1),
      ...(schedule === undefined ? {} : { schedule: { ...schedule, cron: "30 6 * * *" } }),
    },
    "source-2",
  );
}

function repaired(plan: Plan, project: string): string[] {
  const found = plan.projects.find((candidate) => candidate.project === project);
  const kinds = (found?.changes ?? [])
    .filter(({ action }) => action !== "unchanged")
    .map(({ kind }) => kind);
  return [...new Set(kinds)].filter((kind) => kind !== "release");
}

function changed({ summary }: Awaited<ReturnType<typeof apply>>, project?: string): void {
  const outcomes = summary.projects.filter(
    (outcome) => (project ?? outcome.project) === outcome.project,
  );
  is(
    outcomes.map(({ outcome, error }) => error ?? outcome),
    outcomes.map(() => "changed"),
  );
}

/** Phases run where no expectation of a test is at hand: what is wrong is thrown. */
function is(actual: unknown, wanted: unknown): void {
  const [found, asked] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (found !== asked) throw new Error(`expected ${asked}, found ${found}`);
}
