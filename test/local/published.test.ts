import { mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { lookAtFiles } from "../../src/local/scheduler/published.ts";

test("what is fresh counts beside a folder that can't be read; what isn't fresh may be in there", async () => {
  const root = mkdtempSync(join(tmpdir(), "esteira-published-"));
  try {
    // Folders in each other, until their path is longer than any that can be opened.
    const deep = "import os\nfor each in range(25): os.mkdir('d' * 200); os.chdir('d' * 200)";
    await execa("python3", ["-c", deep], { cwd: root });
    const file = join(root, "scores.csv");
    writeFileSync(file, "1");
    utimesSync(file, 2, 2);
    expect(await lookAtFiles(root, "file:./", 1000)).toEqual({
      ok: true,
      value: { newest: 2000, more: false },
    });
    await expect(lookAtFiles(root, "file:./", 3000)).rejects.toThrow("ENAMETOOLONG");
  } finally {
    await execa("rm", ["-rf", root]);
  }
});
