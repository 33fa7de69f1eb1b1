import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import {
  environmentWith,
  imagesOf,
  makeSources,
  type OwnRegistry,
  publish,
  registryProgram,
  removeFromEngine,
  type Sources,
  startRegistry,
} from "./images-rig.ts";
import { unwrap } from "./rig/unwrap.ts";

const engine = await dockerEngine();
const program = await registryProgram();

describeWith(engine, "the docker client", () => {
  describeWith(program, "of another kind", (found) => {
    let registry: OwnRegistry;
    let sources: Sources;
    let folder: string;
    let repository: string;

    beforeAll(async () => {
      [registry, sources] = await Promise.all([startRegistry(found()), makeSources()]);
      repository = `${registry.address}/ml/images`;
      folder = await mkdtemp(join(tmpdir(), "esteira-client-"));
      // A client with buildx, whose builds are done by the one that is there.
      const { stdout: real } = await execa("sh", ["-c", "command -v docker"]);
      await writeFile(
        join(folder, "docker"),
        `#!/bin/sh
printf '%s %s\\n' "$1" "$2" >>"${folder}/calls"
case "$1 $2" in
  "buildx version") exit 0 ;;
  "buildx build") shift 5; set -- build "$@"; export DOCKER_BUILDKIT=0 ;;
esac
exec "${real}" "$@"
`,
      );
      await chmod(join(folder, "docker"), 0o755);
    });
    afterAll(async () => {
      await removeFromEngine(repository);
      await Promise.all([registry.stop(), sources.remove(), rm(folder, { recursive: true })]);
    });

    const calls = async () => {
      const lines = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
      await writeFile(join(folder, "calls"), "");
      const asked = lines.map((line) => line.replace(/ (--platform|127\.).*/, "").trim());
      // What the client is comes first, in any order.
      const is = (call: string) => /^(buildx version|--version)/.test(call);
      return [...asked.filter(is).toSorted(), ...asked.filter((call) => !is(call))];
    };

    test("builds with buildx where it has it, unless the user's environment says otherwise", async () => {
      const dev = environmentWith("dev", repository);
      const { DOCKER_BUILDKIT: _ours, ...rest } = process.env;
      const processEnvironment = { ...rest, PATH: `${folder}:${process.env["PATH"]}` };
      const images = imagesOf(dev, [], { ...sources, processEnvironment });
      const first = await sources.release(dev);
      unwrap((await publish(images, first)).result);
      expect(await calls()).toEqual(["--version", "buildx version", "buildx build", "push"]);

      const without = { ...processEnvironment, DOCKER_BUILDKIT: "0" };
      await sources.write("main.py", "print('again')\n");
      const again = imagesOf(dev, [], { ...sources, processEnvironment: without });
      unwrap((await publish(again, await sources.release(dev))).result);
      expect(await calls()).toEqual(["--version", "buildx version", "build", "push"]);
    });

    test("is ended when the deploy is", async () => {
      await writeFile(join(folder, "docker"), "#!/bin/sh\necho begun\nexec sleep 600\n");
      const dev = environmentWith("dev", repository);
      const processEnvironment = {
        ...process.env,
        DOCKER_BUILDKIT: "0",
        PATH: `${folder}:${process.env["PATH"]}`,
      };
      const images = imagesOf(dev, [], { ...sources, processEnvironment });
      const controller = new AbortController();
      await sources.write("main.py", "print('a third time')\n");
      const result = await images.publish(await sources.release(dev), {
        output: (line) => {
          if (line === "begun") controller.abort();
        },
        signal: controller.signal,
      });
      expect(result).toEqual({
        ok: false,
        error: {
          reason: "interrupted",
          message: "building the image of recsys was interrupted",
          help: "run it again: what was built already is kept in the engine's cache",
        },
      });
    });
  });
});
