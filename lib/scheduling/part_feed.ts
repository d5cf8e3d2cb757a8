import type { Part } from "./part.ts";

/**
 * Parts for one request from a producer that pushes, such as another flow's `onPart`. `push` waits until the
 * flow has taken the part, so that a fast producer holds one part and no more.
 *
 * Unlike an async iterable, a feed with nothing to offer takes up no room in the flow. That is what makes
 * chains of flows safe: a request that waits for another flow's outputs cannot keep those very outputs waiting.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { NetworkFlow, PartFeed } from "#lib/scheduling/mod.ts";
 *
 * const double = { budget: 4, run: (batch: readonly number[]) => Promise.resolve(batch.map((x) => 2 * x)) };
 * await using flow = new NetworkFlow({ workers: [double], maxLength: 1 });
 * const feed = new PartFeed<number>();
 * const handle = flow.submit(feed);
 * for (const input of [1, 2, 3]) await feed.push({ input, length: 1 });
 * feed.end();
 * deepStrictEqual((await handle.result).outputs, [2, 4, 6]);
 * ```
 */
export class PartFeed<Input> {
  readonly #offers: { part: Part<Input>; taken: () => void; refused: (reason: unknown) => void }[] = [];
  #wake: (() => void) | undefined;
  #state: "open" | "ended" | "refused" = "open";
  #reason: unknown;
  #failure: { reason: unknown } | undefined;
  #attached = false;

  /**
   * Offers a part. Resolves when the flow has taken it; rejects with the request's reason once the request has
   * failed or was cancelled, which tells the producer to stop; a `TypeError` after `end`.
   */
  push(part: Part<Input>): Promise<void> {
    if (this.#state === "refused") return Promise.reject(this.#reason);
    if (this.#state === "ended") {
      return Promise.reject(new TypeError("The feed has ended, it takes no more parts"));
    }
    return new Promise((taken, refused) => {
      this.#offers.push({ part, taken, refused });
      this.#wake?.();
    });
  }

  /** Says that no more parts follow. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#wake?.();
  }

  /** Says that the producer failed: the request fails with this reason. What was offered is forgotten. */
  fail(reason: unknown): void {
    if (this.#state === "refused") return;
    this.#failure = { reason };
    for (const { refused } of this.#offers.splice(0)) refused(reason);
    this.#state = "ended";
    this.#wake?.();
  }

  /** For the flow: who to tell that `take` has something new. A feed serves one request only. */
  attach(wake: () => void): void {
    if (this.#attached) throw new TypeError("A feed serves one request, this one has one already");
    this.#attached = true;
    this.#wake = wake;
  }

  /**
   * For the flow: the next part, "ended", or undefined when there is nothing yet. Throws what the producer
   * failed with.
   */
  take(): Part<Input> | "ended" | undefined {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const offer = this.#offers.shift();
    if (offer === undefined) return this.#state === "open" ? undefined : "ended";
    offer.taken();
    return offer.part;
  }

  /** For the flow: whether `take` would give something. */
  get ready(): boolean {
    return this.#offers.length > 0 || this.#state !== "open";
  }

  /** For the flow: refuses this and every further part. */
  refuse(reason: unknown): void {
    this.#wake = undefined;
    this.#state = "refused";
    this.#reason = reason;
    for (const { refused } of this.#offers.splice(0)) refused(reason);
  }
}
