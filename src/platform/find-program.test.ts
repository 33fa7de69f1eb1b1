import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { findProgram } from "./find-program.ts";

test("the first program of the name, by its absolute path", () => {
  const root = mkdtempSync(join(tmpdir(), "esteira-program-"));
  try {
    for (const folder of ["none", "plain", "folder/docker", "right"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, "plain/docker"), "", { mode: 0o644 });
    writeFileSync(join(root, "right/docker"), "");
    chmodSync(join(root, "right/docker"), 0o755);
    const folders = ["none", "plain", "folder", "right"].map((folder) => join(root, folder));
    const PATH = ["", ".", "bin", ...folders].join(":");
    expect(findProgram("docker", { PATH })).toBe(join(root, "right/docker"));
    expect(findProgram("docker", { PATH: "" })).toBeUndefined();
    expect(findProgram("docker", {})).toBeUndefined();
  } finally {
    rmSync(root, { recursive: true });
  }
});
