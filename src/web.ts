/**
 * metamodal in a page: teach a task from a handful of examples and predict, in a worker, without a server.
 *
 * The types are those of Node's; see {@link teach}, {@link loadTask} and {@link PageTask}.
 */

export { InputError, type InputErrorParts, RunError } from "./base/errors.js";
export { configure, type PageOptions, pageStatus } from "./web/page.js";
export type { PageStatus } from "./web/protocol.js";
export { loadTask, PageTask, teach } from "./web/task.js";
