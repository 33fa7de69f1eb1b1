import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { projectName } from "../../../src/core/ids.ts";
import { describeWith } from "../../rig/parts.ts";
import {
  bootstrapped,
  deploy,
  environmentAround,
  planned,
  recsys,
  type TestEnvironment,
  changeLines,
} from "../deploy-fixture.ts";
import { moto, useMoto } from "../rig/moto.ts";
import { type Sent, useProxy } from "../rig/proxy.ts";
import { acceleratedTiming } from "../rig/timing.ts";
import { type Doing, startProcess } from "./deploying.ts";
import { inventory } from "./inventory.ts";

describeWith(moto(), "a first deploy that something happens to", (part) => {
  const server = useMoto(part);
  const proxy = useProxy(server);
  let cache = "";
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "esteira-compiled-"));
  });
  afterAll(() => rm(cache, { recursive: true, force: true }));

  /** Deploys one of these projects through the proxy, in this process. */
  async function deployed(
    { context, images }: TestEnvironment,
    project: string,
    known: readonly string[],
    factor: number,
  ) {
    const timing = acceleratedTiming(factor);
    const clients = server().clients({ timing, endpointUrl: proxy().url });
    const around = environmentAround({ ...context, clients, timing });
    const platform = await around.open({ images: () => images });
    const releases = [around.release(recsys({ name: projectName(project) }))];
    const { summary } = await deploy(platform, releases, { known: known.map(projectName) });
    return summary.projects;
  }

  /** That each of these projects is there as `like` is, once, and that nothing is left to do. */
  async function expectAllLike(
    environment: TestEnvironment,
    like: string,
    projects: readonly string[],
  ): Promise<void> {
    const there = await inventory(environment.context.clients, projects);
    const whole = there.get(like) ?? [];
    expect(whole.map((thing) => thing.replace(/ \{.*/s, "")).toSorted()).toEqual(onceEach);
    for (const project of projects) {
      const here = there.get(project) ?? [];
      const differing = [
        ...whole.filter((thing) => !here.includes(thing)).map((thing) => `lacks ${thing}`),
        ...here.filter((thing) => !whole.includes(thing)).map((thing) => `has ${thing}`),
      ];
      expect({ project, differing }).toEqual({ project, differing: [] });
      expect({ project, things: here.length }).toEqual({ project, things: whole.length });
    }
    const releases = projects.map((project) =>
      environment.release(recsys({ name: projectName(project) })),
    );
    // The registry is in this process's memory; what another one has published is there on AWS.
    for (const { release } of releases) {
      await environment.images.publish(release, { output: () => undefined });
    }
    const plan = await planned(await environment.open(), releases, { refresh: true });
    const changes = projects.flatMap((project) => changeLines(plan, project));
    expect(changes).toEqual([]);
  }

  test.each([
    ["is lost", "lost"],
    ["is served and never answered", "unheard"],
    ["is lost and all after it: it is dead", "dead"],
  ] as const)(
    "converges when any one of its requests %s",
    async (_what, how) => {
      const environment = await bootstrapped(server());
      proxy().play({});
      proxy().sent.length = 0;
      await deployed(environment, "whole", ["whole"], 10);
      const requests = proxy().sent.length;
      expect(requests).toBeGreaterThan(30);

      const known = ["whole"];
      for (let k = 1; k <= requests; k += 1) {
        const project = `${how}${k}`;
        known.push(project);
        let seen = 0;
        const cut = () => {
          seen += 1;
          return seen === k || (seen > k && how === "dead") ? ("cut" as const) : undefined;
        };
        proxy().play(how === "unheard" ? { after: cut } : { before: cut });
        // A process that is dead doesn't try again; one that goes unheard does, for a while.
        const factor = how === "dead" ? 2000 : 100;
        const [first] = await deployed(environment, project, known, factor).catch(() => []);
        expect({ project, seen }).toEqual({ project, seen: Math.max(seen, k) });
        // Most of it is fixed at once: what is lost is sent again, and what is there already isn't
        // made again.
        if (first?.outcome === "changed") continue;
        proxy().play({});
        // Where only the audit trail or the lease came after what was cut, there is nothing left to
        // do.
        const [again] = await deployed(environment, project, known, 2000);
        expect({ project, error: again?.error }).toEqual({ project, error: undefined });
        expect(again?.outcome).toMatch(/^(un)?changed$/);
      }
      await expectAllLike(environment, "whole", known);
    },
    300_000,
  );

  test("converges when its process is killed at any one of its writes", async () => {
    const environment = await bootstrapped(server());
    proxy().play({});
    const doing = (project: string, known: readonly string[], factor: number): Doing => ({
      endpointUrl: proxy().url,
      environment: environment.context.environment,
      project,
      known,
      factor,
    });
    proxy().sent.length = 0;
    const first = startProcess(cache);
    first.deploy(doing("whole", ["whole"], 1));
    const { printed } = await first.ended;
    expect(JSON.parse(printed)).toEqual({ projects: [{ project: "whole", outcome: "changed" }] });
    const writes = proxy().sent.map(spelled).filter(isWrite);
    expect(writes).toHaveLength(18);

    let next = startProcess(cache);
    const known = ["whole"];
    for (const [index, write] of writes.entries()) {
      const project = `killed${index + 1}`;
      known.push(project);
      let left = writes.slice(0, index + 1).filter((other) => other === write).length;
      const deploying = next;
      // Which takes a while to start.
      next = startProcess(cache);
      proxy().play({
        async after(sent) {
          if (spelled(sent) !== write || (left -= 1) > 0) return undefined;
          deploying.kill();
          await deploying.ended;
          return "cut";
        },
      });
      // Where the one before had nothing left to do but to give its lease back, this one waits
      // until that is void.
      deploying.deploy(doing(project, known, 300));
      expect({ write, ...(await deploying.ended) }).toMatchObject({ write, signal: "SIGKILL" });
      proxy().play({});
      const [again] = await deployed(environment, project, known, 2000);
      expect({ write, error: again?.error }).toEqual({ write, error: undefined });
    }
    next.kill();
    await next.ended;
    await expectAllLike(environment, "whole", known);
  }, 300_000);
});

/** What a project consists of. */
const onceEach = [
  "auto scaling group",
  "capacity provider",
  "cluster",
  "document",
  "launch template",
  "launch template version",
  "log group",
  "log group",
  "schedule",
  "state machine",
  "task definition",
];

/** `s3 PutObject releases`; giving the lease back is another write than taking or renewing it. */
function spelled({ service, operation, line, body }: Sent): string {
  const what = /esteira\/v1\/(\w+)/.exec(line)?.[1] ?? "";
  const back = body.includes('"released":true') ? "back" : "";
  return `${service} ${operation} ${what} ${back}`.trimEnd();
}

function isWrite(what: string): boolean {
  return !/ (Get|List|Describe)/.test(what);
}
