import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { temporaryFolder } from "../cli/cli.ts";
import { root } from "./first-minutes.ts";

test("what is set for pip, and the machine's certificates, are handed to uv by the scripts", async () => {
  await using folder = await temporaryFolder();
  const program = async (name: string, text: string) => {
    await writeFile(join(folder.path, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder.path, name), 0o755);
  };
  await program(
    "uv",
    `case $1 in --version) echo "uv 0.13.9" ;; pip) env | grep -E '^(UV|SSL)_' | sort ;; esac`,
  );
  const script = `. tools/common.sh && new_environment "$(find_python)" "$1" example`;
  const { stdout } = await execa("bash", ["-c", script, "-", join(folder.path, "venv")], {
    cwd: root,
    env: {
      PATH: `${folder.path}:${process.env["PATH"]}`,
      HOME: folder.path,
      PIP_CONFIG_FILE: "/dev/null",
      PIP_INDEX_URL: "https://index.example.com/simple",
      PIP_EXTRA_INDEX_URL: "https://one.example.com/simple",
      PIP_CERT: "/certificates.pem",
      PIP_TRUSTED_HOST: "one.example.com",
    },
    extendEnv: false,
  });
  expect(stdout.split("\n")).toEqual([
    "SSL_CERT_FILE=/certificates.pem",
    "UV_DEFAULT_INDEX=https://index.example.com/simple",
    "UV_INDEX=https://one.example.com/simple",
    "UV_INSECURE_HOST=one.example.com",
    "UV_SYSTEM_CERTS=true",
  ]);
});

test("make test says of each part how long it took, and which ones failed", async () => {
  const script = `set -uo pipefail; . tools/common.sh; failed=()
    begin "slow part" sh -c "echo working; sleep 1.1"
    begin "broken part" sh -c "echo no such thing; exit 3"
    finish; echo "failed: \${failed[*]}"`;
  const { stdout } = await execa("bash", ["-c", script], { cwd: root });
  const [, slow, broken, failed] =
    /^\n• slow part\nworking\n {2}slow part: (\d+) s\n\n• broken part\nno such thing\n {2}broken part: (\d+) s\nfailed: (.*)$/.exec(
      `\n${stdout.trimStart()}`,
    ) ?? [];
  expect(Number(slow)).toBeGreaterThanOrEqual(1);
  expect([Number(broken) >= 0, failed]).toEqual([true, "broken part"]);
});
