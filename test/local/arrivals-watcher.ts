// A process that watches the folders of an environment until it is killed.
import { setTimeout as sleep } from "node:timers/promises";

import { openWatcher } from "../../src/local/arrivals/watcher.ts";
import { systemClock } from "../../src/core/clock.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { openStore } from "../../src/local/store/open.ts";
import { value } from "./fixture.ts";

const [root = ""] = process.argv.slice(2);
const layout = layoutOf(root);
const store = value(openStore(layout));
const context = { store, layout, environment: "local", clock: systemClock };
const watcher = openWatcher(context, () => undefined, { everyMs: 0, settleMs: 20 });
process.stdout.write("ready\n");
for (;;) {
  await watcher.look(performance.now());
  await sleep(2);
}
