import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { NetworkFlow, type Part, PartFeed, type RequestHandle } from "#lib/scheduling/mod.ts";
import { collectGarbage } from "./collect_garbage.ts";
import { CountingNetwork, ones, outputOf, type Ran, settled, type Token } from "./counting_network.ts";

const MAX_LENGTH = 8;

/** One request of a random crowd. */
const request = fc.record({
  parts: fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: MAX_LENGTH }),
      fails: fc.option(fc.constantFrom("part" as const, "worker" as const, "once" as const), {
        nil: undefined,
        freq: 12,
      }),
    }),
    { maxLength: 12 },
  ),
  source: fc.constantFrom("array", "generator", "async", "feed"),
  priority: fc.integer({ min: 0, max: 2 }),
  /** Turns of the event loop before it is submitted, and before it is cancelled, if it is. */
  submittedAfter: fc.integer({ min: 0, max: 10 }),
  cancelledAfter: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined, freq: 4 }),
  byPart: fc.boolean(),
});

const crowd = fc.record({
  requests: fc.array(request, { maxLength: 8 }),
  budgets: fc.array(fc.integer({ min: MAX_LENGTH, max: 40 }), { minLength: 1, maxLength: 3 }),
  turns: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }),
  spare: fc.integer({ min: 0, max: 60 }),
  maxPadding: fc.constantFrom(0, 0.5, 1),
  maxOpen: fc.integer({ min: 1, max: 4 }),
});

type Scene = typeof crowd extends fc.Arbitrary<infer Value> ? Value : never;
type Source = Scene["requests"][number]["source"];

function sourceOf(kind: Source, parts: Part<Token>[]) {
  if (kind === "array") return parts;
  if (kind === "generator") return parts.values();
  if (kind === "async") {
    return (async function* () {
      for (const [i, part] of parts.entries()) {
        if (i % 3 === 2) await setImmediate();
        yield part;
      }
    })();
  }
  const feed = new PartFeed<Token>();
  const push = async () => {
    for (const part of parts) await feed.push(part);
    feed.end();
  };
  push().catch(() => {}); // refused when the request has ended
  return feed;
}

async function play(scene: Scene): Promise<void> {
  const log: Ran[] = [];
  const workers = scene.budgets.map((budget, i) =>
    new CountingNetwork({
      name: `w${i}`,
      budget,
      log,
      turns: (batch) => scene.turns[batch % scene.turns.length],
    })
  );
  const capacity = MAX_LENGTH + scene.spare;
  const flow = new NetworkFlow({
    workers,
    maxLength: MAX_LENGTH,
    capacity,
    maxPadding: scene.maxPadding,
    maxOpen: scene.maxOpen,
  });
  let mostHeld = 0;
  const one = async (spec: (typeof scene.requests)[number], number: number) => {
    for (let turn = 0; turn < spec.submittedAfter; turn++) await setImmediate();
    const owner = `r${number}`;
    const parts = spec.parts.map(({ length, fails }, index) => ({
      input: { owner, index, length, fails },
      length,
    }));
    const expected = parts.map(({ input }) => outputOf(input));
    const byPart: string[] = [];
    const onPart = spec.byPart
      ? async (part: { index: number; output: string }) => {
        await setImmediate();
        byPart[part.index] = part.output;
      }
      : undefined;
    let settledTimes = 0;
    const handle = flow.submit(sourceOf(spec.source, parts), {
      name: owner,
      priority: spec.priority,
      onPart,
    });
    const events = Array.fromAsync(handle);
    const ended = handle.result.then((response) => {
      settledTimes++;
      expect(spec.byPart ? byPart : response.outputs).toEqual(expected);
      return "done";
    }, (error) => {
      settledTimes++;
      return (error as Error).name === "PartError" ? "failed" : "cancelled";
    });
    let ranBefore = log.length;
    if (spec.cancelledAfter !== undefined) {
      for (let turn = 0; turn < spec.cancelledAfter; turn++) await setImmediate();
      ranBefore = log.length;
      handle.cancel();
    }
    const outcome = await ended;
    mostHeld = Math.max(mostHeld, flow.statistics.held);
    if (outcome === "cancelled") {
      expect(log.slice(ranBefore).flatMap(({ tokens }) => tokens).filter((token) => token.owner === owner))
        .toEqual([]);
    } else if (spec.cancelledAfter === undefined) {
      expect(outcome).toBe(
        parts.some(({ input: { fails } }) => fails === "part" || fails === "worker") ? "failed" : "done",
      );
    }
    expect<unknown[]>([settledTimes, (await events).at(-1)?.type, handle.statistics.state]).toEqual([
      1,
      outcome,
      outcome,
    ]);
    return outcome;
  };
  const outcomes = await Promise.all(scene.requests.map(one));
  await flow.close();
  const { requests, parts, held, batches } = flow.statistics;
  const count = (outcome: string) => outcomes.filter((other) => other === outcome).length;
  expect(requests).toEqual({
    open: 0,
    done: count("done"),
    failed: count("failed"),
    cancelled: count("cancelled"),
  });
  expect({ waiting: parts.waiting, running: parts.running, held, batches }).toEqual({
    waiting: 0,
    running: 0,
    held: 0,
    batches: log.length,
  });
  expect(mostHeld).toBeLessThanOrEqual(capacity);
  expect(workers.flatMap(({ faults }) => faults)).toEqual([]);
  expect(workers.map(({ closed }) => closed)).toEqual(workers.map(() => 1));
  const runs = new Map<Token, number>();
  for (const { tokens } of log) for (const token of tokens) runs.set(token, (runs.get(token) ?? 0) + 1);
  expect([...runs.values()].every((times) => times <= 2)).toBe(true);
}

