import { join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

const supervisor = join(import.meta.dirname, "../../src/local/supervisor");

/**
 * Runs a program beside the supervisor's modules, where the kernel's lists of children are not to
 * be had.
 */
async function withoutKernelLists(program: string): Promise<string> {
  const prologue = `
import os, sys, time
sys.dont_write_bytecode = True
sys.path.append(${JSON.stringify(supervisor)})
import processes
processes.CHILDREN_LISTED = False
`;
  const { stdout } = await execa("python3", ["-I", "-c", prologue + program]);
  return stdout;
}

test("where the system keeps no lists of children, ps finds the tree, its memory, and a daemon seen before", async () => {
  const said = await withoutKernelLists(`
read_end, write_end = os.pipe()
child = os.fork()
if child == 0:
    if os.fork() == 0:
        os.setsid()
        hoard = b"x" * 50_000_000
        os.write(write_end, b"%d" % os.getpid())
        time.sleep(60)
    time.sleep(60)
grandchild = int(os.read(read_end, 20))
family = processes.Family()
print(family.refresh() == {child, grandchild}, family.memory(0) > 50_000_000)
os.kill(child, 9)
os.waitpid(child, 0)
print(family.refresh() == {grandchild})
while family.refresh():
    family.send(9)
    time.sleep(0.01)
print(os.path.exists(f"/proc/{grandchild}"))
`);
  expect(said).toBe("True True\nTrue\nFalse");
});
