import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { AwsEnvironment } from "../../src/config/model.ts";
import { projectName } from "../../src/core/ids.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import {
  environmentWith,
  imagesOf,
  makeSources,
  neverBuilds,
  type OwnRegistry,
  publish,
  registryProgram,
  removeFromEngine,
  type Sources,
  startRegistry,
} from "./images-rig.ts";
import { startProxy } from "./images-servers.ts";
import { unwrap } from "./rig/unwrap.ts";

const engine = await dockerEngine();
const program = await registryProgram();

describeWith(engine, "images of two environments", () => {
  describeWith(program, "in two registries", (found) => {
    let first: OwnRegistry;
    let second: OwnRegistry;
    let sources: Sources;
    let dev: AwsEnvironment;
    let prd: AwsEnvironment;

    beforeAll(async () => {
      [first, second, sources] = await Promise.all([
        startRegistry(found()),
        startRegistry(found()),
        makeSources(),
      ]);
      dev = environmentWith("dev", `${first.address}/ml/dev`);
      prd = environmentWith("prd", `${second.address}/ml/prd`, { promoteFrom: dev.name });
    });
    afterAll(async () => {
      await removeFromEngine(`${first.address}/ml/dev`);
      await removeFromEngine(`${second.address}/ml/prd`);
      await Promise.all([first.stop(), second.stop(), sources.remove()]);
    });

    test("are copied by digest instead of being built twice", async () => {
      const inPrd = await sources.release(prd);
      const images = imagesOf(prd, [dev], sources);
      expect(unwrap(await images.resolve([inPrd])).get("recsys")).toEqual({
        state: "missing",
        note: "will be built from src/projects/recsys: dev has no image of this source",
      });

      const release = await sources.release(dev);
      const built = unwrap((await publish(imagesOf(dev, [], sources), release)).result);
      const promoting = imagesOf(prd, [dev], { ...sources, builder: neverBuilds });
      const uri = `${second.address}/ml/prd@${built.digest}`;
      expect(unwrap(await promoting.resolve([inPrd])).get("recsys")).toEqual({
        state: "missing",
        note: "will be copied from dev",
        uri,
      });
      const { result, lines } = await publish(promoting, inPrd);
      expect(unwrap(result)).toEqual({ digest: built.digest, uri, built: false });
      expect(lines[0]).toBe(`copying ${built.uri}`);
      expect(lines.at(-1)).toBe(`recsys-1.0.0 is ${built.digest.slice(0, 19)}`);
      await execa("docker", ["pull", "--quiet", uri]);

      // Now it is there, whatever becomes of dev's.
      const alone = imagesOf(environmentWith("prd", `${second.address}/ml/prd`), [], sources);
      expect(unwrap(await alone.resolve([inPrd])).get("recsys")).toMatchObject({
        state: "present",
      });
    });

    test("are copied where nothing may be built", async () => {
      await sources.write("main.py", "print('no build')\n");
      const built = unwrap(
        (await publish(imagesOf(dev, [], sources), await sources.release(dev))).result,
      );
      const release = await sources.release(prd, { version: "1.2.0" });
      const images = imagesOf(prd, [dev], { ...sources, build: false, builder: neverBuilds });
      expect(unwrap((await publish(images, release)).result).digest).toBe(built.digest);
      const absent = { ...release, image: { ...release.image, sourceHash: "d".repeat(64) } };
      const missing = { ...absent, names: { ...release.names, imageTag: "recsys-1.3.0" } };
      expect(unwrap(await images.resolve([missing])).get("recsys")).toMatchObject({
        error: {
          message:
            "the registry of prd has no recsys-1.3.0, and that of dev has nothing of this source either, and --no-build forbids building it",
        },
      });
    });

    test("are taken over within one registry without being sent", async () => {
      const proxy = await startProxy(first.address);
      try {
        const beside = environmentWith("prd", `${proxy.address}/ml/beside`, {
          promoteFrom: dev.name,
        });
        const near = environmentWith("dev", `${proxy.address}/ml/dev`);
        const release = await sources.release(beside);
        const built = unwrap(
          await imagesOf(dev, [], sources).resolve([await sources.release(dev)]),
        );
        const images = imagesOf(beside, [near], { ...sources, builder: neverBuilds });
        const { digest } = unwrap((await publish(images, release)).result);
        expect(built.get("recsys")).toMatchObject({ digest });
        expect(proxy.requests.filter((request) => request.startsWith("PATCH"))).toEqual([]);
        expect(proxy.requests.filter((request) => request.startsWith("POST"))).toEqual([
          "POST /v2/ml/beside/blobs/uploads/",
          "POST /v2/ml/beside/blobs/uploads/",
        ]);
      } finally {
        await proxy.stop();
      }
    });

    test("are given up where what arrives isn't what was asked for", async () => {
      const proxy = await startProxy(first.address, ({ method, path, status, body }) =>
        method === "GET" && path.includes("/blobs/") && body.length > 0
          ? { status, body: Buffer.from(body.map((byte, at) => (at === 0 ? byte ^ 1 : byte))) }
          : undefined,
      );
      try {
        const far = environmentWith("dev", `${proxy.address}/ml/dev`);
        const other = environmentWith("prd", `${second.address}/ml/other`, {
          promoteFrom: far.name,
        });
        const release = await sources.release(other);
        const images = imagesOf(other, [far], { ...sources, builder: neverBuilds });
        const { result, lines } = await publish(images, release);
        expect(result).toMatchObject({
          ok: false,
          error: {
            reason: "corrupt",
            message: expect.stringMatching(
              /^could not send sha256:[0-9a-f]{64} to 127\.0\.0\.1:\d+ \(\d+ of \d+ bytes\): the content is that of sha256:[0-9a-f]{64}, not of sha256:[0-9a-f]{64}$/,
            ) as string,
          },
        });
        expect(lines.filter((line) => line.endsWith("trying again")).length).toBeGreaterThan(1);
        const after = unwrap(
          await imagesOf(other, [], { ...sources, build: false }).resolve([release]),
        );
        expect(after.get("recsys")?.state).toBe("conflict");
      } finally {
        await proxy.stop();
      }
    });

    test("are looked for with as many requests as there are tags", async () => {
      const proxy = await startProxy(second.address);
      try {
        const near = environmentWith("prd", `${proxy.address}/ml/prd`);
        const release = await sources.release(near);
        const releases = Array.from({ length: 20 }, (_unused, index) => ({
          ...release,
          project: projectName(`recsys-${index}`),
          names: {
            ...release.names,
            base: `recsys-${index}`,
            imageTag: `recsys-${index}-1.0.0`,
          },
        }));
        unwrap(await imagesOf(near, [], sources).resolve(releases));
        expect(proxy.requests.filter((request) => request.startsWith("HEAD")).length).toBe(40);
        expect(proxy.requests.length).toBe(40);
      } finally {
        await proxy.stop();
      }
    });
  });
});
