import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { zipOf } from "./zip.ts";

test("other programs unpack what was packed, and its bytes are the same everywhere", () => {
  const content = Buffer.from(`export const x = "é";\n`.repeat(1000));
  const zip = zipOf([
    { name: "index.mjs", content },
    { name: "é/empty", content: Buffer.alloc(0) },
    { name: "é/other", content: Buffer.from("other") },
  ]);
  const folder = mkdtempSync(join(tmpdir(), "esteira-zip-"));
  try {
    writeFileSync(join(folder, "a.zip"), zip);
    // Checks names, sizes and checksums, as `unzip -t` does.
    execFileSync("python3", ["-m", "zipfile", "-e", "a.zip", "out"], { cwd: folder });
    expect(readFileSync(join(folder, "out/index.mjs")).equals(content)).toBe(true);
    expect(readFileSync(join(folder, "out/é/empty"), "utf8")).toBe("");
    expect(readFileSync(join(folder, "out/é/other"), "utf8")).toBe("other");
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(
    createHash("sha256")
      .update(zipOf([{ name: "a", content: Buffer.from("b") }]))
      .digest("hex"),
  ).toBe("9dd542d78cfee2b2b39254d405cf360da92f7f976e18f15931865da08aff09db");
});
