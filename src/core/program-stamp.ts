declare const ESTEIRA_STAMP: string | undefined;

/**
 * Differs between any two programs that may answer differently: what one of them computed and kept
 * on the disk is nothing to the other. The bundler puts it in, a hash of all that went into the
 * bundle; undefined where the sources run, which change under what was kept.
 */
export const programStamp: string | undefined =
  typeof ESTEIRA_STAMP === "string" ? ESTEIRA_STAMP : undefined;
