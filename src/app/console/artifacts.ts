import { runId } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import { leftFiles } from "../../platform/left-files.ts";
import {
  type ArtifactsOf,
  type ArtifactStore,
  isArtifactKey,
  type StoredFile,
} from "../../platform/roles/artifacts.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import { roleOf } from "../roles.ts";
import type { PlatformSession } from "../workspace.ts";
import { csvHead } from "../../core/csv-head.ts";
import { findRunById } from "./run.ts";

type Kind = ConsoleDocumentOf<"artifacts">["artifacts"][number]["kind"];
type Look = ConsoleDocumentOf<"artifact-look">;

const kinds: Readonly<Record<string, Kind>> = {
  png: "image",
  jpg: "image",
  jpeg: "image",
  gif: "image",
  webp: "image",
  svg: "svg",
  csv: "table",
  tsv: "table",
  parquet: "table",
  json: "json",
  ndjson: "text",
  jsonl: "text",
  md: "markdown",
  txt: "text",
  log: "text",
  yaml: "text",
  yml: "text",
  toml: "text",
  ini: "text",
  py: "text",
  sql: "text",
  html: "text",
  xml: "text",
};

/** What an image is shown as; of an SVG no script runs where it is shown as an image. */
const imageTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** What a look shows at most. */
const mostText = 256 * 1024;
const mostTable = { rows: 100, columns: 60 } as const;