describe("any crowd of requests", () => {
  test(
    "is served by the rules: each settles once, with its own outputs, whatever the others do",
    async () => {
      await fc.assert(fc.asyncProperty(crowd, play), { numRuns: 400, seed: 4 });
    },
    60_000,
  );

  test("leaves no rejection that nobody handles", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const network = new CountingNetwork({ budget: 4 });
    const flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    for (let i = 0; i < 20; i++) {
      const [bad] = ones("a", 1).map(({ input, length }) => ({
        input: { ...input, fails: "worker" as const },
        length,
      }));
      flow.submit([bad, ...ones("b", 3)]);
      flow.submit(ones("c", 3)).cancel();
      flow.submit([{ ...bad, length: 7 }]);
      flow.submit(ones("d", 1), { onPart: () => Promise.reject(new Error("Refused")) });
    }
    await flow.close();
    await settled(20);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(flow.statistics.requests).toMatchObject({ failed: 60, cancelled: 20 });
  });
});

describe("ten thousand requests", () => {
  test("are served, and leave nothing behind", async () => {
    const network = new CountingNetwork({ budget: 64, turns: () => 0 });
    network.log.push = () => 0; // the log would keep the inputs
    const flow = new NetworkFlow({ workers: [network], maxLength: 1 });
    const { signal } = new AbortController();
    const inputs: WeakRef<Token>[] = [];
    const handles: WeakRef<RequestHandle<Token, string>>[] = [];
    let outputs = 0;
    const submitAll = async () => {
      const results: Promise<void>[] = [];
      for (let i = 0; i < 10_000; i++) {
        const parts = ones(`r${i}`, 3);
        const handle = flow.submit(i % 2 === 0 ? parts : parts.values(), { signal, priority: i % 3 });
        if (i % 100 === 0) {
          inputs.push(new WeakRef(parts[1].input));
          handles.push(new WeakRef(handle));
        }
        if (i % 5 === 0) handle.cancel();
        results.push(handle.result.then((response) => void (outputs += response.outputs.length), () => {}));
      }
      await Promise.all(results);
    };
    await submitAll();
    await settled();
    expect(outputs).toBe(8000 * 3);
    expect(flow.statistics).toMatchObject({
      requests: { open: 0, done: 8000, failed: 0, cancelled: 2000 },
      parts: { waiting: 0, running: 0, done: 24_000 },
      held: 0,
    });
    expect(network.faults).toEqual([]);
    const alive = () => [...inputs, ...handles].filter((ref) => ref.deref() !== undefined).length;
    for (let i = 0; i < 50 && alive() > 0; i++) await collectGarbage();
    expect(alive()).toBeLessThanOrEqual(2); // the collectors look for pointers on the stack and may be wrong about one
    await flow.close();
  }, 60_000);
});
