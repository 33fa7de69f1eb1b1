import type { Call } from "./middleware.ts";
import type { Authorization } from "./policy.ts";

/** What the ARNs of a call are made of, and what a call doesn't say itself. */
export interface Account {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** The role in the launch templates' instance profile, which Auto Scaling must be handed. */
  readonly instanceRole: string;
  /** Tags of what there is: the environment's own unless said otherwise. */
  readonly tags?: Readonly<Record<string, string>>;
}

export type Input = Call["input"];
export type Asked = (
  input: Input,
  account: Account,
  arn: (service: string, resource: string) => string,
) => readonly Authorization[];

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
export const hasTags = (input: Input): boolean =>
  [input["tags"], input["Tags"]].some((tags) =>
    Array.isArray(tags) ? tags.length > 0 : tags !== undefined,
  );
export const ask = (
  action: string,
  resource: string,
  context?: Authorization["context"],
): Authorization => (context === undefined ? { action, resource } : { action, resource, context });

/** For what can't be limited to a resource. */
export const everywhere =
  (action: string): Asked =>
  (_, { region }) => [ask(action, "*", { "aws:RequestedRegion": region })];
export const pass = (role: unknown, service: string): Authorization[] =>
  text(role) === "" ? [] : [ask("iam:PassRole", text(role), { "iam:PassedToService": service })];

/** Tags by the condition keys that they are asked for with. */
export const tagContext = (
  key: "aws:RequestTag" | "aws:ResourceTag",
  tags: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
const own = { "esteira:workspace": "acme", "esteira:environment": "dev" };
export const resourceTags = ({ tags = own }: Account): Record<string, string> =>
  tagContext("aws:ResourceTag", tags);
/** Of either spelling: `{ Key, Value }` or `{ key, value }`. */
export const requestTags = (list: unknown): Record<string, string> =>
  tagContext(
    "aws:RequestTag",
    Object.fromEntries(
      (Array.isArray(list) ? (list as readonly Record<string, string>[]) : []).map((tag) => [
        tag["Key"] ?? tag["key"] ?? "",
        tag["Value"] ?? tag["value"] ?? "",
      ]),
    ),
  );
