import { useSignal } from "@preact/signals";

import type { PartProperties } from "./about.ts";
import { projectWords } from "./words.ts";
import { yamlOf } from "./yaml.ts";

/** The release as it is deployed, in the form of `config.yaml`. */
export function Config({ about: { config } }: PartProperties) {
  const words = projectWords();
  const copied = useSignal(false);
  const text = yamlOf(config);
  return (
    <section class="section">
      <header>
        <h2>{words.configTitle}</h2>
        <button
          type="button"
          class="textlink push noprint"
          onClick={() =>
            void navigator.clipboard.writeText(text).then(() => {
              copied.value = true;
            })
          }
        >
          {copied.value ? "✓ " : ""}
          {words.copyConfig}
        </button>
      </header>
      <pre class="yaml" tabIndex={0} aria-label={words.configTitle}>
        {text.split("\n").map((line, index) => (
          <Line key={index} line={line} />
        ))}
      </pre>
    </section>
  );
}

/** A line with its key less strong than its value. */
function Line({ line }: { readonly line: string }) {
  const [, key, value] = /^(\s*(?:- )*[^:"]+:)(.*)$/.exec(line) ?? [];
  if (key === undefined) return <>{`${line}\n`}</>;
  return (
    <>
      <span class="key">{key}</span>
      {value}
      {"\n"}
    </>
  );
}
