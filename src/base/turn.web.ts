/** Lets others run, in a page. */

/** Resolves after the events that wait. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
