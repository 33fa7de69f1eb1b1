import { isUtf8 } from "node:buffer";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { parsedYaml, treeOf, type YamlTree } from "./parsed-yaml.ts";
import { plainYaml } from "./plain-yaml.ts";
import { sourceRange } from "./source-range.ts";

/** A YAML file that could be read, with what is needed to say where each of its values is. */
export interface YamlSource {
  /** Relative to the workspace's root, with `/`. */
  readonly file: string;
  readonly text: string;
  /** Plain data. Maps have no prototype. */
  readonly value: unknown;
  /**
   * The places of the values. Made when first asked for: most files have nothing to say about them,
   * and places take memory.
   */
  readonly tree: () => YamlTree;
}

/**
 * Reads the bytes of a YAML file into plain data. Everything that YAML allows and a configuration
 * can't want is refused with its place: duplicate keys, several documents, merge keys, tags, keys
 * that are not text, aliases that multiply or contain themselves.
 */
export function readYaml(file: string, bytes: Uint8Array): Result<YamlSource, Diagnostic[]> {
  const decoded = decode(file, bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.value;
  const at = (start: number, end: number) => ({ file, range: sourceRange(text, start, end) });
  const plain = plainYaml(text);
  const read = plain === undefined ? parsedYaml(file, text, at) : ok(plain);
  if (!read.ok) return read;
  let tree: YamlTree | undefined;
  return ok({ file, text, value: read.value, tree: () => (tree ??= treeOf(text, at)) });
}

const decoder = new TextDecoder();

function decode(file: string, bytes: Uint8Array): Result<string, Diagnostic[]> {
  const refuse = (message: string, help: string) =>
    err<Diagnostic[]>([
      { code: "file/not-text", severity: "error", message, help, location: { file } },
    ]);
  if (bytes.includes(0)) {
    return refuse("the file is binary, or in UTF-16", "save it as text in UTF-8");
  }
  if (!isUtf8(bytes)) return refuse("the file is not valid UTF-8", "save it as text in UTF-8");
  // The decoder drops the byte order mark that some editors write.
  return ok(decoder.decode(bytes));
}
