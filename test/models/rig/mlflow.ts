import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, inject } from "vitest";

import { borrow } from "../../rig/lending.ts";
import type { Part } from "../../rig/parts.ts";

/** Major versions of MLflow whose servers the tests talk to. */
export const mlflowVersions = [3, 2] as const;

/** An MLflow server, installed and ready to be started. */
export interface Mlflow {
  readonly python: string;
}

/** The virtual environment that `tools/rig/make-mlflow.sh` makes; `make test` runs that. */
export function mlflow(major: (typeof mlflowVersions)[number]): Part<Mlflow> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const environment = `${root}.cache/mlflow${major}`;
  const made = `${environment}/requirements.txt`;
  const wanted = readFileSync(`${root}tools/rig/requirements-mlflow${major}.txt`, "utf8");
  if (!existsSync(made) || readFileSync(made, "utf8") !== wanted) {
    return { missing: `an MLflow ${major} server: \`tools/rig/make-mlflow.sh\` installs it` };
  }
  return { python: `${environment}/bin/python` };
}

export interface MlflowServer {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  /**
   * Makes a registered model; `versions` many, each made by its own run with these metrics and
   * `k` as a parameter.
   */
  readonly register: (
    model: string,
    versions: readonly Readonly<Record<string, number>>[],
  ) => Promise<void>;
  /** Asks its REST API, as anybody does. */
  readonly ask: (
    method: "GET" | "POST",
    path: string,
    given: object,
  ) => Promise<Record<string, unknown>>;
}

/**
 * One server for the tests of a file; each test has models with names of that test. Call it in the
 * body of `describeWith`.
 */
export function useMlflow(part: () => Mlflow): () => MlflowServer {
  let server: MlflowServer | undefined;
  let giveBack: (() => void) | undefined;
  beforeAll(async () => {
    const borrowed = await borrow(inject("mlflowPool"), part().python);
    server = serverAt(borrowed.url);
    ({ giveBack } = borrowed);
  });
  afterAll(() => giveBack?.());
  return () => {
    if (server === undefined) throw new Error("MLflow runs in tests and hooks only");
    return server;
  };
}

function serverAt(url: string): MlflowServer {
  const ask: MlflowServer["ask"] = async (method, path, given) => {
    const address = new URL(`${url}/api/2.0/mlflow/${path}`);
    if (method === "GET") {
      for (const [key, value] of Object.entries(given))
        address.searchParams.set(key, String(value));
    }
    const answer = await fetch(address, {
      method,
      ...(method === "GET"
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(given) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return {
    url,
    ask,
    async register(name, versions) {
      await ask("POST", "registered-models/create", { name });
      for (const [index, metrics] of versions.entries()) {
        const made = await ask("POST", "runs/create", { experiment_id: "0", start_time: 1 });
        const { run_id } = (made["run"] as { info: { run_id: string } }).info;
        await ask("POST", "runs/log-batch", {
          run_id,
          metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 1 })),
          params: [{ key: "k", value: String(index + 5) }],
        });
        await ask("POST", "model-versions/create", {
          name,
          source: `mlflow-artifacts:/0/${run_id}/artifacts/model`,
          run_id,
        });
      }
    },
  };
}
