import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import { copyArtifacts } from "../../src/app/trials/copy-artifacts.ts";
import { leftFiles } from "../../src/platform/left-files.ts";
import { bucketLocation } from "../../src/aws/bucket/location.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped } from "./deploy-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const of = { project: "recsys", origin: "recsys-20260131T030000Z-4f9a1c" };

describeWith(moto(), "artifacts on AWS", (part) => {
  const server = useMoto(part);

  test("are what manifests name and what steps wrote, of this run alone, read piece by piece", async () => {
    const environment = await bootstrapped(server());
    const { artifacts } = await environment.open();
    const { s3 } = environment.context.clients;
    const Bucket = bucketLocation("acme", environment.context.environment).bucket;
    const put = (key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key: `artifacts/recsys/${key}`, Body }));
    const manifest = (item: string | undefined, run: string, attempt: string, path: string) =>
      JSON.stringify({
        schema: 1,
        step: "train",
        ...(item === undefined ? {} : { item }),
        run,
        attempt,
        committedAt: 1,
        entries: [{ in: "work", path, size: 3, sha256: "x", mode: "644" }],
      });
    const items = `${of.origin}/_outputs/train/items`;
    await put(`${items}/aaaa/manifest.json`, manifest("BR", of.origin, "02-b", "parts/BR.csv"));
    await put(`${items}/aaaa/02-b/work/parts/BR.csv`, "abc");
    await put(`${items}/aaaa/01-a/work/parts/old.csv`, "no manifest names it");
    await put(`${items}/bbbb/manifest.json`, manifest("AR", "earlier", "01-a", "parts/AR.csv"));
    await put(`${of.origin}/score/list.csv`, "12345");
    await put(`${of.origin}/../escape`, "x");
    await put(`${of.origin}/_checkpoints/train/state`, "x");
    await put("recsys-20260131T030000Z-000000/score/list.csv", "of another run");

    const { files, more } = unwrap(await leftFiles(artifacts, of, undefined));
    expect(more).toBe(false);
    expect(files.map(({ name, kind, item, size }) => [name, kind, item, size])).toEqual([
      ["score/list.csv", "file", undefined, 5],
      ["train/parts/BR.csv", "output", "BR", 3],
    ]);
    const content = unwrap(await artifacts.read(of, files[1]!.key));
    const pieces: Uint8Array[] = [];
    for await (const piece of content!) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe("abc");
    expect(unwrap(await artifacts.read(of, "gone"))).toBeUndefined();
    // A step is tried on them elsewhere: as they are kept, without checkpoints and what leads out.
    const folder = await realpath(await mkdtemp(join(tmpdir(), "esteira-artifacts-")));
    expect(unwrap(await copyArtifacts(artifacts, of, folder))).toBe(5);
    const there = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = there
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
    expect(paths.toSorted()).toEqual([
      "_outputs/train/items/aaaa/01-a/work/parts/old.csv",
      "_outputs/train/items/aaaa/02-b/work/parts/BR.csv",
      "_outputs/train/items/aaaa/manifest.json",
      "_outputs/train/items/bbbb/manifest.json",
      "score/list.csv",
    ]);
    expect(await readFile(join(folder, "score/list.csv"), "utf8")).toBe("12345");
    await rm(folder, { recursive: true });
    expect(artifacts.placeOf(of, "_outputs/train")).toBe(
      `https://us-east-1.console.aws.amazon.com/s3/buckets/${Bucket}?prefix=artifacts%2Frecsys%2F${of.origin}%2F_outputs%2Ftrain%2F`,
    );
    const other = "recsys-20260131T030000Z-000000";
    expect(unwrap(await artifacts.origins("recsys"))).toEqual(
      expect.arrayContaining([other, of.origin]),
    );
    expect(unwrap(await artifacts.remove(of))).toBeUndefined();
    expect(unwrap(await artifacts.list(of, 10))).toEqual([]);
    expect(unwrap(await artifacts.list({ ...of, origin: other }, 10))).toHaveLength(1);
    expect(unwrap(await artifacts.remove(of))).toBeUndefined();
  });
});
