import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { useSignal } from "@preact/signals";
import { addressFor } from "../../api/api.ts";
import { withParameters } from "../../app/location.ts";
import { Ago } from "../../parts/when.tsx";
import { bytes } from "../../words/format.ts";
import { artifactWords } from "./words.ts";

export type Artifact = ConsoleDocument<"artifacts">["artifacts"][number];

/** What steps left: path, size, and each to have whole. */
export function Files({
  environment,
  run,
  files,
  chosen,
  dated,
}: {
  readonly environment: string;
  readonly run: string;
  readonly files: readonly Artifact[];
  readonly chosen: string | undefined;
  /** Whether there is room for when each was written. */
  readonly dated: boolean;
}) {
  const words = artifactWords();
  return (
    <table class="files">
      <thead>
        <tr>
          <th scope="col">{words.file}</th>
          {dated && <th scope="col">{words.changed}</th>}
          <th scope="col" class="number">
            {words.size}
          </th>
          <th scope="col">
            <span class="unseen">{words.download}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ name, path, bytes: size, modifiedAt }) => (
          <tr key={path} class={path === chosen ? "chosen" : ""}>
            <td>
              <a
                href={withParameters({ file: path === chosen ? undefined : path })}
                aria-current={path === chosen ? "true" : undefined}
                data-file={path}
              >
                {name}
              </a>
            </td>
            {dated && (
              <td class="dim">
                <Ago at={modifiedAt} />
              </td>
            )}
            <td class="number">{bytes(size)}</td>
            <td class="number noprint">
              <a
                class="link"
                href={`/api/v1${addressFor("artifactRaw", { env: environment, run }, { path })}`}
                download=""
                aria-label={`${words.download} ${name}`}
                title={words.download}
              >
                ↓
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Copies where the artifacts of a run are. */
export function CopyPath({ uri }: { readonly uri: string | undefined }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(uri ?? "");
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  return (
    <button type="button" class="textlink noprint" title={uri} onClick={() => void copy()}>
      <span aria-live="polite">
        {copied.value ? artifactWords().copied : artifactWords().copyPath}
      </span>
    </button>
  );
}

/** `9 files, 1.2 GB`. */
export function sumOf(files: readonly Artifact[], counted: string): string {
  const size = files.reduce((sum, { bytes: one }) => sum + one, 0);
  return `${artifactWords().files(counted)}, ${bytes(size)}`;
}
