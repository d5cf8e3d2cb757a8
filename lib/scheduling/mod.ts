/** Many requests, one network: parts, batches, workers. */
export type { Chopping } from "./chopping.ts";
export type { NetworkFlowOptions } from "./flow_options.ts";
export { batchCost, type BatchLimits, formBatch } from "./form_batch.ts";
export { NetworkFlow } from "./network_flow.ts";
export type { NetworkWorker } from "./network_worker.ts";
export type { FinishedPart, Part } from "./part.ts";
export { PartError, PartFailure } from "./part_error.ts";
export { PartFeed } from "./part_feed.ts";
export type { PartSource } from "./part_source.ts";
export type { ChoppedWarning, RequestEvent, RequestWarning } from "./request_event.ts";
export { RequestHandle } from "./request_handle.ts";
export type { FlowResponse, RequestOptions, RequestParameters } from "./request_options.ts";
export type { FlowStatistics, RequestStatistics, WaitingTimes, WorkerStatistics } from "./statistics.ts";
