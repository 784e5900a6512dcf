/** What a write has changed in a task. */

import type { TaughtTask } from "../teach/task.js";
import type { EmbeddedExample } from "../teach/types.js";
import { Refusal } from "./refusal.js";
import type { Change, TaskView } from "./schemas.js";

/** What a write left out. */
export type Changes = Pick<Change, "repeated" | "notices">;

/** The result of a write: the task, and which of its examples were not there `before`. */
export function changeOf(
  view: TaskView,
  { examples }: TaughtTask,
  before: readonly EmbeddedExample[],
  changes: Changes,
): Change {
  const known = new Set(before.map(({ id }) => id));
  return { task: view, added: examples.map(({ id }) => id).filter((id) => !known.has(id)), ...changes };
}

/** Check that the new examples of a task have the ids that were given. @throws {Refusal} 409 `serve/other-example` */
export function checkIds(
  { examples }: TaughtTask,
  before: ReadonlySet<string>,
  given: ReadonlySet<string>,
): void {
  const renamed = examples.find(({ id }) => !before.has(id) && !given.has(id));
  if (!renamed) return;
  const id = renamed.id.slice(0, renamed.id.lastIndexOf("#"));
  throw new Refusal(409, {
    code: "serve/other-example",
    where: `example ${JSON.stringify(id)}`,
    problem: "the task has another example with this id",
    expected: "an id for each example, or none: then it is a digest of the values",
    remedy: "Delete the other example first, or change the id.",
  });
}
