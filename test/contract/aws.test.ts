import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { executionArn } from "../../src/aws/runs/execution.ts";
import { stateMachineArn } from "../../src/aws/resources/names.ts";
import type { ImagePort } from "../../src/aws/images/image-port.ts";
import { projectName } from "../../src/core/ids.ts";
import { err } from "../../src/core/result.ts";
import { step } from "../../src/pipeline/fixtures/project.ts";
import { rolesOfKind } from "../../src/platform/roles/roles.ts";
import { type recordedImages, recsys } from "../aws/deploy-fixture.ts";
import { type ContainerProject, type Containers, startContainers } from "../aws/rig/containers.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { runsEnvironment } from "../aws/runs-fixture.ts";
import { describeWith } from "../rig/parts.ts";
import {
  type Behaviour,
  checkedOf,
  type ContractProject,
  environmentOf,
  keepingOf,
  poolsOf,
} from "./harness.ts";
import { platformContract } from "./platform.ts";
import { writeScripts } from "./scripts.ts";

describeWith(moto(), "AWS", (part) => {
  const emulator = useMoto(part, "when asked");

  platformContract(
    "aws",
    async () => {
      await emulator().reset();
      const containers = await startContainers(emulator().url);
      const folder = await mkdtemp(join(tmpdir(), "esteira-contract-"));
      const projects = new Map<string, ContainerProject>();
      const script = contractScript(containers, projects);
      const runs = await runsEnvironment(emulator(), { script });
      const { environment } = runs;
      const broken = new Set<string>();
      const images = refusing(environment.images, broken);
      const open = () => runs.open({ images: () => images });
      const platform = await open();
      return {
        platform,
        another: open,
        hearEnd: (run, project) =>
          runs.call({
            source: "aws.states",
            detail: {
              executionArn: executionArn(environment.context, project, run),
              stateMachineArn: stateMachineArn(environment.context, `${project}-workflow`),
            },
          }),
        data: {
          source: "s3://acme-in/orders/*.csv",
          uri: (name) => `s3://acme-in/orders/${name}`,
          async arrives(name) {
            const event = {
              source: "aws.s3",
              time: "2026-01-31T03:00:00Z",
              detail: {
                bucket: { name: "acme-in" },
                object: { key: `orders/${name}`, sequencer: "0062E99A88DC407460" },
              },
            };
            await runs.call(event);
            await runs.call({ ...event, time: "2026-01-31T03:00:09Z" });
            await runs.call({ esteira: "arrivals" });
          },
        },
        release: (wanted) => {
          if (wanted.broken === true) broken.add(wanted.name);
          const made = environment.release(
            projectOf(wanted),
            undefined,
            wanted.generation,
            environmentOf(wanted),
          );
          const files = join(folder, wanted.name);
          writeScripts(files, wanted);
          const { environment: variables } = made.release.task;
          projects.set(wanted.name, { folder: files, environment: variables });
          return Promise.resolve(made);
        },
        close: async () => {
          await platform.close();
          await runs[Symbol.asyncDispose]();
          await containers[Symbol.asyncDispose]();
          await rm(folder, { recursive: true });
        },
      };
    },
    {
      kind: "aws",
      roles: rolesOfKind.aws,
      earlierRelease: "is replaced",
    },
  );
});

function projectOf(wanted: ContractProject) {
  const ids = Object.keys(wanted.steps);
  const command = (id: string): string => `sh steps/${id}.sh ${wanted.steps[id]}`;
  return recsys({
    name: projectName(wanted.name),
    directory: `src/projects/${wanted.name}`,
    version: wanted.version ?? "1.0.0",
    schedule: wanted.schedule,
    ...(wanted.schedule?.on === undefined ? {} : { awaitsData: true }),
    ...(wanted.priority === undefined ? {} : { priority: wanted.priority }),
    steps: ids.map((id, index) =>
      step(id, {
        after: ids.slice(Math.max(0, index - 1), index),
        command: command(id),
        ...poolsOf(wanted),
        ...keepingOf(wanted),
      }),
    ),
    ...checkedOf(wanted),
  });
}

/** Tasks do what their commands say at their end; those that measure really do it. */
function contractScript(
  containers: Containers,
  projects: ReadonlyMap<string, ContainerProject>,
): Script {
  const failedOnce = new Set<string>();
  return (task) => {
    const { step: id, origin, command, arrived, project } = task;
    const behaviour = /(\S+)$/.exec(command)?.[1] as Behaviour;
    const files = projects.get(project);
    if ((behaviour === "measures" || behaviour === "trains") && files !== undefined) {
      return containers.run(task, files);
    }
    const again = failedOnce.has(`${origin}/${id}`);
    if (behaviour === "fails-once") failedOnce.add(`${origin}/${id}`);
    if (behaviour === "shows-data") return { lines: [`started by ${arrived}`], end: 0 };
    if (behaviour === "waits") return { lines: [`${id} waits`], end: "waits" };
    return behaviour === "fails" || (behaviour === "fails-once" && !again)
      ? { lines: [`${id} gives up`], end: 3 }
      : { lines: [`${id} says hello`], end: 0 };
  };
}

/** Images of some projects can't be built. */
function refusing(
  images: ReturnType<typeof recordedImages>,
  broken: ReadonlySet<string>,
): ImagePort {
  return {
    ...images,
    publish: (release, options) =>
      broken.has(release.project)
        ? Promise.resolve(
            err({ reason: "failed", message: `could not build ${release.names.imageTag}` }),
          )
        : images.publish(release, options),
  };
}
