/**
 * The value that has a name in a record, for names that people chose: `constructor` and
 * `toString` are in every object, and are nobody's entry there.
 */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
