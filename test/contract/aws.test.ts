import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemTiming } from "../../src/aws/timing.ts";
import type { ImagePort } from "../../src/aws/image-port.ts";
import { projectName } from "../../src/core/ids.ts";
import { err } from "../../src/core/result.ts";
import { step } from "../../src/pipeline/fixtures/project.ts";
import { bootstrapped, recordedImages, recsys } from "../aws/deploy-fixture.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { acceleratedTiming } from "../aws/rig/timing.ts";
import { describeWith } from "../rig/parts.ts";
import type { Behaviour, ContractProject } from "./harness.ts";
import { platformContract } from "./platform.ts";

describeWith(moto(), "AWS", (part) => {
  const emulator = useMoto(part, "when told");

  platformContract(
    "aws",
    async () => {
      const server = emulator();
      await server.reset();
      const cacheDirectory = await mkdtemp(join(tmpdir(), "esteira-contract-"));
      const timing = acceleratedTiming(100);
      const sfn = await startSfnServer({
        target: server.url,
        // As the emulator's bucket has it: runs and releases are told apart by when they were.
        timing: systemTiming,
        script: contractScript(),
        logs: server.clients().logs,
      });
      const clients = server.clients({ endpointUrl: sfn.url, timing });
      const environment = await bootstrapped({ ...server, clients: () => clients }, {}, timing);
      const broken = new Set<string>();
      const images = refusing(environment.images, broken);
      const open = () => environment.open({ cacheDirectory, images: () => images, actor: "ana" });
      const platform = await open();
      return {
        platform,
        another: open,
        release: (wanted) => {
          if (wanted.broken === true) broken.add(wanted.name);
          return Promise.resolve(environment.release(projectOf(wanted)));
        },
        close: async () => {
          await platform.close();
          await sfn.stop();
          await rm(cacheDirectory, { recursive: true });
        },
      };
    },
    { resumes: "redrives" },
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
    steps: ids.map((id, index) =>
      step(id, { after: ids.slice(Math.max(0, index - 1), index), command: command(id) }),
    ),
  });
}

/** Tasks do what their commands say at their end. */
function contractScript(): Script {
  const failedOnce = new Set<string>();
  return ({ step: id, origin, command }) => {
    const behaviour = /(\S+)$/.exec(command)?.[1] as Behaviour;
    const again = failedOnce.has(`${origin}/${id}`);
    if (behaviour === "fails-once") failedOnce.add(`${origin}/${id}`);
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
