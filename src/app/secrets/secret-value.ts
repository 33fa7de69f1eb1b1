import { ok, type Result } from "../../core/result.ts";
import { usage, type Failure } from "../failure.ts";

/**
 * A secret's value as it came in: UTF-8, without the line break that `echo` and editors put at the
 * end. Never says what the value is.
 */
export function secretValue(bytes: Uint8Array): Result<string, Failure> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return usage("the value isn't UTF-8 text", "Give it in base64, and let the step decode it.");
  }
  const value = text.replace(/\r?\n$/, "");
  if (value.includes("\0")) {
    return usage(
      "the value has a null character",
      "Give it in base64, and let the step decode it.",
    );
  }
  if (value !== "") return ok(value);
  return usage("the value is empty", "`esteira secrets rm` removes a secret.");
}
