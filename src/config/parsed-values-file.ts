import { join } from "node:path";
import { openLineCache } from "./line-cache.ts";
import { type ParsedValues, valueFromText, valueToText } from "./yaml/parsed-values.ts";

/** Raised when `readYaml` gives another value for a file that it accepted before. */
const FORM = 1;
/** The version of the package `yaml` that made the values; a test holds it to what is installed. */
export const PARSER_VERSION = "2.9.1";

export interface ParsedValuesFile extends ParsedValues {
  /** Writes what is new; see `LineCache`. */
  save(): void;
}

/** Values of YAML files, kept in a folder that is made when there is something to write. */
export function openParsedValues(folder: string): ParsedValuesFile {
  const cache = openLineCache(join(folder, "parsed-yaml.tsv"), {
    header: `esteira parsed yaml ${FORM} ${PARSER_VERSION}`,
    most: 5000,
  });
  return {
    get(hash) {
      const text = cache.get(hash);
      return text === undefined ? undefined : valueFromText(text);
    },
    set(hash, value) {
      // JSON escapes tabs and line breaks.
      const text = valueToText(value);
      if (text !== undefined) cache.set(hash, text);
    },
    save: () => cache.save(),
  };
}
