import type { Part } from "./part.ts";
import { compareRequests, type RequestState } from "./request_state.ts";
import { SortedList } from "./sorted_list.ts";

/** What a reading line needs of its flow. */
export interface ReadingLineOptions<Input, Output> {
  /** Most length that may be read and not done with. */
  readonly capacity: number;
  /** Set aside for a part whose length is not known yet. */
  readonly maxLength: number;
  /** Most async iterables that are open at a time. */
  readonly maxOpen: number;
  /** Takes a part that was read; what it throws fails the request. */
  readonly accept: (request: RequestState<Input, Output>, part: Part<Input>) => void;
  /** The request has no more parts. */
  readonly exhausted: (request: RequestState<Input, Output>) => void;
  readonly fail: (request: RequestState<Input, Output>, error: unknown) => void;
}

/**
 * Decides whose next part is read, and whether there is room for it. Only as much is read as fits the capacity,
 * one part of a request at a time. Among requests of one priority, whoever has had the least length read goes
 * first (start-time fair queueing, Goyal, Vin and Cheng 1996, with the part's length as its cost): a short
 * request that comes later is done after about as many turns as it has parts, however long the others are. A
 * request joins at the level of those being served, so that it neither pays for time in which it was not there
 * nor is owed any.
 */
export class ReadingLine<Input, Output> {
  readonly #options: ReadingLineOptions<Input, Output>;
  /** Requests that have not been opened yet: first come by priority. */
  readonly #unopened = new SortedList<RequestState<Input, Output>>(compareRequests);
  readonly #ready = new SortedList<RequestState<Input, Output>>(compareRequests);
  /** Feeds with nothing to offer. */
  readonly #asleep = new Set<RequestState<Input, Output>>();
  readonly #opened = new Set<RequestState<Input, Output>>();
  /** Virtual time by priority, as long as there are requests of it. */
  readonly #levels = new Map<number, { served: number; requests: number }>();
  #held = 0;
  #reserved = 0;
  #reading = false;

  constructor(options: ReadingLineOptions<Input, Output>) {
    this.#options = options;
  }

  /** Length read and not done with. */
  get held(): number {
    return this.#held;
  }

  /** Puts a new request in line. */
  join(request: RequestState<Input, Output>): void {
    const level = this.#levels.get(request.parameters.priority);
    if (level !== undefined) level.requests++;
    else this.#levels.set(request.parameters.priority, { served: 0, requests: 1 });
    if (request.source.holdsResources) this.#unopened.add(request);
    else this.#wait(request);
  }

  /** A feed has something to offer. */
  wake(request: RequestState<Input, Output>): void {
    if (!this.#asleep.delete(request)) return;
    this.#wait(request);
    this.read();
  }

  /** Takes out a request that has its outcome, with all that it holds. */
  leave(request: RequestState<Input, Output>, reason: unknown): void {
    if (!this.#ready.delete(request)) this.#unopened.delete(request);
    this.#asleep.delete(request);
    this.#opened.delete(request);
    this.#held -= request.held;
    this.#reserved -= request.reserved;
    request.held = request.reserved = 0;
    const { priority } = request.parameters;
    const level = this.#levels.get(priority);
    if (level !== undefined && --level.requests === 0) this.#levels.delete(priority);
    if (!request.exhausted) request.source.close(reason);
  }

  /** Gives back the room of a part that is done with. */
  release(request: RequestState<Input, Output>, length: number): void {
    request.held -= length;
    this.#held -= length;
  }

  /** Reads as long as there is room. Sources are other people's code and may call back: one loop serves all. */
  read(): void {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (let request = this.#next(); request !== undefined; request = this.#next()) this.#readOne(request);
    } finally {
      this.#reading = false;
    }
  }

  /** Takes the next request to read out of the line, if there is room for a part of it. */
  #next(): RequestState<Input, Output> | undefined {
    const { capacity, maxLength, maxOpen } = this.#options;
    if (this.#held + this.#reserved + maxLength > capacity) return undefined;
    for (
      let first = this.#unopened.first;
      first && this.#opened.size < maxOpen;
      first = this.#unopened.first
    ) {
      this.#unopened.delete(first);
      this.#opened.add(first);
      this.#wait(first);
    }
    const request = this.#ready.first;
    if (request !== undefined) this.#ready.delete(request);
    return request;
  }

  #wait(request: RequestState<Input, Output>): void {
    if (!request.source.ready) {
      this.#asleep.add(request);
      return;
    }
    request.served = Math.max(request.served, this.#levels.get(request.parameters.priority)?.served ?? 0);
    this.#ready.add(request);
  }

  #readOne(request: RequestState<Input, Output>): void {
    const level = this.#levels.get(request.parameters.priority);
    if (level !== undefined) level.served = Math.max(level.served, request.served);
    this.#reserve(request, this.#options.maxLength);
    try {
      const part = request.source.next();
      if (!(part instanceof Promise)) return this.#arrived(request, part);
      part.then((part) => this.#arrived(request, part)).catch((error) => this.#failed(request, error))
        .then(() => this.read());
    } catch (error) {
      this.#failed(request, error);
    }
  }

  #arrived(request: RequestState<Input, Output>, part: Part<Input> | undefined): void {
    if (request.outcome !== undefined) return;
    this.#reserve(request, -this.#options.maxLength);
    if (part === undefined) {
      request.exhausted = true;
      this.#opened.delete(request);
      this.#options.exhausted(request);
      return;
    }
    this.#options.accept(request, part);
    if (request.outcome !== undefined) return;
    request.held += part.length;
    this.#held += part.length;
    request.served += part.length;
    this.#wait(request);
  }

  #failed(request: RequestState<Input, Output>, error: unknown): void {
    if (request.outcome === undefined) this.#options.fail(request, error);
  }

  #reserve(request: RequestState<Input, Output>, length: number): void {
    request.reserved += length;
    this.#reserved += length;
  }
}
