import { type Resolvers, withResolvers } from "#lib/language/with_resolvers.ts";

/** Items that wait for a reader that has begun, before the source is held up. */
const ROOM = 2;

/**
 * One source, read once, for several readers: each gets every item. The source goes on when every reader that has begun has taken what
 * there is; for one that has not begun yet items wait. A reader that ends early holds up nobody.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SharedStream } from "#lib/corpus/processors/shared_stream.ts";
 * const stream = new SharedStream<number>();
 * const read = async () => {
 *   let sum = 0;
 *   for await (const one of stream.reader()) sum += one;
 *   return sum;
 * };
 * const sums = Promise.all([read(), read()]);
 * await stream.run([1, 2, 3]);
 * assert.deepEqual(await sums, [6, 6]);
 * assert.throws(() => stream.reader(), /before anything is awaited/);
 * ```
 */
export class SharedStream<Item> {
  readonly #readers: StreamReader<Item>[] = [];
  #isStarted = false;

  /** Whether somebody reads. */
  get isWanted(): boolean {
    return this.#readers.length > 0;
  }

  /**
   * A reader, for one loop.
   *
   * @throws {TypeError} when the source is being read already.
   */
  reader(): StreamReader<Item> {
    if (this.#isStarted) {
      throw new TypeError(
        "A recording is decoded once: its samples are to be asked for before anything is awaited.",
      );
    }
    const reader = new StreamReader<Item>();
    this.#readers.push(reader);
    return reader;
  }

  /** Nobody may ask for it any more: it is not read. */
  seal(): void {
    this.#isStarted = true;
  }

  /** Reads the source to its end. What it throws, all readers throw, and so does this. */
  async run(source: Iterable<Item> | AsyncIterable<Item>): Promise<void> {
    this.#isStarted = true;
    try {
      for await (const item of source) {
        for (const reader of this.#readers) reader.push(item);
        for (const reader of this.#readers) await reader.room();
      }
      for (const reader of this.#readers) reader.end();
    } catch (error) {
      for (const reader of this.#readers) reader.end({ error });
      throw error;
    }
  }
}

/** One of the readers of a shared stream. */
export class StreamReader<Item> implements AsyncIterableIterator<Item> {
  readonly #waiting: Item[] = [];
  #hasBegun = false;
  #isClosed = false;
  #ended: { readonly error?: unknown } | undefined;
  #news: Resolvers<void> | undefined;
  #taken: Resolvers<void> | undefined;

  /** For the stream: the next item. */
  push(item: Item): void {
    if (this.#isClosed) return;
    this.#waiting.push(item);
    this.#news?.resolve();
  }

  /** For the stream: there are no more. */
  end(ended: { readonly error?: unknown } = {}): void {
    this.#ended = ended;
    this.#news?.resolve();
  }

  /** For the stream: resolves when there is room for another item. */
  async room(): Promise<void> {
    while (this.#hasBegun && !this.#isClosed && this.#waiting.length >= ROOM) {
      this.#taken = withResolvers();
      await this.#taken.promise;
    }
  }

  /** The next item. */
  async next(): Promise<IteratorResult<Item, undefined>> {
    this.#hasBegun = true;
    while (this.#waiting.length === 0) {
      if (this.#isClosed) return { done: true, value: undefined };
      if (this.#ended !== undefined) {
        this.close();
        if ("error" in this.#ended) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      this.#news = withResolvers();
      await this.#news.promise;
    }
    const value = this.#waiting.shift()!;
    this.#taken?.resolve();
    return { done: false, value };
  }

  /** The loop has ended. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Takes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#taken?.resolve();
    this.#news?.resolve();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
