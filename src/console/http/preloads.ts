const name = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";
const page = new RegExp(
  `^/(?:e/(?<env>${name})(?:/(?<list>tonight|plan)|/(?<one>projects/${name})(?:/[a-z]+)?|/(?<one>runs/${name})(?:/log)?)?)?$`,
);

/**
 * The documents that a page asks for first, so that a browser fetches them beside the script that
 * will ask: https://html.spec.whatwg.org/multipage/links.html#link-type-preload. One that the page
 * doesn't ask for costs a request and changes nothing.
 *
 * @param path of a page's address
 * @param first the environment that is shown where the address names none
 * @returns the value of a `Link` header; undefined: there is nothing to fetch
 */
export function preloadLinks(path: string, first: string): string | undefined {
  const found = page.exec(path)?.groups;
  if (found === undefined) return undefined;
  const { env = first, list, one } = found;
  // A plan asks the platform much: what it shows beside it is asked for, and it when it is shown.
  const shown = one ?? (list === "tonight" ? "tonight" : "fleet");
  return ["/session", `/environments/${env}/${shown}`]
    .map((address) => `</api/v1${address}>; rel=preload; as=fetch; crossorigin=anonymous`)
    .join(", ");
}
