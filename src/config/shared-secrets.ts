/**
 * What takes the project's place in the names of secrets that projects share:
 * `/esteira/{environment}/_shared/NAME`, and `_shared.env` on this machine. No project can have
 * this name, because projects' names begin with a letter.
 */
export const sharedSecrets = "_shared";
