/** Where a request stands. Numbers are parts, as the request gave them. */
export interface RequestStatistics {
  /** "waiting" until its first batch runs. */
  readonly state: "waiting" | "running" | "done" | "failed" | "cancelled";
  /** Parts in all, once known. */
  readonly total: number | undefined;
  /** Read from the source so far. */
  readonly read: number;
  /** Done, and handed over if the request has an `onPart`. */
  readonly done: number;
  /** In the queue now; pieces of chopped parts count one by one. */
  readonly waiting: number;
  /** In a worker now; pieces of chopped parts count one by one. */
  readonly running: number;
  /** By the flow's clock. */
  readonly submittedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
}

/** How long parts waited between being read and being run. */
export interface WaitingTimes {
  readonly meanMs: number;
  readonly maxMs: number;
}

/** What one worker has done. */
export interface WorkerStatistics {
  readonly name: string;
  readonly busy: boolean;
  readonly batches: number;
  readonly parts: number;
  /** Batches that it failed as a whole. */
  readonly failures: number;
  readonly busyMs: number;
}

/** Where a flow stands. Parts of chopped parts count one by one. */
export interface FlowStatistics {
  readonly requests: {
    readonly open: number;
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  readonly parts: {
    readonly waiting: number;
    readonly running: number;
    readonly done: number;
    /** Run once more, alone, after their worker failed. */
    readonly retried: number;
  };
  /** Length read and not done with, at most `capacity` but for a part that had to be chopped. */
  readonly held: number;
  readonly batches: number;
  /** Mean of batch cost over budget, retries left out; 0 before the first batch. */
  readonly meanFill: number;
  readonly waited: WaitingTimes;
  readonly workers: readonly WorkerStatistics[];
}
