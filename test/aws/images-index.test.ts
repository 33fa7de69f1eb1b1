import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { awsSecrets } from "../../src/aws/secrets/secret-store.ts";
import { buildKitClient, dockerEngine } from "../rig/docker.ts";
import { writeWheel } from "../executors/wheels.ts";
import { indexPassword, indexUser, startPrivateIndex } from "../rig/package-index.ts";
import { describeWith } from "../rig/parts.ts";
import { testRegistry } from "../rig/registry.ts";
import { recsys } from "./deploy-fixture.ts";
import { environmentWith, imagesOf, makeSources, publish, removeFromEngine } from "./images-rig.ts";
import { awsContext } from "./rig/context.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const engine = await dockerEngine();
const registryPart = await testRegistry();
const buildKit = await buildKitClient();

describeWith(engine, "images from a private index", () => {
  describeWith(registryPart, "in a registry", (registry) => {
    describeWith(buildKit, "by BuildKit", (client) => {
      describeWith(moto(), "with what Parameter Store keeps", (part) => {
        const server = useMoto(part);

        test("the password opens the index, and is in no layer of what is pushed", async () => {
          const folder = mkdtempSync(join(tmpdir(), "esteira-images-index-"));
          const wheels = join(folder, "wheels");
          await writeWheel(wheels, "acme_secretless", "1.0", "acme-hello");
          const index = await startPrivateIndex(wheels);
          const sources = await makeSources();
          const repository = `${registry().address}/esteira-${randomBytes(6).toString("hex")}`;
          try {
            const dev = environmentWith("dev", repository);
            await sources.write(
              "Dockerfile",
              "FROM python:3.11-slim\nCOPY main.py .\nRUN pip install acme-secretless\n",
            );
            const runtime = { ...recsys({}).runtime, index: { url: index.url, secret: "PYPI" } };
            const release = await sources.release(dev, { runtime });
            const text = JSON.stringify(release);
            expect(text).toContain(`"index":{"url":"${index.url}","secret":"PYPI"}`);
            const clients = server().clients();
            const processEnvironment = { ...process.env, ...client().environment };
            const options = { ...sources, processEnvironment, network: "host" };
            const images = imagesOf(dev, [], options, clients);

            expect((await publish(images, release)).result).toEqual({
              ok: false,
              error: {
                reason: "refused",
                message: `${index.url} needs PYPI, which isn't kept in dev`,
                help: "`esteira secrets set PYPI -e dev` keeps it in /esteira/dev/_index/PYPI",
                resource: "/esteira/dev/_index/PYPI",
              },
            });

            const secrets = awsSecrets(awsContext(clients, { environment: dev }));
            const reference = { source: "ssm", name: "PYPI" } as const;
            const address = { owner: "_index", variable: "PYPI", reference };
            unwrap(await secrets.set(address, `${indexUser}:${indexPassword}`));
            const { result, lines } = await publish(images, release);
            const { uri } = unwrap(result);
            const ran = await execa("docker", ["run", "--rm", "--network=none", uri, "acme-hello"]);
            expect(ran.stdout).toBe("hello from acme_secretless 1.0");

            const archive = join(folder, "image.tar");
            await execa("docker", ["save", "--output", archive, uri]);
            await execa("tar", ["xf", archive, "-C", folder]);
            const forms = [indexPassword, encodeURIComponent(indexPassword)];
            const patterns = forms.flatMap((form) => ["-e", form]);
            const found = await execa("grep", ["-rlaF", ...patterns, "."], {
              cwd: folder,
              reject: false,
            });
            expect(found.stdout).toBe("");
            for (const form of forms) expect(lines.join("\n") + text).not.toContain(form);
          } finally {
            await index.close();
            await removeFromEngine(repository);
            await sources.remove();
            rmSync(folder, { recursive: true, force: true });
          }
        });
      });
    });
  });
});
