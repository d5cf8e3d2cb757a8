import { counted } from "#lib/language/counted.ts";
import { someOf } from "#lib/language/some_of.ts";

/** A link in a tar. */
export interface LostLink {
  readonly name: string;
  /** Where it leads. */
  readonly link: string;
  readonly isHard: boolean;
}

/**
 * Links of a tar, which are no members: neither hard nor symbolic ones have content of their own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LostLinks } from "#lib/corpus/shards/lost_links.ts";
 * const lost = new LostLinks();
 * lost.add({ name: "a.wav", link: "b.wav", isHard: false });
 * assert.equal(lost.told(), '1 link is not read: "a.wav" (symbolic, to "b.wav")');
 * ```
 */
export class LostLinks {
  readonly #links: string[] = [];

  add({ name, link, isHard }: LostLink): void {
    this.#links.push(`${JSON.stringify(name)} (${isHard ? "hard" : "symbolic"}, to ${JSON.stringify(link)})`);
  }

  get count(): number {
    return this.#links.length;
  }

  /** A sentence without its full stop. */
  told(): string {
    return `${counted(this.count, "link is", "links are")} not read: ${someOf(this.#links)}`;
  }
}
