/** Limits the total cost of concurrent work: memory, for example. */

/** At most `limit` of cost is in progress at a time; work of a larger cost runs alone. */
export class Budget {
  #used = 0;
  readonly #waiting: { readonly cost: number; readonly start: () => void }[] = [];

  constructor(readonly limit: number) {}

  /** Run `work` when its cost fits beside what is in progress; in the order of calls. */
  async use<Result>(cost: number, work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting.length > 0 || !this.#fits(cost))
      await new Promise<void>((start) => this.#waiting.push({ cost, start }));
    else this.#used += cost;
    try {
      return await work();
    } finally {
      this.#used -= cost;
      while (this.#waiting.length > 0 && this.#fits(this.#waiting[0].cost)) {
        const { cost: next, start } = this.#waiting.shift()!;
        this.#used += next;
        start();
      }
    }
  }

  #fits = (cost: number): boolean => this.#used === 0 || this.#used + cost <= this.limit;
}
