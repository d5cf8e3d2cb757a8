/** A promise and what settles it. */
export interface Resolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | PromiseLike<Value>) => void;
  readonly reject: (reason?: unknown) => void;
}

/**
 * A promise that is settled from outside; `Promise.withResolvers`, which Node 20 does not have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withResolvers } from "#lib/language/with_resolvers.ts";
 * const { promise, resolve } = withResolvers<number>();
 * resolve(42);
 * assert.equal(await promise, 42);
 * ```
 */
export function withResolvers<Value>(): Resolvers<Value> {
  let resolve!: Resolvers<Value>["resolve"];
  let reject!: Resolvers<Value>["reject"];
  const promise = new Promise<Value>((...both) => [resolve, reject] = both);
  return { promise, resolve, reject };
}
