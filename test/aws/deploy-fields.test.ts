import { readFileSync } from "node:fs";

import { expect, test } from "vitest";
import { parse, stringify } from "yaml";

import {
  AWS_WORKSPACE,
  missionConfig,
  PROJECT_FILES,
  projectOf,
} from "../../src/config/fixtures/checked.ts";
import type { Project } from "../../src/config/model.ts";
import { projectName } from "../../src/core/ids.ts";
import { projectSourceHash } from "../../src/release/build.ts";
import { describeWith } from "../rig/parts.ts";
import {
  bootstrapped,
  deploy,
  planned,
  type TestEnvironment,
  changeLines,
} from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";

type Config = Record<string, unknown>;

/**
 * Of every field of config.yaml a value that the mission's example doesn't have. A path that ends
 * in `[1]` is the second step's.
 */
const values: Readonly<Record<string, unknown>> = {
  "(no schedule)": null,
  version: "1.1.0",
  description: "other",
  "owners.tech_owner": "other@rentcars.com",
  "owners.business_owner": "other@rentcars.com",
  "schedule.enabled": false,
  "schedule.cron": "30 6 * * 1-5",
  "schedule.timezone": "America/Sao_Paulo",
  "schedule.timeout_seconds": 7200,
  "schedule.retries": 1,
  "schedule.overlap": "skip",
  "schedule.deadline": "06:00",
  "schedule.on.s3": "s3://acme-in/orders/*.csv",
  "schedule.flexible_window_minutes": 15,
  "runtime.python_version": "3.12",
  "runtime.requirements_file": "requirements-prd.txt",
  "runtime.dockerfile": "Dockerfile.prd",
  "runtime.env_vars": { DEBUG: "1" },
  "runtime.secrets": { TOKEN: "ssm:token" },
  params: { day: { default: "today", description: "which day" } },
  "infra.compute.ec2_type": "m5.xlarge",
  "infra.compute.ec2_types": ["m5.xlarge"],
  "infra.compute.min_quantity": 1,
  "infra.compute.max_quantity": 4,
  "infra.compute.spot": false,
  "infra.compute.on_demand_fallback": true,
  "infra.compute.disk_gb": 80,
  "infra.compute.lost_instance_retries": 5,
  "infra.compute.capacity_wait_hours": 12,
  "infra.task_role_arn": "arn:aws:iam::123456789012:role/recsys-data",
  "notifications.on_success": ["https://chat.example.com/hook"],
  "notifications.on_failure": ["https://chat.example.com/hook"],
  "model.name": "other",
  "model.required": false,
  "model.alias": "champion",
  "model.metrics": { auc: ">=0.8" },
  "model.promote_on_deploy": true,
  "test.command": "make test",
  "test.requirements_file": "requirements-prd.txt",
  "batch.enabled": false,
  "batch.pipeline.steps[1].name": "Other",
  "batch.pipeline.steps[1].command": "python steps/extract_features.py",
  "batch.pipeline.steps[1].depends_on": [],
  "batch.pipeline.steps[1].resources.cpu": 3,
  "batch.pipeline.steps[1].resources.memory_gb": 2,
  "batch.pipeline.steps[1].timeout_seconds": 60,
  "batch.pipeline.steps[1].retries": 0,
  "batch.pipeline.steps[1].retry.interval_seconds": 5,
  "batch.pipeline.steps[1].retry.backoff_rate": 3,
  "batch.pipeline.steps[1].retry.max_interval_seconds": 900,
  "batch.pipeline.steps[1].env_vars": { DEBUG: "1" },
  "batch.pipeline.steps[1].for_each.items": ["a", "b"],
  "batch.pipeline.steps[1].for_each.from": "extract_features/list.json",
  "batch.pipeline.steps[1].outputs": ["out/"],
  "batch.pipeline.definition": "pipeline.json",
  checks: { rows: ">= 100" },
};

/** What a deploy has nothing to do with, or can't be another. */
const fixed = {
  project_name: "another name is another project",
  "infra.compute.provider": "there is one",
  "batch.orchestrator": "there is one",
  "batch.pipeline.steps[].id": "another id is another step",
  "batch.pipeline.steps[].resources.gpu": "needs other instances",
  "batch.pipeline.steps[].for_each.max_concurrency": "goes with the items",
  "batch.pipeline.steps[].inputs": "needs outputs of another step",
  "batch.pipeline.steps[].cache": "needs outputs",
  "batch.pipeline.steps[].pools": "needs a pool of the workspace",
  "batch.pipeline.steps[].sample_env": "needs a variable of its name",
  priority: "counts where steps wait for a pool",
  "budgets.monthly_usd": "is watched, not deployed",
  "publishes[].uri": "is watched, not deployed",
  "publishes[].fresh_within": "is watched, not deployed",
  "schedule.after": "needs another project",
  "schedule.on.debounce": "goes with objects",
  "schedule.on.files": "are on one machine",
  "runtime.packages": "needs a package beside the projects",
  "runtime.index.url": "needs a secret too",
  "runtime.index.secret": "needs an address too",
  "batch.pipeline.steps[].for_each.max_items": "goes with the list of a step",
};

