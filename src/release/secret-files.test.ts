import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { holdsSecrets } from "./secret-files.ts";
import { checkSources, readSourceTree } from "./source.ts";

test.each([
  ".env",
  ".env.prod",
  "conf/.env.local",
  ".aws/credentials",
  "home/.ssh/known_hosts",
  "id_ed25519",
  ".netrc",
  ".docker/config.json",
])("%s holds secrets", (path) => {
  expect(holdsSecrets(path)).toBe(true);
});

test.each([
  ".env.example",
  "env.py",
  "environment.yml",
  "aws/credentials.py",
  "config.json",
  "id_rsa.pub",
])("%s holds none", (path) => {
  expect(holdsSecrets(path)).toBe(false);
});

test("files of secrets are warned of before they go into a snapshot or an image, unless they are left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "esteira-secret-files-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("main.py", "print(1)\n");
  write(".env", "TOKEN=x\n");
  write("certs/ca.pem", "-----BEGIN CERTIFICATE-----\n");
  write("certs/server.key", "-----BEGIN RSA PRIVATE KEY-----\n");
  const warning = {
    code: "source/secret-file",
    severity: "warning",
    message: "this and 1 other file look like files of secrets, and would go into the image",
    help: "leave it out in .dockerignore; what steps need is named in runtime.secrets",
    location: { file: "src/projects/recsys/.env" },
    related: [
      {
        message: "looks like one too",
        location: { file: "src/projects/recsys/certs/server.key" },
      },
    ],
  };
  const options = { shownAs: "src/projects/recsys" };
  expect(await readSourceTree(folder, options)).toMatchObject({
    ok: true,
    value: { warnings: [warning] },
  });
  expect((await checkSources(folder, options)).diagnostics).toEqual([warning]);
  write(".dockerignore", ".env\n**/*.key\n");
  expect((await checkSources(folder, options)).diagnostics).toEqual([]);
  rmSync(folder, { recursive: true });
});
