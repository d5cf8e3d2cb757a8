import {
  type SampleRule,
  splitAtFirstDot,
  splitBeforeSuffix,
  splitBeforeWords,
  type SplitName,
} from "./sample_rule.ts";
import { ShardError } from "./shard_error.ts";
import { sidecarKey } from "./sidecar_key.ts";
import { TarFault } from "./tar_fault.ts";
import type { TarMember } from "./tar_members.ts";

/** A member of a sample. */
export interface FoundMember extends TarMember {
  readonly suffix: string;
}

/** A sample: members that follow each other and have one key. */
export interface FoundSample {
  readonly key: string;
  readonly members: readonly FoundMember[];
}

/** Options of {@linkcode groupSamples}. */
export interface GroupSamplesOptions {
  /** What errors call the shard. */
  readonly file: string;
  readonly rule: SampleRule;
}

/** Contents that are held until a run of names with one beginning is at its end; of more, samples are told before. */
const HELD_BYTES = 1 << 26;

/**
 * Makes samples of a shard's members. A sample ends where a member with another key begins, or the shard.
 *
 * At damage, those before it are given first: the one that the damaged member belongs to is not; where the damage leaves open whether the
 * last one is whole, it is given if it has as many members as some sample before it.
 *
 * @throws {ShardError} The members end in damage, or a sample has a suffix twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { groupSamples } from "#lib/corpus/shards/group_samples.ts";
 * async function* members() {
 *   for (const name of ["a.wav", "a.json", "b.wav"]) yield { name, entryOffset: 0, offset: 0, bytes: 0, data: undefined };
 * }
 * const keys = [];
 * for await (const { key } of groupSamples(members(), { file: "a.tar", rule: "webdataset" })) keys.push(key);
 * assert.deepEqual(keys, ["a", "b"]);
 * ```
 */
export async function* groupSamples(
  members: AsyncIterable<TarMember>,
  options: GroupSamplesOptions,
): AsyncGenerator<FoundSample> {
  const grouping = new Grouping(options);
  const { file } = options;
  const all = members[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<TarMember, unknown>;
      try {
        next = await all.next();
      } catch (error) {
        if (!(error instanceof TarFault)) throw error;
        yield* grouping.beforeDamage(error);
        const { offset, cause, message } = error;
        throw new ShardError(message, { file, offset, lastKey: grouping.lastKey, cause });
      }
      if (next.done) break;
      yield* grouping.add(next.value);
    }
    yield* grouping.rest();
  } finally {
    await all.return?.();
  }
}

/** Members that may be of one sample, and what was given before them. */
class Grouping {
  lastKey: string | undefined;
  readonly #file: string;
  readonly #rule: SampleRule;
  #run: TarMember[] = [];
  #runKey: string | undefined;
  #heldBytes = 0;
  /** Members of the smallest sample so far. */
  #fewest = Infinity;

  constructor({ file, rule }: GroupSamplesOptions) {
    this.#file = file;
    this.#rule = rule;
  }

  /** Takes a member; gives the samples that it ends. */
  *add(member: TarMember): Generator<FoundSample> {
    const key = this.#runKeyOf(member.name);
    if (key === undefined) return;
    if (key !== this.#runKey) {
      yield* this.rest();
      this.#runKey = key;
    }
    this.#run.push(member);
    this.#heldBytes += member.data?.length ?? 0;
    if (this.#heldBytes > HELD_BYTES) {
      const samples = this.#samplesOf(this.#run);
      yield* this.#given(samples.slice(0, -1));
      this.#run = [...samples[samples.length - 1].members];
      this.#heldBytes = 0;
    }
  }

