// A separate process that prepares a release with requirements: prints what it reports meanwhile,
// last the environment's folder.
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { releaseOf } from "./fixtures.ts";

const { root, snapshot } = JSON.parse(process.argv[2]!) as { root: string; snapshot: string };
const executor = createProcessExecutor({ dataDirectory: root, processEnvironment: process.env });
const print = (line: string) => process.stdout.write(`${line}\n`);
const result = await executor.prepare(
  releaseOf({ requirementsFile: "requirements.txt" }),
  snapshot,
  print,
);
print(result.ok ? result.value.decided["virtual_environment"]! : result.error.message);