/** What the steps of a run left, a page of it. */
export async function listArtifacts(
  session: PlatformSession,
  run: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Result<ConsoleDocumentOf<"artifacts">, Failure>> {
  const found = await artifactsOf(session, run);
  if (!found.ok) return found;
  const { artifacts, owner, uri, steps } = found.value;
  const left = await leftFiles(artifacts, owner, undefined);
  if (!left.ok) return failed(fromPlatform(left.error));
  const files = left.value.files.flatMap(({ modifiedAt, ...file }) =>
    modifiedAt === undefined ? [] : { ...file, modifiedAt },
  );
  const from = Number(cursor ?? 0);
  return ok({
    environment: session.environment,
    run,
    uri,
    artifacts: files.slice(from, from + limit).map((file) => {
      const [folder = ""] = file.name.split("/");
      const step = file.step ?? (steps.has(folder) ? folder : undefined);
      return { name: file.name, ...shownFile(file), step, kind: kindOf(file.name) };
    }),
    next: from + limit < files.length ? String(from + limit) : undefined,
  });
}

function shownFile({ key, size, modifiedAt }: Pick<StoredFile, "key" | "size" | "modifiedAt">) {
  return { path: key, bytes: size, modifiedAt };
}

/** A look inside a file: a table's head, the beginning of a text, or that an image can be shown. */
export async function lookAtArtifact(
  session: PlatformSession,
  run: string,
  path: string,
): Promise<Result<Look, Failure>> {
  const found = await findArtifact(session, run, path);
  if (!found.ok) return found;
  const { file, read } = found.value;
  const kind = kindOf(path);
  const look: Look = {
    environment: session.environment,
    run,
    ...shownFile(file),
    kind,
    text: undefined,
    table: undefined,
    truncated: false,
    problem: undefined,
  };
  if (kind === "image" || kind === "svg" || kind === "other") return ok(look);
  if (path.toLowerCase().endsWith(".parquet")) return lookAtParquet(look, read);
  const beginning = await read(0, Math.min(file.size, mostText));
  if (!beginning.ok) return beginning;
  const truncated = file.size > mostText;
  const text = new TextDecoder().decode(beginning.value);
  // A file that is no text, whatever its name says.
  if (text.includes("\u0000")) return ok({ ...look, problem: "it is no text" });
  if (kind !== "table") return ok({ ...look, text, truncated });
  const { columns, rows, more } = csvHead(text, !truncated, mostTable);
  return ok({
    ...look,
    table: { columns, types: undefined, rows, totalRows: more ? undefined : rows.length },
    truncated: more,
  });
}

type Read = (from: number, length: number) => Promise<Result<Uint8Array, Failure>>;

/** What the library says of a file that it can't read is shown in the place of the table. */
async function lookAtParquet(look: Look, read: Read): Promise<Result<Look, Failure>> {
  const { parquetHead } = await import("./parquet-head.ts");
  let failure: Failure | undefined;
  try {
    const table = await parquetHead(
      look.bytes,
      async (from, length) => {
        const part = await read(from, length);
        if (part.ok) return part.value;
        failure = part.error;
        throw new Error(part.error.message);
      },
      mostTable,
    );
    return ok({ ...look, table, truncated: (table.totalRows ?? 0) > table.rows.length });
  } catch (error) {
    if (failure !== undefined) return failed(failure);
    const [problem] = (error instanceof Error ? error.message : String(error)).split("\n");
    return ok({ ...look, problem });
  }
}

/** A file as it is. @param asImage it is to be shown; only images can be */
export async function wholeArtifact(
  session: PlatformSession,
  run: string,
  path: string,
  asImage: boolean,
): Promise<
  Result<
    {
      readonly name: string;
      readonly imageType: string | undefined;
      readonly bytes: number;
      readonly stream: () => AsyncIterable<Uint8Array>;
    },
    Failure
  >
> {
  const found = await findArtifact(session, run, path);
  if (!found.ok) return found;
  const { file, stream } = found.value;
  const imageType = asImage ? imageTypes[endingOf(path)] : undefined;
  if (asImage && imageType === undefined) {
    return notFound(`${JSON.stringify(path)} is no image`, "Ask for it without `view`.");
  }
  return ok({ name: path.split("/").at(-1) ?? path, imageType, bytes: file.size, stream });
}

interface FoundArtifact {
  readonly file: StoredFile;
  readonly read: Read;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

async function findArtifact(
  session: PlatformSession,
  run: string,
  path: string,
): Promise<Result<FoundArtifact, Failure>> {
  const found = await artifactsOf(session, run);
  if (!found.ok) return found;
  const { artifacts, owner } = found.value;
  const file = isArtifactKey(path) ? await artifacts.find(owner, path) : ok(undefined);
  if (!file.ok) return failed(fromPlatform(file.error));
  if (file.value === undefined) {
    return notFound(
      `the run ${run} left no file ${JSON.stringify(path.slice(0, 200))}`,
      "The list of its artifacts has those that there are.",
    );
  }
  const { size } = file.value;
  return ok({
    file: file.value,
    read: async (from, length) => {
      const most = Math.min(length, size - from);
      if (most <= 0) return ok(new Uint8Array());
      const part = await artifacts.read(owner, path, { from, length: most });
      return part.ok ? ok(await bytesOf(part.value)) : failed(fromPlatform(part.error));
    },
    stream: async function* stream() {
      const whole = await artifacts.read(owner, path);
      if (!whole.ok) throw new Error(whole.error.message);
      if (whole.value !== undefined) yield* whole.value;
    },
  });
}

async function bytesOf(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces ?? []) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

interface OfRun {
  readonly artifacts: ArtifactStore;
  readonly owner: ArtifactsOf;
  readonly uri: string;
  readonly steps: ReadonlySet<string>;
}

async function artifactsOf(session: PlatformSession, run: string): Promise<Result<OfRun, Failure>> {
  const role = roleOf(session, "artifacts", (name) => ({
    message: `artifacts of ${name} can't be looked at here`,
    help: "The run says where they are.",
  }));
  if (!role.ok) return role;
  const found = await findRunById(session, run);
  if (!found.ok) return found;
  const { project, origin, artifacts: uri } = found.value;
  const release = await session.platform.releaseOf(runId(run));
  const steps = release.ok ? release.value.steps.map(({ id }) => id as string) : [];
  return ok({ artifacts: role.value, owner: { project, origin }, uri, steps: new Set(steps) });
}

function endingOf(path: string): string {
  return /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
}

function kindOf(path: string): Kind {
  return kinds[endingOf(path)] ?? "other";
}
