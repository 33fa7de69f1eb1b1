import { afterAll, beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { image, releaseOf, repositoryAt } from "./images-content.ts";
import {
  environmentWith,
  imagesOf,
  type OwnRegistry,
  registryProgram,
  startRegistry,
} from "./images-rig.ts";
import { startProxy } from "./images-servers.ts";
import { unwrap } from "./rig/unwrap.ts";

const program = await registryProgram();

describeWith(program, "cleaning up in a registry", (found) => {
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found());
  });
  afterAll(() => registry.stop());

  test("what is not kept is removed, unless another environment has it, too", async () => {
    const repository = repositoryAt(registry.address, "clean/up");
    const dev = environmentWith("dev", `${registry.address}/clean/up`, { suffix: "-dev" });
    const prd = environmentWith("prd", `${registry.address}/clean/up`);
    const put = async (content: string, ...tags: string[]) => {
      const manifest = await image(repository, "amd64", {}, Buffer.from(content));
      for (const tag of tags) unwrap(await repository.put(manifest, tag));
      return manifest.digest;
    };
    const hash = (digit: string) => digit.repeat(12);
    const kept = await put("kept", `src-recsys-${hash("a")}`, "recsys-2.0.0");
    await put("old", `src-recsys-${hash("b")}`, "recsys-1.0.0");
    await put(
      "dev's, too",
      `src-recsys-${hash("c")}`,
      `src-recsys-dev-${hash("c")}`,
      "recsys-1.5.0",
    );
    await put("another's", `src-recsys-v2-${hash("d")}`, "recsys-v2-1.0.0");
    await put("somebody's", "recsys-0.1.0");
    const images = imagesOf(prd, [dev], { root: "/nowhere" });
    const release = releaseOf("prd", "x");
    const all = unwrap(await repository.registry.tags());
    const clean = async (dryRun: boolean) =>
      unwrap((await images.cleanUp?.(release, new Set([kept]), dryRun)) ?? { ok: true, value: [] });
    expect(await clean(true)).toEqual(["recsys-1.0.0", `src-recsys-${hash("b")}`]);
    expect(unwrap(await repository.registry.tags())).toEqual(all);
    expect(await clean(false)).toEqual(["recsys-1.0.0", `src-recsys-${hash("b")}`]);
    const gone = unwrap(await repository.find(all));
    expect(all.filter((tag) => !gone.has(tag))).toEqual([
      "recsys-1.0.0",
      `src-recsys-${hash("b")}`,
    ]);
    expect(await clean(false)).toEqual([]);

    // Two environments with the same tags: nobody can say alone what isn't needed.
    const same = environmentWith("dev", `${registry.address}/clean/up`);
    expect(imagesOf(prd, [same], { root: "/nowhere" }).cleanUp).toBeUndefined();
  });

  test("a registry that deletes nothing keeps its images", async () => {
    const repository = repositoryAt(registry.address, "keeps/all");
    const manifest = await image(repository, "amd64", {}, Buffer.from("kept by force"));
    const tag = `src-recsys-${"e".repeat(12)}`;
    unwrap(await repository.put(manifest, tag));
    const proxy = await startProxy(registry.address, ({ method }) =>
      method === "DELETE" ? { status: 405, body: "" } : undefined,
    );
    try {
      const prd = environmentWith("prd", `${proxy.address}/keeps/all`);
      const { cleanUp } = imagesOf(prd, [], { root: "/nowhere" });
      expect(unwrap(await cleanUp!(releaseOf("prd", "x"), new Set(), false))).toEqual([]);
      expect(proxy.requests.at(-1)).toBe(`DELETE /v2/keeps/all/manifests/${manifest.digest}`);
    } finally {
      await proxy.stop();
    }
  });
});
