/** A process with networks in threads, for worker_processes.test.ts. */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { ndArray } from "#lib/arrays/nd_array.ts";
import type { NetworkSession } from "#lib/networks/network_session.ts";
import { openSession } from "#lib/networks/open_session.ts";
import { InferenceThread } from "#lib/networks/workers/inference_thread.ts";
import { buildOnnx } from "./build_onnx.ts";

const network = buildOnnx({
  inputs: [{ name: "x", shape: ["batch", 3] }],
  outputs: [{ name: "y", shape: ["batch", 3] }],
  nodes: [{ op: "Relu", inputs: ["x"], output: "y" }],
});
const open = (workers = 2) => openSession(network, { path: "net.onnx", workers });

async function sum(session: NetworkSession, batch = 1): Promise<number> {
  const values = new Float32Array(3 * batch).map((_, i) => i < 3 ? i + 1 : 0);
  const { y } = await session.run({ x: ndArray("f4", [batch, 3], values) }, { y: [batch, 3] });
  return y.data.reduce((total, value) => total + value, 0);
}

/** Threads, open files and resident megabytes of this process, as Linux counts them; zeros elsewhere. */
function held(): { readonly threads: number; readonly files: number; readonly megabytes: number } {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
    return {
      threads: field("Threads"),
      files: readdirSync("/proc/self/fd").length,
      megabytes: field("VmRSS") / 1024,
    };
  } catch {
    return { threads: 0, files: 0, megabytes: 0 };
  }
}

async function openings(count: number): Promise<ReturnType<typeof held>> {
  for (let i = 0; i < count; i++) {
    await using session = await open(1);
    await sum(session);
  }
  return held();
}

/** Ends threads while they load onnxruntime, make a session or run it, each a little later than the one before. */
async function endings(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const thread = new InferenceThread();
    const open = thread.ask({ type: "open", session: 0, path: "net.onnx", bytes: network, settings: {} });
    const x = { name: "x", shape: [20_000, 3], data: new Float32Array(60_000) };
    const expected = [{ name: "y", shape: [20_000, 3] }];
    const runs = [1, 2, 3].map(() => thread.ask({ type: "run", session: 0, feeds: [x], expected }));
    const asked = Promise.allSettled([open, ...runs]);
    if (i % 2 === 0) await setTimeout(3 * i);
    else await open.then(() => setTimeout(i / 8));
    await Promise.all([thread.terminate(), thread.terminate()]);
    await asked;
  }
}

const what = process.argv[2];
if (what === "closes") {
  await using session = await open();
  await sum(session);
} else if (what === "forgets to close") {
  await sum(await open());
} else if (what === "leaves a run behind") {
  const session = await open();
  void sum(session).then((result) => process.stdout.write(`result ${result}\n`));
  process.stdout.write("left\n");
} else if (what === "runs on and on") {
  const session = await open();
  process.stdout.write("running\n");
  const forever = async () => {
    for (;;) await sum(session, 100_000);
  };
  await Promise.all([forever(), forever(), forever()]);
} else if (what === "ends threads that are busy") {
  await endings(32);
} else {
  const before = await openings(10);
  const after = await openings(50);
  process.stdout.write(JSON.stringify({
    threads: after.threads - before.threads,
    files: after.files - before.files,
    megabytes: after.megabytes - before.megabytes,
  }));
}
if (["closes", "forgets to close", "ends threads that are busy"].includes(what)) {
  process.stdout.write("done\n");
}
