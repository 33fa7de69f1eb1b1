import { expect, test } from "vitest";

import type { Project } from "../../src/config/model.ts";
import { projectName } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, environmentAround, recsys, type TestEnvironment } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "verify looks at the quotas", (part) => {
  const server = useMoto(part);

  const quotas = async (environment: TestEnvironment, projects: readonly Project[]) => {
    const platform = await environment.open();
    const releases = projects.map((project) => environment.release(project));
    return unwrap(await platform.verification.verify(releases)).filter(
      ({ subject }) => subject === "quotas",
    );
  };
  /** The account with other applied quotas of EC2 than a new one has. */
  const withQuota = (environment: TestEnvironment, values: Readonly<Record<string, number>>) => {
    const asked: string[] = [];
    const clients = intercept(server().clients(), ({ operation, input }) => {
      const code = String(input["QuotaCode"]);
      if (operation !== "GetServiceQuota" || values[code] === undefined) return undefined;
      asked.push(code);
      return { Quota: { QuotaCode: code, Value: values[code] } };
    });
    return { asked, environment: environmentAround({ ...environment.context, clients }) };
  };
  const named = (name: string, changes: Partial<Project["compute"]> = {}) =>
    recsys({ name: projectName(name), compute: { ...recsys().compute, ...changes } });

  test("a new account's five spot vCPUs don't hold what the mission's example asks for", async () => {
    const environment = await bootstrapped(server());
    expect(await quotas(environment, [recsys()])).toEqual([
      {
        project: undefined,
        subject: "quotas",
        outcome: "passed",
        message: "auto scaling groups: 0 of 500 exist, 1 more are needed",
      },
      {
        project: undefined,
        subject: "quotas",
        outcome: "warning",
        message:
          "spot vCPUs of Standard (A, C, D, H, I, M, R, T, Z) instances: the projects can ask for 8 at once, the quota is 5",
        help: "ask AWS for more in the Service Quotas console (EC2, L-34B43A08); until then tasks wait for each other",
      },
    ]);
  });

  test("what all projects ask for together counts, by family and by how instances are bought", async () => {
    const { environment, asked } = withQuota(await bootstrapped(server()), {
      "L-34B43A08": 16,
      "L-1216C47A": 5,
      "L-DB2E81BA": 2,
    });
    const projects = [
      named("one"),
      named("two"),
      named("bought", { spot: false, instanceTypes: ["t3.medium"], maxQuantity: 1 }),
      named("graphics", { spot: false, instanceTypes: ["g4dn.xlarge"], maxQuantity: 1 }),
    ];
    const found = await quotas(environment, projects);
    expect(asked.toSorted()).toEqual(["L-1216C47A", "L-34B43A08", "L-DB2E81BA"]);
    expect(
      found
        .slice(1)
        .map(({ outcome, message }) => `${outcome}: ${message}`)
        .toSorted(),
    ).toEqual([
      "failed: on-demand vCPUs of G and VT instances: the projects can ask for 4 at once, the quota is 2: an instance has 4, so none can start",
      "passed: on-demand vCPUs of Standard (A, C, D, H, I, M, R, T, Z) instances: the projects can ask for 2 at once, the quota is 5",
      "passed: spot vCPUs of Standard (A, C, D, H, I, M, R, T, Z) instances: the projects can ask for 16 at once, the quota is 16",
    ]);
  });
});
