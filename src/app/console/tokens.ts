import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as z from "zod";

import { ok, type Result } from "../../core/result.ts";
import type { DocumentOf } from "../documents/documents.ts";
import { failed, notFound, refused, usage, type Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { suggestName } from "../names.ts";
import { findWorkspace } from "../workspace.ts";

/** Who may use a console of the workspace that others reach; times in milliseconds. */
export interface NamedToken {
  readonly name: string;
  readonly createdAt: number;
}

const stored = z.strictObject({
  schema: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      /** SHA-256 of the token: it has 256 bits by itself, so nothing slower is needed. */
      sha256: z.string(),
      createdAt: z.int(),
    }),
  ),
});
type Stored = z.infer<typeof stored>;

const nameForm = /^[a-z0-9][a-z0-9._-]{0,39}$/i;

function tokensFile(root: string): string {
  return join(root, ".esteira", "console-tokens.json");
}

/** Makes a token for somebody; what it is can be read only now. */
export async function addToken(
  host: Host,
  name: string,
): Promise<Result<DocumentOf<"console-token">, Failure>> {
  if (!nameForm.test(name)) {
    return usage(
      `${JSON.stringify(name)} can't name a token`,
      "A name has at most 40 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.",
    );
  }
  const opened = await openTokens(host);
  if (!opened.ok) return opened;
  const { path, tokens } = opened.value;
  if (tokens.some((one) => one.name === name)) {
    return refused(
      `there is a token ${name} already`,
      `Remove it first: \`esteira console token remove ${name}\`.`,
    );
  }
  const token = randomBytes(32).toString("base64url");
  const entry = { name, sha256: hashOf(token), createdAt: host.clock.now() };
  write(path, [...tokens, entry]);
  return ok({ name, token });
}

/** The names of all tokens, by name. */
export async function listTokens(
  host: Host,
): Promise<Result<DocumentOf<"console-tokens">, Failure>> {
  const opened = await openTokens(host);
  if (!opened.ok) return opened;
  const tokens = opened.value.tokens
    .map(({ name, createdAt }) => ({ name, createdAt }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return ok({ tokens });
}

/** Takes a token away: consoles that are open refuse it from then on. */
export async function removeToken(
  host: Host,
  name: string,
): Promise<Result<DocumentOf<"console-tokens">, Failure>> {
  const opened = await openTokens(host);
  if (!opened.ok) return opened;
  const { path, tokens } = opened.value;
  const names = tokens.map((one) => one.name);
  if (!names.includes(name)) {
    return notFound(
      `there is no token ${name}`,
      suggestName(name, names, { have: "There are", none: "There are none at all." }),
    );
  }
  write(
    path,
    tokens.filter((one) => one.name !== name),
  );
  return listTokens(host);
}

/** A token that somebody has shown. */
export interface FoundToken {
  readonly name: string;
  /** Its SHA-256. */
  readonly hash: string;
}

/** Knows tokens as the file has them at the moment, without reading one that didn't change. */
export interface TokenCheck {
  /** Whose token it is; undefined where it is nobody's. */
  find(token: string): FoundToken | undefined;
  /** Whether this very token is still there: a new one of the same name is another. */
  has(found: FoundToken): boolean;
}

/** @param root the workspace's folder */
export function openTokenCheck(root: string): TokenCheck {
  const path = tokensFile(root);
  let seen = "";
  let tokens: Stored["tokens"] = [];
  const current = (): Stored["tokens"] => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const now = stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (now !== seen) {
      const found = read(path);
      tokens = found.ok ? found.value : [];
      seen = now;
    }
    return tokens;
  };
  return {
    find(token) {
      const hash = hashOf(token);
      const bytes = Buffer.from(hash, "hex");
      let found: FoundToken | undefined;
      // All are compared, so that how long it takes says nothing.
      for (const { name, sha256 } of current()) {
        const other = Buffer.from(sha256, "hex");
        if (other.length === bytes.length && timingSafeEqual(other, bytes)) found = { name, hash };
      }
      return found;
    },
    has: ({ name, hash }) => current().some((one) => one.name === name && one.sha256 === hash),
  };
}

interface Opened {
  readonly path: string;
  readonly tokens: Stored["tokens"];
}

async function openTokens(host: Host): Promise<Result<Opened, Failure>> {
  const root = await findWorkspace(host);
  if (!root.ok) return root;
  const path = tokensFile(root.value);
  const tokens = read(path);
  return tokens.ok ? ok({ path, tokens: tokens.value }) : tokens;
}

function read(path: string): Result<Stored["tokens"], Failure> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return ok([]);
    throw error;
  }
  const parsed = stored.safeParse(json(text));
  if (parsed.success) return ok(parsed.data.tokens);
  return failed({
    exit: "unavailable",
    reason: "corrupt",
    message: ".esteira/console-tokens.json can't be read: it is none of Esteira's any more",
    help: "Delete it, and make the tokens anew with `esteira console token add NAME`.",
    resource: path,
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and for its owner only. */
function write(path: string, tokens: Stored["tokens"]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  const document: Stored = { schema: 1, tokens };
  writeFileSync(temporary, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
