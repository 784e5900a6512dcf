/** What a page reports of a benchmark. */

/** Milliseconds of a network by contender and round. */
export interface NetworkTimes {
  readonly name: string;
  readonly times: Readonly<Record<string, readonly number[]>>;
}

/** Milliseconds of a task by round. */
export interface TaskTimes {
  readonly name: string;
  readonly milliseconds: readonly number[];
}
