import { expect, test } from "vitest";

import { execa } from "execa";

import { widthOf } from "../../src/cli/render/text.ts";
import { binary, temporaryFolder } from "./cli.ts";

/** Runs a program in a terminal of as many columns as its first argument says. */
const terminal = `
import fcntl, os, pty, struct, sys, termios
process, screen = pty.fork()
if process == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        text = os.read(screen, 4096)
    except OSError:
        break
    if not text:
        break
    sys.stdout.buffer.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
`;

async function inTerminal(cwd: string, columns: number, inputs: readonly string[]) {
  const program = [String(columns), process.execPath, binary, ...inputs];
  const { stdout } = await execa("python3", ["-c", terminal, ...program], {
    cwd,
    env: { TERM: "xterm", NO_COLOR: "1", TZ: "UTC", USER: "ana" },
  });
  return stdout.split(/\r?\n/);
}

test.each([["--help"], ["run", "--help"], ["dev", "--help"], ["schedule", "--help"]])(
  "the help of %s %s fits into 60 columns",
  async (...inputs) => {
    await using folder = await temporaryFolder();
    const lines = await inTerminal(folder.path, 60, inputs);
    expect(lines.length).toBeGreaterThan(10);
    // A command to type stays whole.
    const long = lines.filter((line) => widthOf(line) > 60 && !/^ {2}esteira [^[]*$/.test(line));
    expect(long).toEqual([]);
  },
);

test("sentences are broken at spaces, under their beginning", async () => {
  await using folder = await temporaryFolder();
  const lines = await inTerminal(folder.path, 60, ["init"]);
  expect(lines).toContain("! This Esteira is in no known registry, so CI installs the");
  expect(lines).toContain("  copy in vendor/esteira-0.1.0.tgz: commit it.");
});
