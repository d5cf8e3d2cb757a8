import type { Part } from "./part.ts";
import { PartFeed } from "./part_feed.ts";

/** Where a request's parts come from: all at once, pulled as there is room, or pushed. */
export type PartSource<Input> = Iterable<Part<Input>> | AsyncIterable<Part<Input>> | PartFeed<Input>;

/** A source as the flow reads it. */
export interface OpenSource<Input> {
  /** Whether reading it may hold files or decoders open; such sources are opened a few at a time. */
  readonly holdsResources: boolean;
  /** Whether `next` has something to ask for; a feed has not until something is pushed. */
  readonly ready: boolean;
  /** The next part, or undefined after the last. Not called again before the last call has been answered. */
  next(): Part<Input> | undefined | Promise<Part<Input> | undefined>;
  /** Lets go of the source. It is not waited for: a source that hangs must not hold up who lets go of it. */
  close(reason: unknown): void;
}

/**
 * One way to read every kind of source. Nothing is read before the first `next`; `wake` is called when a feed
 * that was not ready becomes so. Anything that is not a source is a `TypeError`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { openSource } from "#lib/scheduling/part_source.ts";
 *
 * const source = openSource([{ input: "a", length: 1 }], () => {});
 * deepStrictEqual(source.next(), { input: "a", length: 1 });
 * strictEqual(source.next(), undefined);
 * ```
 */
export function openSource<Input>(source: PartSource<Input>, wake: () => void): OpenSource<Input> {
  if (source instanceof PartFeed) return openFeed(source, wake);
  if (source !== null && typeof source === "object") {
    if (Symbol.asyncIterator in source) return openAsync(source);
    if (Symbol.iterator in source) return openSync(source);
  }
  throw new TypeError("A request needs its parts as an iterable, an async iterable or a PartFeed");
}

function openFeed<Input>(feed: PartFeed<Input>, wake: () => void): OpenSource<Input> {
  feed.attach(wake);
  return {
    holdsResources: false,
    get ready() {
      return feed.ready;
    },
    next() {
      const part = feed.take();
      return part === "ended" ? undefined : part;
    },
    close: (reason) => feed.refuse(reason),
  };
}

function openSync<Input>(source: Iterable<Part<Input>>): OpenSource<Input> {
  let iterator: Iterator<Part<Input>> | undefined;
  return {
    holdsResources: false,
    ready: true,
    next() {
      iterator ??= source[Symbol.iterator]();
      const { done, value } = iterator.next();
      return done ? undefined : value;
    },
    close() {
      try {
        iterator?.return?.();
      } catch {
        // The request has its outcome already; a source that fails to close cannot change it.
      }
    },
  };
}

function openAsync<Input>(source: AsyncIterable<Part<Input>>): OpenSource<Input> {
  let iterator: AsyncIterator<Part<Input>> | undefined;
  return {
    holdsResources: true,
    ready: true,
    async next() {
      iterator ??= source[Symbol.asyncIterator]();
      const { done, value } = await iterator.next();
      return done ? undefined : value;
    },
    close() {
      // Async, so that a `return` that throws is caught as well as one that rejects.
      const close = async () => void await iterator?.return?.();
      close().catch(() => {});
    },
  };
}
