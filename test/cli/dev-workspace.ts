import { openTerminal, type Terminal } from "../rig/terminal.ts";
import { binary } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const steps = `- { id: prepare, command: "echo prepared > out.txt; echo in-$ENV", outputs: [out.txt] }
- { id: train, command: "python3 train.py" }`;

/** The second step's code, which this line ends. */
export const train = (line: string): string => `import helper
text = open("out.txt").read().strip()
${line}
`;

/** A project whose second step reads what the first one left, by a module of the project. */
export async function trialsWorkspace(): Promise<{ readonly path: string } & AsyncDisposable> {
  const made = await shellWorkspace({ recsys: steps });
  await write(made.path, "src/projects/recsys/train.py", train("print('first', text)"));
  const fails = 'def fails():\n    raise ValueError("no rows")\n';
  await write(made.path, "src/projects/recsys/helper.py", fails);
  return made;
}

/** The command as somebody types it there. */
export function typed(cwd: string, ...inputs: string[]): Terminal {
  return openTerminal([process.execPath, binary, ...inputs], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, USER: "ana", TERM: "xterm", TZ: "UTC" },
  });
}
