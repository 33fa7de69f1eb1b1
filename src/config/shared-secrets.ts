/**
 * What takes the project's place in the names of secrets that projects share:
 * `/esteira/{environment}/_shared/NAME`, and `_shared.env` on this machine. No project can have
 * this name, because projects' names begin with a letter.
 */
export const sharedSecrets = "_shared";

/**
 * What takes the project's place in the names of secrets that open package indexes. They are apart,
 * because who deploys has to read them, and no other secret.
 */
export const indexSecrets = "_index";

/** Whether secrets below this name are those of many projects. */
export function areShared(owner: string): boolean {
  return owner === sharedSecrets || owner === indexSecrets;
}
