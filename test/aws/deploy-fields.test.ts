import { expect, test } from "vitest";

import type { Project } from "../../src/config/model.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, planned, recsys, told } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";

const before = recsys();
const [extract, score] = before.steps;
if (extract === undefined || score === undefined) throw new Error("the project has two steps");
const commit = "update release recsys 1.0.0: fingerprint";

/** What changes in the project, and what of its resources has to follow. */
const changes: readonly [
  what: string,
  after: Project,
  source: string,
  touched: readonly string[],
][] = [
  ["nothing", before, "source-1", []],
  [
    "the sources",
    before,
    "source-2",
    [
      "create image recsys-1.0.0",
      "update task-definition recsys: containers.recsys.image, tags.esteira:hash",
      "update state-machine recsys-workflow: definition",
      "update release recsys 1.0.0: source, fingerprint",
    ],
  ],
  [
    "the description",
    { ...before, description: "other" },
    "source-1",
    ["update release recsys 1.0.0: description, fingerprint"],
  ],
  [
    "who is told",
    { ...before, notifications: { onSuccess: [], onFailure: [] } },
    "source-1",
    ["update release recsys 1.0.0: notifications.onSuccess, notifications.onFailure, fingerprint"],
  ],
  [
    "the cron expression",
    { ...before, schedule: { ...schedule(), cron: "30 6 * * 1-5" } },
    "source-1",
    ["update schedule sched-recsys: expression", commit],
  ],
  [
    "the time zone",
    { ...before, schedule: { ...schedule(), timezone: "America/Sao_Paulo" } },
    "source-1",
    ["update schedule sched-recsys: timezone", commit],
  ],
  [
    "the schedule's switch",
    { ...before, schedule: { ...schedule(), enabled: false } },
    "source-1",
    ["update schedule sched-recsys: state, description", commit],
  ],
  [
    "the schedule's window",
    { ...before, schedule: { ...schedule(), flexibleWindowMinutes: 15 } },
    "source-1",
    ["update schedule sched-recsys: flexibleMinutes", commit],
  ],
  [
    "the schedule, away with it",
    { ...before, schedule: undefined },
    "source-1",
    ["remove schedule sched-recsys", commit],
  ],
  [
    "the instance type",
    { ...before, compute: { ...before.compute, instanceTypes: ["m5.xlarge", "m5a.xlarge"] } },
    "source-1",
    [
      "update launch-template lt-recsys: CreditSpecification",
      "update auto-scaling-group asg-recsys: launchTemplate.version, instanceTypes",
      commit,
    ],
  ],
  [
    "the quantities",
    { ...before, compute: { ...before.compute, minQuantity: 1, maxQuantity: 4 } },
    "source-1",
    ["update auto-scaling-group asg-recsys: minSize, maxSize", commit],
  ],
  [
    "spot",
    { ...before, compute: { ...before.compute, spot: false } },
    "source-1",
    [
      "update launch-template lt-recsys: CreditSpecification.CpuCredits",
      "update auto-scaling-group asg-recsys: launchTemplate.version, onDemandPercentage",
      commit,
    ],
  ],
  [
    "the fallback to on-demand instances",
    { ...before, compute: { ...before.compute, onDemandFallback: true } },
    "source-1",
    ["update auto-scaling-group asg-recsys: onDemandPercentage", commit],
  ],
  [
    "the disk",
    { ...before, compute: { ...before.compute, diskGb: 80 } },
    "source-1",
    [
      "update launch-template lt-recsys: BlockDeviceMappings",
      "update auto-scaling-group asg-recsys: launchTemplate.version",
      commit,
    ],
  ],
  [
    "a variable",
    { ...before, runtime: { ...before.runtime, environmentVariables: { DEBUG: "1" } } },
    "source-1",
    [
      "update task-definition recsys: containers.recsys.environment.DEBUG, tags.esteira:hash",
      "update state-machine recsys-workflow: definition",
      commit,
    ],
  ],
  [
    "the version",
    { ...before, version: "1.1.0" },
    "source-1",
    [
      "create image recsys-1.1.0",
      "update task-definition recsys: containers.recsys.image, containers.recsys.environment.ESTEIRA_VERSION, tags.esteira:hash",
      "update state-machine recsys-workflow: definition",
      "update release recsys 1.1.0: version, fingerprint",
    ],
  ],
  [
    "a step's command",
    { ...before, steps: [extract, { ...score, command: "python steps/other.py" }] },
    "source-1",
    ["update state-machine recsys-workflow: definition.States.score_model", commit],
  ],
  [
    "a step's size",
    { ...before, steps: [extract, { ...score, resources: { cpu: 3, memoryGb: 8, gpu: 0 } }] },
    "source-1",
    [
      "update task-definition recsys: containers.recsys.cpu, tags.esteira:hash",
      "update state-machine recsys-workflow: definition",
      commit,
    ],
  ],
  [
    "a step's retries",
    { ...before, steps: [extract, { ...score, retries: 0 }] },
    "source-1",
    ["update state-machine recsys-workflow: definition", commit],
  ],
];

describeWith(moto(), "a change of the configuration", (part) => {
  const server = useMoto(part);

  test.each(changes)(
    "%s: touches what follows from it and nothing else",
    async (_what, after, source, touched) => {
      const environment = await bootstrapped(server());
      const platform = await environment.open();
      await deploy(platform, [environment.release(before)]);

      const release = environment.release(after, source);
      const { plan, summary } = await deploy(platform, [release]);

      expect(told(plan).map(shortened)).toEqual(touched);
      expect(summary.projects[0]?.outcome).toBe(touched.length === 0 ? "unchanged" : "changed");
      expect(told(await planned(platform, [release], { refresh: true }))).toEqual([]);
    },
  );
});

function schedule() {
  if (before.schedule === undefined) throw new Error("the project has a schedule");
  return before.schedule;
}

/** Of the paths inside a definition, the state that they are in. */
function shortened(line: string): string {
  if (!line.includes("state-machine")) return line;
  const [resource = "", paths = ""] = line.split(": ");
  const states = new Set(paths.split(", ").map((path) => path.split(".").slice(0, 3).join(".")));
  const where = states.size === 1 ? [...states].join("") : "definition";
  return `${resource}: ${where}`;
}
