import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { projectName } from "../../core/ids.ts";
import { missingSecrets } from "./secrets.ts";

test("a file of secrets that others may read is warned of, with the command that closes it", async () => {
  const root = mkdtempSync(join(tmpdir(), "esteira-secrets-"));
  writeFileSync(join(root, "esteira.yaml"), "workspace: acme\n");
  const folder = join(root, ".esteira", "secrets");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "recsys.env");
  writeFileSync(file, "TOKEN=x\n");
  const release = {
    project: projectName("recsys"),
    task: { secrets: { TOKEN: { source: "ssm", name: "TOKEN" } } },
  } as unknown as Parameters<typeof missingSecrets>[1];
  const host = { cwd: root, environment: {} } as unknown as Parameters<typeof missingSecrets>[0];
  const about = { project: "recsys", subject: "secrets" };
  const there = { ...about, outcome: "passed", message: "TOKEN: there" };
  chmodSync(file, 0o644);
  expect(await missingSecrets(host, release)).toEqual([
    there,
    {
      ...about,
      outcome: "warning",
      message: "others than its owner may read .esteira/secrets/recsys.env (its mode is 0644)",
      help: "`chmod 600 .esteira/secrets/recsys.env`",
    },
  ]);
  chmodSync(file, 0o600);
  expect(await missingSecrets(host, release)).toEqual([there]);
  rmSync(root, { recursive: true });
});