  /** The samples of what was taken. */
  *rest(): Generator<FoundSample> {
    const run = this.#run;
    [this.#run, this.#runKey, this.#heldBytes] = [[], undefined, 0];
    yield* this.#given(this.#samplesOf(run));
  }

  /** The samples of what was taken that are whole though what follows is damaged. */
  *beforeDamage({ member, likelyMember, isBehindEnd }: TarFault): Generator<FoundSample> {
    const known = member !== undefined && this.#runKeyOf(member) !== undefined;
    if (isBehindEnd || known && this.#runKeyOf(member) !== this.#runKey) return yield* this.rest();
    const samples = this.#samplesOf(this.#run);
    const last = samples.pop();
    yield* this.#given(samples);
    if (last === undefined) return;
    if (known) {
      if (!this.#continues(last, member)) yield* this.#given([last]);
    } else if (
      last.members.length >= this.#fewest &&
      !(likelyMember !== undefined && this.#continues(last, likelyMember))
    ) {
      yield* this.#given([last]);
    }
  }

  /** Whether a member of this name would be one of the last sample. */
  #continues(last: FoundSample, name: string): boolean {
    if (this.#runKeyOf(name) !== this.#runKey) return false;
    const next = { name, entryOffset: 0, offset: 0, bytes: 0, data: undefined };
    return this.#samplesOf([...this.#run, next]).at(-1)?.key === last.key;
  }

  *#given(samples: readonly FoundSample[]): Generator<FoundSample> {
    for (const sample of samples) {
      const suffixes = new Set<string>();
      for (const { suffix, name, entryOffset } of sample.members) {
        if (suffixes.has(suffix)) {
          const which = `the second member ${JSON.stringify(suffix)} of sample ${JSON.stringify(sample.key)}`;
          throw new ShardError(`${JSON.stringify(name)} is ${which}`, {
            file: this.#file,
            offset: entryOffset,
            lastKey: this.lastKey,
          });
        }
        suffixes.add(suffix);
      }
      this.lastKey = sample.key;
      this.#fewest = Math.min(this.#fewest, sample.members.length);
      yield sample;
    }
  }

  /** What members have in common that may be of one sample. */
  #runKeyOf(name: string): string | undefined {
    return typeof this.#rule === "string" ? splitAtFirstDot(name)?.key : this.#split(name)?.key;
  }

  #samplesOf(run: readonly TarMember[]): FoundSample[] {
    // What a sidecar tells counts before the form of a name.
    const told = this.#rule === "auto" ? sidecarKeys(run) : [];
    const samples: { key: string; members: FoundMember[] }[] = [];
    for (const member of run) {
      const key = told.find((key) => member.name.startsWith(`${key}.`));
      const split = key === undefined
        ? this.#split(member.name)
        : { key, suffix: member.name.slice(key.length + 1).toLowerCase() };
      if (split === undefined) continue;
      const last = samples.at(-1);
      const found = { ...member, suffix: split.suffix };
      if (last?.key === split.key) last.members.push(found);
      else samples.push({ key: split.key, members: [found] });
    }
    return samples;
  }

  #split(name: string): SplitName | undefined {
    if (this.#rule === "webdataset") return splitAtFirstDot(name);
    const listed = this.#rule === "auto" ? undefined : splitBeforeSuffix(name, this.#rule.suffixes);
    return listed ?? splitBeforeWords(name);
  }
}

/** The keys that sidecars of a run tell, longest first. */
function sidecarKeys(run: readonly TarMember[]): string[] {
  const keys = new Set<string>();
  for (const { name, data } of run) {
    // One dot leaves nothing open.
    const isDotted = name.indexOf(".", name.lastIndexOf("/") + 1) < name.lastIndexOf(".");
    if (!isDotted || data === undefined || !isSidecar(name)) continue;
    const key = sidecarKey(name, data);
    if (key !== undefined) keys.add(key);
  }
  return [...keys].sort((a, b) => b.length - a.length);
}

/**
 * Whether a member's name is that of a JSON sidecar.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSidecar } from "#lib/corpus/shards/group_samples.ts";
 * assert.deepEqual([isSidecar("a.JSON"), isSidecar("a.wav")], [true, false]);
 * ```
 */
export function isSidecar(name: string): boolean {
  return /\.json$/i.test(name);
}