const files = {
  ...PROJECT_FILES,
  "requirements-prd.txt": "",
  "Dockerfile.prd": "FROM python:3.11-slim\n",
  "pipeline.json": JSON.stringify({
    StartAt: "Extract",
    States: {
      Extract: { Type: "Task", Resource: "${step:extract_features}", Next: "Score" },
      Score: { Type: "Task", Resource: "${step:score_model}", End: true },
    },
  }),
};

/**
 * The example with one field changed, under a project name for itself; its image is named by its
 * sources and what it is built with.
 */
function configured(field: string, index: number, value: unknown): Project {
  const config = parse(missionConfig) as Config;
  if (field === "(no schedule)") delete config["schedule"];
  else if (value !== undefined) put(config, field.replace("[1]", ".1").split("."), value);
  const project = projectOf(stringify(config), "dev", AWS_WORKSPACE, files);
  const name = `p${String(index).padStart(2, "0")}`;
  return { ...project, name: projectName(name), directory: `src/projects/${name}` };
}

function put(within: Config, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) within[key] = value;
  else put((within[key] ??= {}) as Config, rest, value);
}

function released(environment: TestEnvironment, project: Project, tree = "sources") {
  return environment.release(project, projectSourceHash(project, { hash: tree }));
}

/** Paths of the fields in the JSON schema of config.yaml, `environments` excepted. */
function fieldsOf(node: Config, path: string): string[] {
  const properties = node["properties"] as Record<string, Config> | undefined;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, child]) =>
      fieldsOf(child, path === "" ? key : `${path}.${key}`),
    );
  }
  const items = node["items"] as Config | undefined;
  return items?.["properties"] === undefined ? [path] : fieldsOf(items, `${path}[]`);
}

