import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach } from "vitest";

import type { Place } from "../../src/local/arrivals/take.ts";
import { layoutOf } from "../../src/local/layout.ts";
import { waitingFires } from "../../src/local/store/fires.ts";
import { openStore } from "../../src/local/store/open.ts";
import { putSchedule } from "../../src/local/store/schedules.ts";
import type { Store } from "../../src/local/store/store.ts";
import type { ScheduleSpec } from "../../src/release/release.ts";
import { onExpression, type OnRule } from "../../src/schedule/on.ts";
import { makeWorkspace, value, type Workspace } from "./fixture.ts";
import { spec } from "./scheduler.ts";

/** What the projects of these tests wait for. */
export const source = "in/*.csv";

/** The schedule of a project that waits for files. */
export function waiting(on: OnRule, changes: Partial<ScheduleSpec> = {}): ScheduleSpec {
  const { cron: _none, ...rest } = spec("", { on, expression: onExpression(on), ...changes });
  return rest;
}

export const nameOf = (uri: string): string => decodeURI(uri.split("/").at(-1) ?? "");

/** A workspace of each test with the folder `in`, and its store. */
export class Arriving {
  workspace!: Workspace;
  store!: Store;

  put(row: ScheduleSpec, at = Date.now(), project = "scores"): void {
    this.store.write(() => putSchedule(this.store, "local", project, row, at));
  }

  placeOf(project = "scores"): Place {
    const { store, workspace } = this;
    return { store, layout: layoutOf(workspace.root), environment: "local", project };
  }

  path(name: string): string {
    return join(this.workspace.root, "in", name);
  }

  /** Names of the files that each run was started for, in the order of the starts. */
  started(project = "scores"): string[][] {
    return waitingFires(this.store, "local", 0)
      .filter((fire) => fire.project === project)
      .map(({ start }) => {
        const on = start?.input.on;
        if (on === undefined) return [];
        const text =
          "list" in on ? readFileSync(new URL(on.list), "utf8") : JSON.stringify(on.uris);
        const uris = JSON.parse(text) as string[];
        if (uris.length !== on.count) throw new Error(`${uris.length} of ${on.count} files`);
        return uris.map(nameOf);
      });
  }
}

/** The same object for all tests of a file. */
export function useArriving(): Arriving {
  const arriving = new Arriving();
  beforeEach(() => {
    arriving.workspace = makeWorkspace();
    arriving.store = value(openStore(layoutOf(arriving.workspace.root)));
    mkdirSync(join(arriving.workspace.root, "in"));
  });
  afterEach(() => {
    arriving.store.close();
    arriving.workspace[Symbol.dispose]();
  });
  return arriving;
}
