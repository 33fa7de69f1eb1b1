import { createHash } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { copyImage } from "../../src/aws/images/copy.ts";
import { labelsOf } from "../../src/aws/images/look.ts";
import { digestOf } from "../../src/oci/manifest.ts";
import { describeWith } from "../rig/parts.ts";
import { image, manifestOf, releaseOf, repositoryAt } from "./images-content.ts";
import {
  environmentWith,
  imagesOf,
  type OwnRegistry,
  registryProgram,
  startRegistry,
} from "./images-rig.ts";
import { startProxy, startServer } from "./images-servers.ts";
import { unwrap } from "./rig/unwrap.ts";

const program = await registryProgram();

describeWith(program, "a registry's API", (found) => {
  let registry: OwnRegistry;
  let other: OwnRegistry;
  beforeAll(async () => {
    [registry, other] = await Promise.all([startRegistry(found()), startRegistry(found())]);
  });
  afterAll(() => Promise.all([registry.stop(), other.stop()]));

  test("an image of 40 MB and several architectures is copied whole, by digest", async () => {
    const source = repositoryAt(registry.address);
    const target = repositoryAt(other.address, "else/where");
    const layer = Buffer.alloc(40_000_000, "0123456789abcdef");
    const children = [
      await image(source, "amd64", { "esteira.source-hash": "for-amd64" }, layer),
      await image(source, "arm64", { "esteira.source-hash": "for-arm64" }, Buffer.from("arm64")),
    ];
    for (const child of children) unwrap(await source.put(child, undefined));
    const index = manifestOf(
      {
        manifests: children.map(({ digest, content, mediaType }, at) => ({
          digest,
          mediaType,
          size: content.length,
          platform: { os: "linux", architecture: at === 0 ? "amd64" : "arm64" },
        })),
      },
      "application/vnd.oci.image.index.v1+json",
    );
    unwrap(await source.put(index, "several"));

    const lines: string[] = [];
    const copied = unwrap(
      await copyImage(source, target, index.digest, { output: (line) => lines.push(line) }),
    );
    unwrap(await target.put(copied, "several"));
    expect(lines.filter((line) => line.includes("40.0 MB"))).toHaveLength(1);
    expect(unwrap(await target.manifest("several"))).toEqual(index);
    const blob = unwrap(await target.registry.openBlob(digestOf(layer)));
    const hash = createHash("sha256");
    for await (const piece of blob) hash.update(piece);
    expect(`sha256:${hash.digest("hex")}`).toBe(digestOf(layer));

    // Labels are those of the image for the instances' architecture.
    const onArm = releaseOf("prd", "x");
    const labels = await labelsOf(target, index.digest, {
      ...onArm,
      capacity: onArm.capacity && { ...onArm.capacity, instanceTypes: ["m7g.large"] },
    });
    expect(unwrap(labels)).toEqual({
      architecture: "arm64",
      labels: { "esteira.source-hash": "for-arm64" },
    });

    // A second time, nothing is sent.
    lines.length = 0;
    unwrap(await copyImage(source, target, index.digest, { output: (line) => lines.push(line) }));
    expect(lines).toEqual([]);
  });

  test("a blob that isn't what its digest says is not taken", async () => {
    const repository = repositoryAt(registry.address);
    const digest = digestOf(Buffer.from("what was promised"));
    const sent = await repository.registry.upload(
      { digest, size: 17, mediaType: "", platform: undefined },
      new Blob(["something else"]).stream(),
    );
    expect(sent).toEqual({
      ok: false,
      error: {
        reason: "corrupt",
        message: `could not send ${digest} to ${registry.address} (14 of 17 bytes): the content is that of ${digestOf(Buffer.from("something else"))}, not of ${digest}`,
        help: "run it again; when it stays, something between here and the registry changes content, or the registry's storage is damaged",
      },
    });
    expect(unwrap(await repository.registry.hasBlob(digest))).toBe(false);
  });

  test("what a registry can't at the moment is tried again; what it refuses isn't", async () => {
    let failing = 2;
    const proxy = await startProxy(registry.address, () => {
      failing -= 1;
      return failing >= 0 ? { status: 503, body: "busy" } : undefined;
    });
    try {
      const repository = repositoryAt(proxy.address);
      expect(unwrap(await repository.registry.head("nothing"))).toBeUndefined();
      expect(proxy.requests).toHaveLength(3);
      failing = 100;
      expect(await repository.registry.manifest("several")).toEqual({
        ok: false,
        error: {
          reason: "unavailable",
          message: `could not read the image ${proxy.address}/ml/images:several: ${proxy.address} can't at the moment (HTTP 503: busy)`,
          help: "run it again in a while: what is there already is used",
        },
      });
      expect(proxy.requests).toHaveLength(7);
    } finally {
      await proxy.stop();
    }
  });

  test("tags come in pages", async () => {
    const repository = repositoryAt(registry.address, "many/tags");
    const manifest = await image(repository, "amd64", {}, Buffer.from("tags"));
    const wanted = Array.from(
      { length: 12 },
      (_unused, at) => `tag-${String(at).padStart(2, "0")}`,
    );
    for (const tag of wanted) unwrap(await repository.put(manifest, tag));
    // This registry gives all at once and in no order: what is before it makes pages, as the
    // specification has them.
    const server = await startServer(async (request, response) => {
      const url = new URL(request.url ?? "", `http://${registry.address}`);
      const answer = await fetch(url);
      const { tags } = (await answer.json()) as { tags: string[] };
      const after = url.searchParams.get("last") ?? "";
      const rest = tags.toSorted().filter((tag) => tag > after);
      const page = rest.slice(0, 5);
      response.writeHead(200, {
        "content-type": "application/json",
        ...(rest.length > 5
          ? { link: `</v2/many/tags/tags/list?last=${page.at(-1)}&n=5>; rel="next"` }
          : {}),
      });
      response.end(JSON.stringify({ name: "many/tags", tags: page }));
    });
    try {
      const paged = repositoryAt(server.address, "many/tags");
      expect(unwrap(await paged.registry.tags())).toEqual(wanted);
      expect(unwrap(await repositoryAt(registry.address, "no/such").registry.tags())).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  test("a version's tag that the registry keeps is reported as such", async () => {
    const immutable = await startProxy(registry.address, ({ method, path }) =>
      method === "PUT" && path.includes("/manifests/")
        ? {
            status: 400,
            body: '{"errors":[{"code":"TAG_INVALID","message":"The image tag \'recsys-1.0.0\' already exists in the \'ml\' repository and cannot be overwritten because the repository is immutable."}]}',
          }
        : undefined,
    );
    try {
      const repository = repositoryAt(immutable.address);
      const manifest = await image(repository, "amd64", {}, Buffer.from("immutable"));
      expect(await repository.put(manifest, "recsys-1.0.0")).toEqual({
        ok: false,
        error: {
          reason: "refused",
          message: `could not write the image ${immutable.address}/ml/images:recsys-1.0.0: the tag is taken, and the registry keeps tags as they are (TAG_INVALID: The image tag 'recsys-1.0.0' already exists in the 'ml' repository and cannot be overwritten because the repository is immutable.)`,
          help: "raise `version` in config.yaml",
        },
      });
    } finally {
      await immutable.stop();
    }
  });

  test("what isn't a registry, or isn't there, is reported as such", async () => {
    const page = await startServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<!doctype html><title>Sign in</title>");
    });
    const { address } = page;
    expect(await repositoryAt(address).find(["recsys-1.0.0"])).toEqual({
      ok: false,
      error: {
        reason: "invalid",
        message: `could not look for the image ${address}/ml/images:recsys-1.0.0: ${address} answered with a web page (HTTP 200) and not as a registry does`,
        help: "check `registry` of the environment in esteira.yaml; a proxy or a sign-in page may be in front of it",
      },
    });
    await page.stop();
    expect(await repositoryAt(address).find(["recsys-1.0.0"])).toEqual({
      ok: false,
      error: {
        reason: "unavailable",
        message: `could not look for the image ${address}/ml/images:recsys-1.0.0: ${address} can't be reached (connect ECONNREFUSED ${address})`,
        help: "check `registry` of the environment in esteira.yaml, and the network",
      },
    });
    const nobody = environmentWith("dev", "acme/ml");
    expect(await imagesOf(nobody, [], { root: "/nowhere" }).resolve([])).toEqual({
      ok: false,
      error: {
        reason: "invalid",
        message: "`registry` of environment dev names no host: acme/ml",
        help: "write it with the registry's host, such as registry.example.com/ml/images",
      },
    });
  });

  test("a silent registry isn't waited for once the deploy has ended", async () => {
    const controller = new AbortController();
    const silent = await startServer(() => {
      controller.abort(new Error("the lease is lost"));
    });
    try {
      const { registry: api } = repositoryAt(silent.address);
      expect(await api.head("recsys-1.0.0", controller.signal)).toEqual({
        ok: false,
        error: {
          reason: "interrupted",
          message: `could not look for the image ${silent.address}/ml/images:recsys-1.0.0: interrupted`,
          help: "run it again: what is there already is used",
        },
      });
    } finally {
      await silent.stop();
    }
  });
});
