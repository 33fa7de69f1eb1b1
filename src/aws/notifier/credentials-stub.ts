/**
 * Takes the place of AWS's look-up of credentials in the bundle: the function is given its own, and
 * the look-up is half of the SDK.
 */
export function defaultProvider(): () => Promise<never> {
  return () => Promise.reject(new Error("credentials come from the environment here"));
}
