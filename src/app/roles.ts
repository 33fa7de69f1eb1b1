import { ok, type Result } from "../core/result.ts";
import type { Platform } from "../platform/port.ts";
import type { RoleName } from "../platform/roles/roles.ts";
import type { Exit } from "./exit-codes.ts";
import { refused, type Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import { withPlatform, type PlatformSession } from "./workspace.ts";

/** A role of a platform that has it. */
export type Role<Name extends RoleName> = NonNullable<Platform[Name]>;

/** What is said of an environment that lacks a role. */
export type Lacking = (environment: string) => {
  /** What can't be done there, in the words that follow `error:`. */
  readonly message: string;
  /** What to do instead. */
  readonly help: string;
};

/**
 * The role that an operation needs of an opened platform; where it lacks it, a failure that says
 * so.
 */
export function roleOf<Name extends RoleName>(
  { platform, environment }: Pick<PlatformSession, "platform" | "environment">,
  name: Name,
  lacking: Lacking,
): Result<Role<Name>, Failure> {
  const role = platform[name];
  if (role !== undefined) return ok(role);
  const { message, help } = lacking(environment);
  return refused(message, help);
}

/** Opens the platform of the environment that is meant, for work that one of its roles does. */
export async function withRole<Name extends RoleName>(
  host: Host,
  wanted: string | undefined,
  needed: { readonly role: Name; readonly lacking: Lacking },
  work: (role: Role<Name>, session: PlatformSession) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  return withPlatform(host, wanted, async (session) => {
    const role = roleOf(session, needed.role, needed.lacking);
    return role.ok ? work(role.value, session) : role;
  });
}
