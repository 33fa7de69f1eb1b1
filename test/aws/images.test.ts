import { randomBytes } from "node:crypto";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { AwsEnvironment } from "../../src/config/model.ts";
import { recsys } from "./deploy-fixture.ts";
import { buildKitClient, dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { testRegistry } from "../rig/registry.ts";
import {
  environmentWith,
  imagesOf,
  localTags,
  neverBuilds,
  removeFromEngine,
  makeSources,
  publish,
  type Sources,
} from "./images-rig.ts";
import { filesBelow, platformAndLabels } from "./images-inspected.ts";
import { unwrap } from "./rig/unwrap.ts";

const engine = await dockerEngine();
const buildKit = await buildKitClient();
const registryPart = await testRegistry();

describeWith(engine, "images in a registry", () => {
  describeWith(registryPart, "that takes pushes without a login", (registry) => {
    let sources: Sources;
    let dev: AwsEnvironment;
    let prd: AwsEnvironment;
    let devRepository: string;
    let prdRepository: string;

    beforeAll(async () => {
      sources = await makeSources();
      const own = `esteira-${randomBytes(6).toString("hex")}`;
      devRepository = `${registry().address}/${own}/dev`;
      prdRepository = `${registry().address}/${own}/prd`;
      dev = environmentWith("dev", devRepository);
      prd = environmentWith("prd", prdRepository);
    });
    afterAll(async () => {
      await removeFromEngine(devRepository);
      await removeFromEngine(prdRepository);
      await sources.remove();
    });

    describeWith(buildKit, "by BuildKit", (client) => {
      test("the cache that a Dockerfile asks for is mounted, and the source hash stays", async () => {
        const cached = await makeSources();
        const cache = `/var/cache/${randomBytes(6).toString("hex")}`;
        const run = `RUN --mount=type=cache,target=${cache} touch ${cache}/kept`;
        await cached.write(
          "Dockerfile",
          `FROM python:3.11-slim\nCOPY main.py .\n# esteira: cache ${cache}\nRUN touch ${cache}/kept\n`,
        );
        const release = await cached.release(dev, { version: "3.0.0" });
        const processEnvironment = { ...process.env, ...client().environment };
        const images = imagesOf(dev, [], { ...cached, processEnvironment });
        const { result, lines } = await publish(images, release);
        expect(unwrap(result).built).toBe(true);
        expect(lines).toContainEqual(expect.stringContaining(run));
        expect(unwrap(await images.resolve([release])).get("recsys")).toMatchObject({
          state: "present",
        });
        await cached.remove();
      });
    });

    test("has the workspace's packages over what its own Dockerfile makes", async () => {
      const sharing = await makeSources();
      const text = "FROM python:3.11-slim\nCOPY main.py .\nUSER 4321\n";
      await sharing.write("Dockerfile", text);
      await sharing.writeShared("libs/dates/__init__.py", "today = 'monday'\n");
      const runtime = { ...recsys({}).runtime, packages: ["libs/dates"] };
      const release = await sharing.release(dev, { version: "4.0.0", runtime });
      const images = imagesOf(dev, [], sharing);
      const { uri } = unwrap((await publish(images, release)).result);
      const command = "id -u && ls /opt && python -c 'import dates; print(dates.today)'";
      const run = ["run", "--rm", "--network=none", uri, "sh", "-c", command];
      expect((await execa("docker", run)).stdout).toBe("4321\nmonday");
      expect(unwrap(await images.resolve([release])).get("recsys")).toMatchObject({
        state: "present",
      });
      const write = (day: string) =>
        sharing.writeShared("libs/dates/__init__.py", `today = '${day}'\n`);
      await write("tuesday");
      const edited = await sharing.release(dev, { version: "4.0.0", runtime });
      await write("wednesday");
      expect((await publish(images, edited)).result).toMatchObject({
        ok: false,
        error: { message: "the files of recsys were changed since the plan was made" },
      });
      await sharing.remove();
    });

    test("is built once, found again, and pulled by its digest", async () => {
      const release = await sources.release(dev);
      const images = imagesOf(dev, [], sources);
      expect(unwrap(await images.resolve([release])).get("recsys")).toEqual({
        state: "missing",
        note: "will be built from src/projects/recsys",
      });

      const { result, lines } = await publish(images, release);
      const { digest, uri, built } = unwrap(result);
      expect(built).toBe(true);
      expect(uri).toBe(`${devRepository}@${digest}`);
      expect(lines.at(-1)).toBe(`recsys-1.0.0 is ${digest.slice(0, 19)}`);
      expect(lines).toContainEqual(expect.stringContaining("COPY main.py /app/"));

      await execa("docker", ["image", "rm", "--force", ...(await localTags(devRepository))]);
      await execa("docker", ["pull", "--quiet", uri]);
      const { platform, labels } = await platformAndLabels(uri);
      expect(platform).toBe("linux/amd64");
      expect(labels).toEqual({
        "org.opencontainers.image.title": "recsys",
        "org.opencontainers.image.description": "Sistema de recomendação de veículos",
        "org.opencontainers.image.version": "1.0.0",
        "org.opencontainers.image.revision": "0123abcdef0123456789",
        "esteira.managed-by": "esteira",
        "esteira.workspace": "acme",
        "esteira.project": "recsys",
        "esteira.version": "1.0.0",
        "esteira.commit": "0123abcdef0123456789",
        "esteira.source-hash": release.image.sourceHash,
      });

      // Another process finds it, and has nothing to do.
      const later = imagesOf(dev, [], sources);
      const present = { state: "present", digest, uri };
      expect(unwrap(await later.resolve([release])).get("recsys")).toEqual(present);
      expect(unwrap((await publish(later, release)).result)).toEqual({ digest, uri, built: false });
    });

    test("with the same source is not built again under another version", async () => {
      const release = await sources.release(dev, { version: "1.1.0" });
      const images = imagesOf(dev, [], { ...sources, builder: neverBuilds });
      const state = unwrap(await images.resolve([release])).get("recsys");
      const { digest, uri, built } = unwrap((await publish(images, release)).result);
      expect(built).toBe(false);
      expect(state).toEqual({
        state: "missing",
        uri,
        note: `its source is in the registry already, as ${digest.slice(0, 19)}`,
      });
      expect(unwrap(await images.resolve([release])).get("recsys")).toEqual({
        state: "present",
        digest,
        uri,
      });
    });

    test("moves its version's tag in dev, and doesn't in prd", async () => {
      const first = await sources.release(prd);
      const { digest } = unwrap((await publish(imagesOf(prd, [], sources), first)).result);
      const before = unwrap(await imagesOf(dev, [], sources).resolve([await sources.release(dev)]));
      const digestBefore = before.get("recsys");
      if (digestBefore?.state !== "present") throw new Error("it was built by the first test");

      await sources.write("main.py", 'print("changed")\n');
      const inDev = await sources.release(dev);
      const images = imagesOf(dev, [], sources);
      expect(unwrap(await images.resolve([inDev])).get("recsys")).toEqual({
        state: "missing",
        note: `will be built from src/projects/recsys; recsys-1.0.0 moves from ${digestBefore.digest.slice(0, 19)}`,
      });
      const moved = unwrap((await publish(images, inDev)).result);
      expect(moved.digest).not.toBe(digestBefore.digest);
      expect(unwrap(await images.resolve([inDev])).get("recsys")).toMatchObject({
        state: "present",
        digest: moved.digest,
      });

      const inPrd = await sources.release(prd);
      const refusing = imagesOf(prd, [], { ...sources, builder: neverBuilds });
      const error = {
        reason: "refused",
        message: `version 1.0.0 of recsys exists in the registry of prd, built from other sources (${first.image.sourceHash.slice(0, 12)}, commit 0123abcdef01; now ${inPrd.image.sourceHash.slice(0, 12)})`,
        help: "raise `version` in config.yaml: the tag recsys-1.0.0 does not move in prd",
        resource: "image recsys-1.0.0",
      };
      expect(unwrap(await refusing.resolve([inPrd])).get("recsys")).toEqual({
        state: "conflict",
        error,
      });
      expect((await publish(refusing, inPrd)).result).toEqual({ ok: false, error });
      const raised = await sources.release(prd, { version: "1.0.1" });
      expect(unwrap((await publish(imagesOf(prd, [], sources), raised)).result)).toMatchObject({
        built: true,
      });
      // The old version is what it was.
      const old = { ...inPrd, image: { ...inPrd.image, sourceHash: first.image.sourceHash } };
      expect(unwrap(await refusing.resolve([old])).get("recsys")).toMatchObject({
        state: "present",
        digest,
      });
    });

    test("is taken as it is where nothing may be built, and missed where it isn't there", async () => {
      const changed = { ...(await sources.release(dev)) };
      const other = {
        ...changed,
        image: { ...changed.image, sourceHash: "f".repeat(64) },
      };
      const images = imagesOf(dev, [], { ...sources, build: false, builder: neverBuilds });
      expect(unwrap(await images.resolve([other])).get("recsys")).toMatchObject({
        state: "present",
        note: "taken as it is in the registry, whatever it was built from",
      });
      const unknown = await sources.release(dev, { version: "9.0.0" });
      const absent = { ...unknown, image: { ...unknown.image, sourceHash: "e".repeat(64) } };
      const error = {
        reason: "refused",
        message: "the registry of dev has no recsys-9.0.0, and --no-build forbids building it",
        help: "deploy without --no-build, or push the image as recsys-9.0.0 first",
        resource: "image recsys-9.0.0",
      };
      expect(unwrap(await images.resolve([absent])).get("recsys")).toEqual({
        state: "conflict",
        error,
      });
    });

    test("says what a build that fails ended with", async () => {
      const broken = await makeSources();
      try {
        await broken.write("Dockerfile", "FROM scratch\nCOPY missing.py /app/\n");
        const release = await broken.release(dev, { version: "2.0.0" });
        const { result, lines } = await publish(imagesOf(dev, [], broken), release);
        if (result.ok) throw new Error("it can't have been built");
        expect(result.error.reason).toBe("failed");
        expect(result.error.message).toMatch(
          /^the image of recsys could not be built from src\/projects\/recsys\/Dockerfile: .*missing\.py/,
        );
        expect(result.error.help).toMatch(
          /^correct src\/projects\/recsys\/Dockerfile or what it uses and deploy again; the build's last words:\n {2}\S/,
        );
        expect(lines.length).toBeGreaterThan(1);

        const without = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
        const engineless = imagesOf(dev, [], { ...broken, processEnvironment: without });
        const { result: unbuilt } = await publish(engineless, release);
        expect(unbuilt).toMatchObject({
          ok: false,
          error: {
            reason: "unavailable",
            message: expect.stringMatching(/^no Docker engine answers: /) as string,
            help: "start Docker (or set DOCKER_HOST to where it listens), or build the image elsewhere and deploy it with --no-build",
          },
        });

        const clientless = imagesOf(dev, [], {
          ...broken,
          processEnvironment: { PATH: "/nowhere" },
        });
        expect((await publish(clientless, release)).result).toEqual({
          ok: false,
          error: {
            reason: "unavailable",
            message: "there is no `docker` command on the PATH, and the image has to be built",
            help: "install Docker, or build the image elsewhere and deploy it with --no-build",
          },
        });

        const planned = await broken.release(dev);
        await broken.write("main.py", "later");
        expect((await publish(imagesOf(dev, [], broken), planned)).result).toEqual({
          ok: false,
          error: {
            reason: "conflict",
            message: "the files of recsys were changed since the plan was made",
            help: "run it again when nothing writes to src/projects/recsys",
            resource: "recsys",
          },
        });
      } finally {
        await broken.remove();
      }
    });

    test("holds what its source hash is of, and nothing that the hash leaves out", async () => {
      const whole = await makeSources();
      try {
        await whole.write("Dockerfile", "FROM scratch\nCOPY . /app/\n");
        const release = await whole.release(dev, { version: "3.0.0" });
        const { uri } = unwrap((await publish(imagesOf(dev, [], whole), release)).result);
        expect(await filesBelow(uri, "app")).toEqual(["app/Dockerfile", "app/main.py"]);
      } finally {
        await whole.remove();
      }
    });
  });
});
