/**
 * A table's entry of that name. A name that somebody else wrote (`constructor`, `__proto__`) finds
 * nothing that every object has.
 */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
