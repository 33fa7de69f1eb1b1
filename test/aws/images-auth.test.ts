import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { AwsEnvironment } from "../../src/config/model.ts";
import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import {
  environmentWith,
  imagesOf,
  makeSources,
  neverBuilds,
  type OwnRegistry,
  publish,
  reader,
  registryProgram,
  removeFromEngine,
  type Sources,
  startRegistry,
  startTokenServer,
  type TokenServer,
  withPassword,
} from "./images-rig.ts";
import { unwrap } from "./rig/unwrap.ts";

const engine = await dockerEngine();
const program = await registryProgram();

const basic = (password: string) =>
  Buffer.from(`${reader.username}:${password}`).toString("base64");

/** A shell whose Docker configuration is in its own folder. */
async function shell(config: object): Promise<{ folder: string; env: NodeJS.ProcessEnv }> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-config-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  return { folder, env: { ...process.env, DOCKER_CONFIG: folder } };
}

describeWith(engine, "a registry", () => {
  describeWith(program, "that asks for a password", (found) => {
    let registry: OwnRegistry;
    let sources: Sources;
    let dev: AwsEnvironment;
    let repository: string;

    beforeAll(async () => {
      [registry, sources] = await Promise.all([
        startRegistry(found(), withPassword),
        makeSources(),
      ]);
      repository = `${registry.address}/ml/images`;
      dev = environmentWith("dev", repository);
    });
    afterAll(async () => {
      await removeFromEngine(repository);
      await Promise.all([registry.stop(), sources.remove()]);
    });

    test("gets the environment's, and Docker's configuration is left as it was", async () => {
      const { folder, env } = await shell({ currentContext: "default", auths: {} });
      try {
        const before = await readFile(join(folder, "config.json"), "utf8");
        const processEnvironment = {
          ...env,
          ESTEIRA_REGISTRY_USERNAME_DEV: reader.username,
          ESTEIRA_REGISTRY_PASSWORD_DEV: reader.password,
        };
        const release = await sources.release(dev);
        const images = imagesOf(dev, [], { ...sources, processEnvironment });
        const { result, lines } = await publish(images, release);
        expect(unwrap(result).built).toBe(true);
        expect(await readFile(join(folder, "config.json"), "utf8")).toBe(before);
        expect(lines.join("\n")).not.toContain(reader.password);

        // Nobody has signed in for good: the engine's client still can't pull.
        const { exitCode } = await execa("docker", ["pull", unwrap(result).uri], {
          env,
          reject: false,
        });
        expect(exitCode).not.toBe(0);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test("gets what `docker login` has left, by file or by the program that keeps it", async () => {
      const release = await sources.release(dev);
      const inFile = await shell({
        auths: { [registry.address]: { auth: basic(reader.password) } },
      });
      const inProgram = await shell({ credHelpers: { [registry.address]: "tests" } });
      const bin = join(inProgram.folder, "bin");
      await mkdir(bin);
      await writeFile(
        join(bin, "docker-credential-tests"),
        `#!/bin/sh\n[ "$1 $(cat)" = "get ${registry.address}" ] || exit 1\necho '{"Username":"${reader.username}","Secret":"${reader.password}"}'\n`,
      );
      await chmod(join(bin, "docker-credential-tests"), 0o755);
      try {
        for (const env of [
          inFile.env,
          { ...inProgram.env, PATH: `${bin}:${process.env["PATH"]}` },
        ]) {
          const images = imagesOf(dev, [], {
            ...sources,
            processEnvironment: env,
            builder: neverBuilds,
          });
          expect(unwrap(await images.resolve([release])).get("recsys")?.state).toBe("present");
        }
      } finally {
        await rm(inFile.folder, { recursive: true });
        await rm(inProgram.folder, { recursive: true });
      }
    });

    test("says so when there is none, or a wrong one", async () => {
      const release = await sources.release(dev);
      const { folder, env } = await shell({});
      const help = `sign in with \`docker login ${registry.address}\`, or set ESTEIRA_REGISTRY_USERNAME_DEV and ESTEIRA_REGISTRY_PASSWORD_DEV`;
      const error = async (more: NodeJS.ProcessEnv) => {
        const processEnvironment = { ...env, ...more };
        const answer = await imagesOf(dev, [], { ...sources, processEnvironment }).resolve([
          release,
        ]);
        if (answer.ok) throw new Error("it can't have been let in");
        return answer.error;
      };
      try {
        expect(await error({})).toEqual({
          reason: "permission",
          message: `could not look for the image ${repository}:recsys-1.0.0: ${registry.address} wants to know who asks, and there are no credentials for it`,
          help,
        });
        const wrong = {
          ESTEIRA_REGISTRY_USERNAME_DEV: reader.username,
          ESTEIRA_REGISTRY_PASSWORD_DEV: "wrong",
        };
        expect(await error(wrong)).toEqual({
          reason: "permission",
          message: `could not look for the image ${repository}:recsys-1.0.0: ${registry.address} does not accept the credentials (HTTP 401)`,
          help,
        });
        expect(await error({ ESTEIRA_REGISTRY_USERNAME_DEV: "ana" })).toEqual({
          reason: "invalid",
          message: "ESTEIRA_REGISTRY_PASSWORD_DEV is not set, but ESTEIRA_REGISTRY_USERNAME_DEV is",
          help: "set both, or neither",
        });
        await writeFile(join(folder, "config.json"), "not JSON");
        expect(await error({})).toEqual({
          reason: "invalid",
          message: `Docker's configuration ${folder}/config.json is not a JSON object`,
          help: "correct it, or move it away and sign in again with `docker login`",
          resource: `${folder}/config.json`,
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  describeWith(program, "with a server for tokens", (found) => {
    let tokens: TokenServer;
    let registry: OwnRegistry;
    let other: OwnRegistry;
    let sources: Sources;
    let dev: AwsEnvironment;
    const processEnvironment = {
      ...process.env,
      ESTEIRA_REGISTRY_USERNAME_DEV: reader.username,
      ESTEIRA_REGISTRY_PASSWORD_DEV: reader.password,
    };

    beforeAll(async () => {
      tokens = await startTokenServer();
      [registry, other, sources] = await Promise.all([
        startRegistry(found(), tokens.auth),
        startRegistry(found()),
        makeSources(),
      ]);
      dev = environmentWith("dev", `${registry.address}/ml/dev`);
    });
    afterAll(async () => {
      await removeFromEngine(`${registry.address}/ml/dev`);
      await Promise.all([registry.stop(), other.stop(), tokens.stop(), sources.remove()]);
    });

    test("is asked for one token a purpose, and takes what is pushed with it", async () => {
      const release = await sources.release(dev);
      const images = imagesOf(dev, [], { ...sources, processEnvironment });
      unwrap(await images.resolve([release]));
      const many = Array.from({ length: 5 }, (_unused, index) => ({
        ...release,
        names: { ...release.names, imageTag: `recsys-${index}.0` },
      }));
      unwrap(await images.resolve(many));
      expect(tokens.given).toContain("repository:ml/dev:pull");
      const before = tokens.given.length;
      unwrap(await images.resolve(many));
      expect(tokens.given.length).toBe(before);
      expect(unwrap((await publish(images, release)).result).built).toBe(true);
      expect(tokens.given).toContain("repository:ml/dev:pull,push");
    });

    test("lets anybody read where its server does, and nobody write", async () => {
      tokens.anonymous = true;
      const { folder, env } = await shell({});
      try {
        const release = await sources.release(dev);
        const images = imagesOf(dev, [], { ...sources, processEnvironment: env });
        expect(unwrap(await images.resolve([release])).get("recsys")?.state).toBe("present");
        const retagged = { ...release, names: { ...release.names, imageTag: "recsys-5.0.0" } };
        expect((await publish(images, retagged)).result).toMatchObject({
          ok: false,
          error: {
            reason: "permission",
            message: `could not write the image ${registry.address}/ml/dev:recsys-5.0.0: ${registry.address} wants to know who asks, and there are no credentials for it`,
          },
        });
      } finally {
        tokens.anonymous = false;
        await rm(folder, { recursive: true });
      }
    });

    test("gives and takes what is copied between registries", async () => {
      const there = environmentWith("prd", `${other.address}/ml/prd`, { promoteFrom: dev.name });
      const release = await sources.release(there);
      const images = imagesOf(there, [dev], {
        ...sources,
        processEnvironment,
        builder: neverBuilds,
      });
      const { digest } = unwrap((await publish(images, release)).result);
      const back = environmentWith("dev", `${registry.address}/ml/back`, {
        promoteFrom: there.name,
      });
      const returning = imagesOf(back, [there], {
        ...sources,
        processEnvironment,
        builder: neverBuilds,
      });
      expect(unwrap((await publish(returning, await sources.release(back))).result).digest).toBe(
        digest,
      );
      // Within the registry, the token has to be for both repositories.
      const beside = environmentWith("dev", `${registry.address}/ml/beside`, {
        promoteFrom: back.name,
      });
      const source = { ...back, name: "stage" as typeof back.name };
      const moving = imagesOf({ ...beside, promoteFrom: source.name }, [source], {
        ...sources,
        processEnvironment: {
          ...processEnvironment,
          ESTEIRA_REGISTRY_USERNAME_STAGE: reader.username,
          ESTEIRA_REGISTRY_PASSWORD_STAGE: reader.password,
        },
        builder: neverBuilds,
      });
      const moved = await publish(moving, await sources.release(beside));
      expect(unwrap(moved.result).digest).toBe(digest);
      expect(moved.lines.filter((line) => line.includes("bytes"))).toEqual([]);
    });

    test("says so when its server does not accept the credentials", async () => {
      const wrong = { ...processEnvironment, ESTEIRA_REGISTRY_PASSWORD_DEV: "wrong" };
      const images = imagesOf(dev, [], { ...sources, processEnvironment: wrong });
      const answer = await images.resolve([await sources.release(dev)]);
      if (answer.ok) throw new Error("it can't have been let in");
      expect(answer.error.message).toMatch(
        /^could not look for the image 127\.0\.0\.1:\d+\/ml\/dev:recsys-1\.0\.0: 127\.0\.0\.1:\d+, which gives the tokens for 127\.0\.0\.1:\d+, does not accept the credentials \(HTTP 401: \{"details":"incorrect username or password"\}\)$/,
      );
      expect(answer.error.reason).toBe("permission");
    });
  });
});
