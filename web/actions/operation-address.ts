import { setParameters } from "../app/location.ts";

/** Shows how something is getting on that takes its time, instead of its confirmation. */
export function showOperation({ id }: { readonly id: string }): void {
  setParameters({ do: undefined, of: undefined, to: undefined, operation: id });
}
