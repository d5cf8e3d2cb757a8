/** A process that leaves requests behind: none of them may keep it alive, or end it with an error. */
import process from "node:process";
import { NetworkFlow, PartFeed } from "#lib/scheduling/mod.ts";

const worker = { budget: 1, run: (): Promise<never[]> => new Promise(() => {}) };
const flow = new NetworkFlow<string, string>({ workers: [worker], maxLength: 1 });
const handles = [
  flow.submit([{ input: "runs for ever", length: 1 }]),
  flow.submit(new PartFeed<string>()),
  flow.submit([{ input: "too long", length: 2 }]),
];
process.stdout.write(`submitted ${handles.length}\n`);
