import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { maskOf } from "../../src/core/mask.ts";
import type { AttemptSpec } from "../../src/local/executors/port.ts";
import { type Sandbox, processExecutor, sandbox } from "./fixtures.ts";

let box: Sandbox;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => box.remove());

const token = "s3cr3t/with+signs";
const environment = { TOKEN: token, PLAIN: "in the clear" };

/** Runs a step with the secret TOKEN; the whole file of its log, without the times. */
async function logOf(command: string, changes: Partial<AttemptSpec> = {}): Promise<string> {
  const { executor, runtime } = await processExecutor(box);
  const spec = box.attempt(command, { environment, secrets: ["TOKEN"], ...changes });
  await (
    await executor.start(spec, runtime)
  ).finished;
  return readFileSync(join(spec.directory, "output.log"), "utf8").replaceAll(/^\d+ /gm, "");
}

test("a secret is in no form in the file of the log", async () => {
  expect(
    await logOf(
      String.raw`echo "$TOKEN and $PLAIN"; echo "token=$TOKEN" >&2; printf 'u:%s' "$TOKEN" | base64; printf '%s\r' "$TOKEN"; echo end`,
    ),
  ).toMatch(
    /^(?=[^]*^o \*\*\* and in the clear$)(?=[^]*^e token=\*\*\*$)(?=[^]*^o [\w+/]{0,4}\*\*\*[\w+/=]{0,4}$)(?=[^]*^o end$)(?![^]*s3cr3t)/m,
  );
});

test("one that comes in pieces, or lies where a long line is cut, is masked too", async () => {
  const halves = `printf s3cr3t/; sleep 0.2; printf 'with+signs\\n'`;
  expect(await logOf(halves)).toBe("o ***\n");
  const long = `python3 -c "import os; print('x' * (256 * 1024 - 5) + os.environ['TOKEN'] + 'y' * 300000)"`;
  const log = await logOf(long);
  expect(log).toContain("***y");
  expect(log.replaceAll(/[xy]{20,}/g, "")).not.toMatch(/s3cr|signs/);
  const slow = `python3 -c "import os, sys, time; t = os.environ['TOKEN']; w = sys.stdout.write; w('x' * (256 * 1024 - 5) + t[:8]); sys.stdout.flush(); time.sleep(0.3); w(t[8:] + 'y' * 300000)"`;
  expect((await logOf(slow)).replaceAll(/[xy]{20,}/g, "")).not.toMatch(/s3cr|signs/);
});

test("the supervisor finds what everything else on this machine finds", () => {
  const secret = fc.oneof(
    fc.string({ minLength: 6, maxLength: 40 }),
    fc.constantFrom("abcabc", "a/b+c?d", "-----BEGIN-----\nMIIEvQIBADAN\r\nshort\n-----END-----"),
  );
  const cases = fc
    .sample(
      fc.record({ secrets: fc.array(secret, { minLength: 1, maxLength: 3 }), around: fc.string() }),
      { numRuns: 300, seed: 1 },
    )
    .map(({ secrets, around }) => {
      const [first = ""] = secrets;
      const forms = [
        first,
        encodeURIComponent(first),
        Buffer.from(around + first + around).toString("base64"),
        Buffer.from(first).toString("base64url"),
      ];
      return { secrets, text: forms.join(around) };
    });
  const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
from masks import Mask
for case in json.load(sys.stdin):
    print(json.dumps(Mask([s.encode() for s in case["secrets"]])(case["text"].encode()).decode()))
`;
  const folder = join(import.meta.dirname, "../../src/local/supervisor");
  const said = execFileSync("python3", ["-I", "-S", "-c", script, folder], {
    input: JSON.stringify(cases),
    encoding: "utf8",
  });
  expect(
    said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string),
  ).toEqual(cases.map(({ secrets, text }) => maskOf(secrets)(text)));
});
