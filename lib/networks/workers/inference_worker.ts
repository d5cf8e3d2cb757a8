/** What runs in a thread of its own: sessions by number, one order after the other. */
import { parentPort } from "node:worker_threads";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { OwnSession } from "../own_session.ts";
import { onnxRuntime } from "../provider.ts";
import type { Answer, ArrayMessage, NumberedOrder } from "./messages.ts";

const sessions = new Map<number, OwnSession>();

/** Orders are done in the order in which they come, also where one waits for something. */
let last: Promise<void> = Promise.resolve();
/** Whether the thread is to end: what waits is not done any more. */
let ending = false;
parentPort?.on("message", (order: NumberedOrder) => {
  ending ||= order.type === "end";
  last = last.then(() => ending && order.type !== "end" ? undefined : answer(order));
});

async function answer(message: NumberedOrder): Promise<void> {
  const { order } = message;
  const returned = message.type === "run" ? message.feeds.map(({ data }) => data.buffer) : [];
  try {
    const outputs = await done(message);
    // A copy, because what onnxruntime gives is its own memory, which cannot change hands.
    const moved = outputs.map((array) => ({ ...array, data: array.data.slice() }));
    send({ order, returned, outputs: moved }, moved.map(({ data }) => data.buffer));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ order, returned, error: { name, message } }, []);
  }
}

function send(answer: Answer, moved: ArrayBuffer[]): void {
  parentPort?.postMessage(answer, [...moved, ...answer.returned]);
}

async function done(order: NumberedOrder): Promise<readonly ArrayMessage[]> {
  if (order.type === "open") {
    const { InferenceSession } = await onnxRuntime();
    const session = await InferenceSession.create(order.bytes, order.settings);
    sessions.set(order.session, new OwnSession(session, order.path));
    return [];
  }
  if (order.type === "end") {
    await Promise.allSettled([...sessions.values()].map((session) => session[Symbol.asyncDispose]()));
    sessions.clear();
    return [];
  }
  const session = sessions.get(order.session);
  if (order.type === "release") {
    sessions.delete(order.session);
    await session?.[Symbol.asyncDispose]();
    return [];
  }
  if (session === undefined) throw new TypeError(`There is no session ${order.session} in this thread.`);
  const feeds = order.feeds.map(({ name, shape, data }) => [name, ndArray("f4", shape, data)] as const);
  const expected = order.expected.map(({ name, shape }) => [name, shape] as const);
  const outputs = await session.run(Object.fromEntries(feeds), Object.fromEntries(expected));
  return Object.entries(outputs).map(([name, { shape, data }]) => ({ name, shape, data }));
}