test("every field of config.yaml is among them", () => {
  const url = new URL("../../schemas/config.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(url, "utf8")) as Config;
  const named = [...Object.keys(values), ...Object.keys(fixed)].map((field) =>
    field.replace("[1]", "[]"),
  );
  const fields = fieldsOf(schema, "").filter((field) => !field.startsWith("environments"));
  expect([...fields, "(no schedule)"].toSorted()).toEqual(named.toSorted());
});

describeWith(moto(), "a change of the configuration", (part) => {
  const server = useMoto(part);

  test("of one field touches what follows from it and nothing else", async () => {
    const environment = await bootstrapped(server());
    const platform = await environment.open();
    const cases = Object.entries({ nothing: undefined, ...values });
    const before = cases.map((_unused, index) =>
      released(environment, configured("", index, undefined)),
    );
    await deploy(platform, before);
    const after = cases.map(([field, value], index) =>
      released(environment, configured(field, index, value)),
    );
    // The sources are not a field, and change most often.
    const sources = cases.length;
    const project = configured("", sources, undefined);
    await deploy(platform, [released(environment, project)], {
      known: [project.name, ...before.map(({ release }) => release.project)],
    });
    const { plan, summary } = await deploy(platform, [
      ...after,
      released(environment, project, "other sources"),
    ]);

    const lines = [...cases.map(([field]) => field), "(sources)"].map((field, index) => {
      const name = `p${String(index).padStart(2, "0")}`;
      const touched = changeLines(plan, name).map((line) => shortened(line.replaceAll(name, "P")));
      return `${field}: ${touched.join("; ")}`;
    });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "nothing: 
      (no schedule): update state-machine P-workflow: definition; remove schedule sched-P; commit
      version: create image P-1.1.0; update task-definition P: containers.P.image, containers.P.environment.ESTEIRA_VERSION, tags.esteira:hash; update state-machine P-workflow: definition; update release P 1.1.0: version, fingerprint
      description: update release P 1.0.0: description, fingerprint
      owners.tech_owner: update release P 1.0.0: owners.technical, fingerprint
      owners.business_owner: update release P 1.0.0: owners.business, fingerprint
      schedule.enabled: update schedule sched-P: state, description; commit
      schedule.cron: update schedule sched-P: expression; commit
      schedule.timezone: update state-machine P-workflow: definition; update schedule sched-P: timezone; commit
      schedule.timeout_seconds: update state-machine P-workflow: definition; commit
      schedule.retries: update state-machine P-workflow: definition; commit
      schedule.overlap: update state-machine P-workflow: definition; commit
      schedule.deadline: commit
      schedule.on.s3: update state-machine P-workflow: definition; create rule esteira-acme-dev-on-d769e7f523; create rule esteira-acme-dev-on-clock; commit
      schedule.flexible_window_minutes: update schedule sched-P: flexibleMinutes; commit
      runtime.python_version: create image P-1.0.0; update task-definition P: containers.P.image, tags.esteira:hash; update state-machine P-workflow: definition; update release P 1.0.0: source, fingerprint
      runtime.requirements_file: create image P-1.0.0; update task-definition P: containers.P.image, tags.esteira:hash; update state-machine P-workflow: definition; update release P 1.0.0: source, fingerprint
      runtime.dockerfile: create image P-1.0.0; update task-definition P: containers.P.image, tags.esteira:hash; update state-machine P-workflow: definition; update release P 1.0.0: source, fingerprint
      runtime.env_vars: update task-definition P: containers.P.environment.DEBUG, tags.esteira:hash; update state-machine P-workflow: definition; commit
      runtime.secrets: update task-definition P: containers.P.secrets.TOKEN, tags.esteira:hash; update state-machine P-workflow: definition; commit
      params: update state-machine P-workflow: definition; commit
      infra.compute.ec2_type: update launch-template lt-P: CreditSpecification; update auto-scaling-group asg-P: launchTemplate.version, instanceTypes; commit
      infra.compute.ec2_types: update launch-template lt-P: CreditSpecification; update auto-scaling-group asg-P: launchTemplate.version, instanceTypes; commit
      infra.compute.min_quantity: update auto-scaling-group asg-P: minSize; commit
      infra.compute.max_quantity: update auto-scaling-group asg-P: maxSize; commit
      infra.compute.spot: update launch-template lt-P: CreditSpecification.CpuCredits; update auto-scaling-group asg-P: launchTemplate.version, onDemandPercentage; commit
      infra.compute.on_demand_fallback: update auto-scaling-group asg-P: onDemandPercentage; commit
      infra.compute.disk_gb: update launch-template lt-P: BlockDeviceMappings; update auto-scaling-group asg-P: launchTemplate.version; commit
      infra.compute.lost_instance_retries: update state-machine P-workflow: definition; commit
      infra.compute.capacity_wait_hours: update state-machine P-workflow: definition; commit
      infra.task_role_arn: update task-definition P: taskRoleArn, tags.esteira:hash; update state-machine P-workflow: definition; commit
      notifications.on_success: update release P 1.0.0: notifications.onSuccess, fingerprint
      notifications.on_failure: update release P 1.0.0: notifications.onFailure, fingerprint
      model.name: update release P 1.0.0: model.name, fingerprint
      model.required: update release P 1.0.0: model.required, fingerprint
      model.alias: update release P 1.0.0: model.alias, fingerprint
      model.metrics: update release P 1.0.0: model.metrics.auc, fingerprint
      model.promote_on_deploy: update release P 1.0.0: model.promoteOnDeploy, fingerprint
      test.command: commit
      test.requirements_file: 
      batch.enabled: update schedule sched-P: state, description; commit
      batch.pipeline.steps[1].name: update state-machine P-workflow: definition.States.score_model; commit
      batch.pipeline.steps[1].command: update state-machine P-workflow: definition.States.score_model; commit
      batch.pipeline.steps[1].depends_on: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].resources.cpu: update task-definition P: containers.P.cpu, tags.esteira:hash; update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].resources.memory_gb: update task-definition P: containers.P.memory, tags.esteira:hash; update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].timeout_seconds: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].retries: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].retry.interval_seconds: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].retry.backoff_rate: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].retry.max_interval_seconds: update state-machine P-workflow: definition.States.After score_model failed; commit
      batch.pipeline.steps[1].env_vars: update state-machine P-workflow: definition.States.score_model; commit
      batch.pipeline.steps[1].for_each.items: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].for_each.from: update state-machine P-workflow: definition; commit
      batch.pipeline.steps[1].outputs: update task-definition P: containers.P.environment.ESTEIRA_OUTPUTS, tags.esteira:hash; update state-machine P-workflow: definition; commit
      batch.pipeline.definition: update state-machine P-workflow: definition; commit
      checks: update task-definition P: containers.P.environment.ESTEIRA_OUTPUTS, tags.esteira:hash; update state-machine P-workflow: definition; commit
      (sources): create image P-1.0.0; update task-definition P: containers.P.image, tags.esteira:hash; update state-machine P-workflow: definition; update release P 1.0.0: source, fingerprint"
    `);
    expect(summary.projects.flatMap(({ error }) => error ?? [])).toEqual([]);
    const settled = await planned(platform, after, {
      refresh: true,
      known: [...after.map(({ release }) => release.project), project.name],
    });
    expect(settled.projects.flatMap(({ project }) => changeLines(settled, project))).toEqual([]);
  });
});

/** Of the paths inside a definition, the state that they are in; a commit of nothing but that. */
function shortened(line: string): string {
  if (line === "update release P 1.0.0: fingerprint") return "commit";
  if (!line.includes("state-machine")) return line;
  const [resource = "", paths = ""] = line.split(": ");
  const states = new Set(paths.split(", ").map((path) => path.split(".").slice(0, 3).join(".")));
  const where = states.size === 1 ? [...states].join("") : "definition";
  return `${resource}: ${where}`;
}
