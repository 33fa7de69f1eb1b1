import type { AwsContext, Clients } from "../../../src/aws/sdk/context.ts";
import type { AwsPlatform } from "../../../src/aws/platform.ts";
import type { Project } from "../../../src/config/model.ts";
import { type ProjectName, projectName } from "../../../src/core/ids.ts";
import type { FingerprintedRelease } from "../../../src/release/release.ts";
import { environmentAround, recsys, type TestEnvironment } from "../deploy-fixture.ts";
import { intercept } from "../rig/middleware.ts";

/** Where a cycle happens: who acts in it, and who changes things by hand meanwhile. */
export interface World {
  /** The administrator's. */
  readonly admin: AwsContext;
  /** Those whose rights are looked at; the same account. */
  readonly clients: Clients;
  /** All names are made of it. */
  readonly project: ProjectName;
}

/** One thing that people do with the environment. */
export interface Phase {
  readonly name: string;
  /**
   * Which policy has to suffice for it; undefined for what an administrator does by hand in
   * between.
   */
  readonly rights: "plan" | "deploy" | undefined;
  readonly act: (opened: Opened) => Promise<void>;
}

/** What the phases of one cycle share. */
export interface Opened {
  readonly world: World;
  readonly environment: TestEnvironment;
  readonly open: (adopt?: boolean) => Promise<AwsPlatform>;
  readonly release: (changes?: Partial<Project>, source?: string) => FingerprintedRelease;
  /** A second project, for what one alone can't show. */
  readonly other: () => FingerprintedRelease;
}

/** Opens the environment for a cycle; what the emulator can't do is answered for it. */
export function opened(world: World): Opened {
  const clients = intercept(world.clients, ({ operation }) =>
    operation === "DeleteLaunchTemplateVersions" ? {} : undefined,
  );
  const environment = environmentAround({ ...world.admin, clients });
  const { images } = environment;
  const secrets = {
    TOKEN: { source: "ssm" as const, name: "token" },
    PASSWORD: { source: "secretsmanager" as const, name: "password" },
  };
  const project = (name: ProjectName, changes: Partial<Project>) => {
    const plain = recsys({ name, directory: `src/projects/${name}`, ...changes });
    return { ...plain, runtime: { ...plain.runtime, secrets } };
  };
  return {
    world,
    environment,
    open: (adopt = false) => environment.open({ images: () => images, adopt }),
    release: (changes = {}, source = "source-1") =>
      environment.release(project(world.project, changes), source),
    other: () => environment.release(project(otherThan(world.project), {})),
  };
}

export function otherThan(project: ProjectName): ProjectName {
  return projectName(`${project}-other`);
}
