import { mapConcurrently } from "../core/concurrency.ts";
import type { EdgeError } from "../core/edge-error.ts";
import { ok, type Result } from "../core/result.ts";
import {
  parseOutputsManifest,
  staysInside,
  type OutputsManifest,
} from "../runs/outputs-manifest.ts";
import type { ArtifactsOf, ArtifactStore, StoredFile } from "./roles/artifacts.ts";

/** A file that a run left, by the name that people see. */
export interface LeftFile {
  /** `train/model.pkl`; relative, with `/`, and unlike that of any other file of the run. */
  readonly name: string;
  /** Undefined for a file that some step wrote by `ESTEIRA_ARTIFACTS_URI`. */
  readonly step: string | undefined;
  /** Text of the item of a step with `for_each`. */
  readonly item: string | undefined;
  /**
   * Declared in `outputs`, left in `ESTEIRA_ARTIFACTS_DIR`, or written by `ESTEIRA_ARTIFACTS_URI`.
   */
  readonly kind: "output" | "artifact" | "file";
  /** Where it is, relative to the run's artifacts. */
  readonly key: string;
  readonly size: number;
  /** Milliseconds since the epoch; undefined where the file isn't there any more. */
  readonly modifiedAt: number | undefined;
  readonly sha256: string | undefined;
  /** Permissions. */
  readonly mode: number | undefined;
}

export interface LeftFiles {
  /** By their names. */
  readonly files: readonly LeftFile[];
  /** There are more than were looked at. */
  readonly more: boolean;
}

/** A run with more files is listed in part, and says so. */
const mostFiles = 100_000;
const ours = /^_(?:outputs|checkpoints|report)\//;
const manifestKey = /^(_outputs\/[^/]+(?:\/items\/[^/]+)?)\/manifest\.json$/;

/**
 * Everything that the steps of a run left: what they kept as outputs and artifacts, by their
 * manifests, and other files below the run's artifacts.
 *
 * @param step only what this one left
 */
export async function leftFiles(
  store: ArtifactStore,
  of: ArtifactsOf,
  step: string | undefined,
): Promise<Result<LeftFiles, EdgeError>> {
  const listed = await store.list(of, mostFiles);
  if (!listed.ok) return listed;
  const places = listed.value.flatMap(({ key }) => manifestKey.exec(key)?.[1] ?? []);
  const read = await mapConcurrently(places, 8, async (place) => {
    const text = await textOf(store, of, `${place}/manifest.json`);
    if (!text.ok) return text;
    const manifest = parseOutputsManifest(text.value);
    return ok(manifest === undefined ? [] : [{ place, manifest }]);
  });
  const kept: Kept[] = [];
  for (const one of read) {
    if (!one.ok) return one;
    kept.push(...one.value);
  }
  const written = new Map(listed.value.map(({ key, modifiedAt }) => [key, modifiedAt]));
  const all = [
    ...plainFiles(listed.value),
    ...newest(kept).flatMap((one) => keptFiles(one, written)),
  ];
  const files = named(all.filter((file) => step === undefined || isOf(file, step)));
  return ok({ files, more: listed.value.length > mostFiles });
}

interface Kept {
  readonly place: string;
  readonly manifest: OutputsManifest;
}

async function textOf(store: ArtifactStore, of: ArtifactsOf, key: string) {
  const content = await store.read(of, key);
  if (!content.ok) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.value ?? []) chunks.push(chunk);
  return ok(Buffer.concat(chunks).toString("utf8"));
}

/** Of items those of the run that kept any last: others are of an earlier list. */
function newest(kept: readonly Kept[]): readonly Kept[] {
  const last = new Map<string, OutputsManifest>();
  for (const { manifest } of kept) {
    const before = last.get(manifest.step);
    if (before === undefined || before.attempt < manifest.attempt) {
      last.set(manifest.step, manifest);
    }
  }
  return kept.filter(({ manifest: { step, run } }) => last.get(step)?.run === run);
}

function keptFiles({ place, manifest }: Kept, written: ReadonlyMap<string, number>): LeftFile[] {
  const { step, item, attempt } = manifest;
  return manifest.entries.flatMap(({ within, path, size, sha256, mode }): LeftFile[] => {
    if (size === undefined) return []; // Links and empty folders have no content.
    const kind = within === "work" ? "output" : "artifact";
    const key = `${place}/${attempt}/${within}/${path}`;
    const modifiedAt = written.get(key);
    return [{ name: `${step}/${path}`, step, item, kind, key, size, modifiedAt, sha256, mode }];
  });
}

function plainFiles(files: readonly StoredFile[]): LeftFile[] {
  return files.flatMap(({ key, size, modifiedAt }): LeftFile[] => {
    // A bucket takes any text as a key, such as `../x`.
    if (ours.test(key) || !staysInside(key)) return [];
    const rest = { step: undefined, item: undefined, sha256: undefined, mode: undefined };
    return [{ ...rest, name: key, kind: "file", key, size, modifiedAt }];
  });
}

/** Files that steps wrote by the URI are theirs by the folder, as the templates do it. */
function isOf(file: LeftFile, step: string): boolean {
  return file.step === undefined ? file.name.startsWith(`${step}/`) : file.step === step;
}

/** Two files of one name, as items may leave them, get what distinguishes them into it. */
function named(files: readonly LeftFile[]): readonly LeftFile[] {
  const count = new Map<string, number>();
  for (const { name } of files) count.set(name, (count.get(name) ?? 0) + 1);
  const unlike = files.map((file) => {
    if (count.get(file.name) === 1) return file;
    const [, , ...inside] = file.key.split("/");
    // Of what was kept, the rest of its key is unlike any other's.
    return file.step === undefined ? file : { ...file, name: `${file.step}/${inside.join("/")}` };
  });
  return unlike.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
