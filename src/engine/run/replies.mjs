/** Replies of a thread to its requests (messages.ts). Plain JavaScript, so that a worker of Node starts without a build. */

/**
 * A function that runs requests by these handlers, one after another, and resolves with the reply of each.
 *
 * @param {import("./messages.js").Handlers<string>} handlers
 * @returns {(message: import("./messages.js").Message) => Promise<import("./messages.js").Reply>}
 */
export function repliesBy(handlers) {
  /** @param {import("./messages.js").Message} message */
  const reply = async ({ handler, argument }) => {
    try {
      return { result: await handlers[handler](/** @type {never} */ (argument)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (message) => {
    const replied = last.then(() => reply(message));
    last = replied;
    return replied;
  };
}
