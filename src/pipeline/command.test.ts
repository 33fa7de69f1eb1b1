import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { timedCommand } from "./command.ts";

test.each([
  ["python steps/x.py", "exec timeout -k 30 60 python steps/x.py"],
  [
    "  python  -m pkg.mod --top=5 a,b @f ",
    "exec timeout -k 30 60 python  -m pkg.mod --top=5 a,b @f",
  ],
  ["python a.py && python b.py", "exec timeout -k 30 60 sh -c 'python a.py && python b.py'"],
  ["MODE=fast python a.py", "exec timeout -k 30 60 sh -c 'MODE=fast python a.py'"],
  ["cd steps", "exec timeout -k 30 60 sh -c 'cd steps'"],
  ["-x", "exec timeout -k 30 60 sh -c '-x'"],
  ["echo 'it''s'", String.raw`exec timeout -k 30 60 sh -c 'echo '\''it'\'''\''s'\'''`],
  ["echo $HOME > out", "exec timeout -k 30 60 sh -c 'echo $HOME > out'"],
  [
    "python a.py\npython b.py\n",
    "exec timeout -k 30 60 sh -c 'set -e; python a.py\npython b.py\n'",
  ],
])("%j", (command, timed) => {
  expect(timedCommand(command, 60)).toBe(timed);
});

test.each([
  ["printf '%s|' 'a  b' \"c$((1+1))\" | tr b B; printf '%s' `echo d`", "a  B|c2|d"],
  ["echo plain", "plain\n"],
  ["X='$y'; printf '%s' \"$X\" 'it'\\''s'", "$yit's"],
])("%j does under its time limit what it does alone", (command, output) => {
  expect(execFileSync("sh", ["-c", command], { encoding: "utf8" })).toBe(output);
  const timed = timedCommand(command, 60);
  expect(execFileSync("sh", ["-c", timed], { encoding: "utf8" })).toBe(output);
});

test.each([
  ["echo a\nfalse\necho b", "a\n", 1],
  ["set +e\nfalse\necho b", "b\n", 0],
  ["false || true\necho b\n", "b\n", 0],
  ["cat <<END\nfalse\nEND\necho b", "false\nb\n", 0],
  ["echo a \\\n  b", "a b\n", 0],
])("%j stops at the first line that fails", (command, output, status) => {
  const ran = spawnSync("sh", ["-c", timedCommand(command, 60)], { encoding: "utf8" });
  expect([ran.stdout, ran.status]).toEqual([output, status]);
});
