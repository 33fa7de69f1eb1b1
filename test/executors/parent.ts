// Takes Esteira's place in tests that kill it: starts the attempt in the JSON file named on its
// command line, says so before and after, and stays until the attempt has ended.
import { readFileSync } from "node:fs";

import type { AttemptSpec, PreparedRuntime } from "../../src/local/executors/port.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";

interface Order {
  readonly spec: AttemptSpec;
  readonly runtime: PreparedRuntime;
  readonly dataDirectory: string;
}

const order = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Order;
const executor = createProcessExecutor({
  dataDirectory: order.dataDirectory,
  processEnvironment: process.env,
});
process.stdout.write("starting\n");
const running = await executor.start(order.spec, order.runtime);
process.stdout.write("started\n");
await running.finished;
process.stdout.write("finished\n");
