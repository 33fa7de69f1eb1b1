// The process that a detached run's launcher starts: drives the run to its end.
import { runId } from "../../src/core/ids.ts";
import { openPlatform, value } from "./fixture.ts";

const [root = "", run = ""] = process.argv.slice(2);
const platform = await openPlatform(root);
value(await platform.driver.drive(runId(run)));
await platform.close();
