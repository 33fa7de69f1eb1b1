import { dirname, relative } from "node:path";

import { indexSecrets } from "../../config/shared-secrets.ts";
import { ownValue } from "../../core/own.ts";
import { err, ok } from "../../core/result.ts";
import { type IndexOpener, openIndex } from "../../platform/package-index.ts";
import { readSecretFiles, secretFile } from "../engine/secret-places.ts";
import { layoutOf } from "../layout.ts";

/**
 * Opens indexes with the secrets of this machine: from the process's environment, else from
 * `.esteira/secrets/_index.env`.
 *
 * @param dataDirectory `.esteira` of the workspace
 */
export function localIndexes(
  dataDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): IndexOpener {
  const layout = layoutOf(dirname(dataDirectory));
  return async (index) => {
    const file = secretFile(layout, indexSecrets);
    const { secret: name } = index;
    // CI gives variables that nobody has set an empty value.
    const given = ownValue(environment, name);
    if (given) return ok(openIndex(index, given));
    const read = readSecretFiles(layout, [file]);
    const value = read.at({ file, name });
    if (value) return ok(openIndex(index, value));
    return err({
      reason: "refused",
      message:
        read.wrong ??
        `${index.url} needs ${name}, which has no value on this machine: neither in the environment nor in ${relative(layout.root, file)}`,
      help: `\`esteira secrets set ${name}\` keeps one; in CI give it as a variable of the environment`,
      resource: name,
    });
  };
}
