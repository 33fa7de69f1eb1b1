/**
 * A document as the code makes it, from the shape that is printed: what is `null` there may be
 * undefined here, lists may be read-only, and the version `schema` is added where it is printed.
 */
export type Made<Shape> = Shape extends unknown ? Draft<Omit<Shape, "schema">> : never;

type Draft<Shape> = Shape extends readonly (infer Item)[]
  ? readonly Draft<Item>[]
  : Shape extends object
    ? { readonly [Key in keyof Shape]: DraftField<Shape[Key]> }
    : Shape;

type DraftField<Field> = unknown extends Field
  ? unknown
  : null extends Field
    ? Draft<Exclude<Field, undefined>> | undefined
    : Draft<Exclude<Field, undefined>>;
