type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** The same fields with names as code writes them: `max_items` is `maxItems`. */
export type CamelCased<Fields> = {
  readonly [Name in keyof Fields as CamelCase<Name & string>]: Fields[Name];
};

/** Renames the fields of an object, not those of objects in it: `max_items` becomes `maxItems`. */
export function camelCased<Fields extends object>(fields: Fields): CamelCased<Fields> {
  const renamed = Object.entries(fields).map(([name, value]) => [
    name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    value as unknown,
  ]);
  return Object.fromEntries(renamed) as CamelCased<Fields>;
}
