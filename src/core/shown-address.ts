/**
 * An address as it may be shown: without user and password, and without its path, which is what a
 * webhook's sender must know. Addresses that are wrong are shown the same way; a mail address and a
 * host's name are as they are.
 */
export function shownAddress(text: string): string {
  const [, scheme, slashes, host] =
    /^([a-z][a-z0-9+.-]*:)(\/\/)?(?:[^/?#]*@)?([^/?#]*)/i.exec(text) ?? [];
  if (scheme !== undefined) return slashes === undefined ? `${scheme}…` : `${scheme}//${host}/…`;
  const end = text.search(/[/?#]/);
  return end < 0 ? text : `${text.slice(0, end)}/…`;
}
