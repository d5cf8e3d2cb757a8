import type { RequestEvent } from "./request_event.ts";

/** One who reads: events not read yet, or somebody waiting for the next. */
interface Reader {
  readonly unread: RequestEvent[];
  wake: ((result: IteratorResult<RequestEvent, undefined>) => void) | undefined;
}

/**
 * A request's events, for any number of readers. A reader who comes late begins with the latest event; a slow
 * one gets every event but progress, of which it gets the latest, so what is kept for it stays small.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { EventStream } from "#lib/scheduling/event_stream.ts";
 *
 * const events = new EventStream();
 * const reader = events.read();
 * for (const done of [1, 2, 3]) events.push({ type: "progress", atMs: done, done, total: 3 });
 * events.end({ type: "done", atMs: 4, total: 3 });
 * deepStrictEqual((await Array.fromAsync(reader)).map(({ type, atMs }) => [type, atMs]), [
 *   ["progress", 3],
 *   ["done", 4],
 * ]);
 * ```
 */
export class EventStream {
  readonly #readers = new Set<Reader>();
  #latest: RequestEvent | undefined;
  #ended = false;

  /** Gives an event to all readers. */
  push(event: RequestEvent): void {
    this.#latest = event;
    for (const reader of this.#readers) {
      if (reader.wake !== undefined) {
        reader.wake({ value: event, done: false });
        reader.wake = undefined;
        continue;
      }
      if (event.type === "progress" && reader.unread.at(-1)?.type === "progress") reader.unread.pop();
      reader.unread.push(event);
    }
  }

  /** Gives the last event. Nothing may follow. */
  end(event: RequestEvent): void {
    this.push(event);
    this.#ended = true;
    this.#readers.clear();
  }

  /** A new reader, from the latest event on. */
  read(): AsyncIterableIterator<RequestEvent, undefined> {
    const reader: Reader = { unread: this.#latest === undefined ? [] : [this.#latest], wake: undefined };
    if (!this.#ended) this.#readers.add(reader);
    let left = false;
    return {
      next: () => {
        const value = reader.unread.shift();
        if (value !== undefined) return Promise.resolve({ value, done: false });
        if (left || !this.#readers.has(reader)) return Promise.resolve({ value: undefined, done: true });
        if (reader.wake !== undefined) {
          return Promise.reject(new TypeError("The next event is being waited for already"));
        }
        return new Promise((resolve) => reader.wake = resolve);
      },
      return: () => {
        left = true;
        reader.unread.length = 0;
        this.#readers.delete(reader);
        reader.wake?.({ value: undefined, done: true });
        reader.wake = undefined;
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
