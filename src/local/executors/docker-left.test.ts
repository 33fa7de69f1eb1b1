import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { sizeInHead } from "./docker-left.ts";

const root = mkdtempSync(join(tmpdir(), "esteira-tar-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The archive that `tar` makes of what is in the folder. */
function archive(name: string, ...options: readonly string[]): Buffer {
  return execFileSync("tar", ["-C", root, "-cf", "-", ...options, name]);
}

test("a file's size, also behind a record of what its head has no room for", () => {
  writeFileSync(join(root, "model.pkl"), "x".repeat(1234));
  const long = "l".repeat(200);
  writeFileSync(join(root, long), "x".repeat(7));
  expect(sizeInHead(archive("model.pkl"))).toBe(1234);
  expect(sizeInHead(archive(long, "--format=pax"))).toBe(7);
  const head = archive(long, "--format=pax");
  expect(sizeInHead(head.subarray(0, 511))).toBe("more");
  expect(sizeInHead(head.subarray(0, 1100))).toBe("more");
  expect(sizeInHead(archive("."))).toBe(undefined);
});

test("sizes above 8 GiB, in both forms", () => {
  const head = archive("model.pkl").subarray(0, 512);
  const binary = Buffer.from(head);
  binary.fill(0, 124, 136);
  binary[124] = 0x80;
  binary.writeBigUInt64BE(9n * 1024n ** 3n, 128);
  expect(sizeInHead(binary)).toBe(9 * 1024 ** 3);
  const record = Buffer.alloc(512);
  record.write("20 size=9663676416\n");
  const pax = Buffer.from(head);
  pax.write("x", 156);
  pax.write("00000000023\0", 124);
  expect(sizeInHead(Buffer.concat([pax, record, head]))).toBe(9_663_676_416);
});
