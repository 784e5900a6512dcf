/** What a write has changed in a task. */

import type { TaughtTask } from "../teach/task.js";
import { Refusal } from "./refusal.js";
import type { Change, TaskView } from "./schemas.js";
import type { Outcome } from "./served.js";
import type { StoredTask } from "./stored.js";

/** The result of a write: the task, and which of its examples were not there `before`. */
export function changeOf(
  view: TaskView,
  { task, repeated, notices }: Outcome,
  before: StoredTask["examples"],
): Change {
  const known = new Set(before.map(({ id }) => id));
  return {
    task: view,
    added: task.stored.examples.map(({ id }) => id).filter((id) => !known.has(id)),
    repeated: [...repeated],
    notices: notices.map(({ code, text }) => ({ code, text })),
  };
}

/** Check that the new examples of a task have the ids that were given. @throws {Refusal} 409 `serve/other-example` */
export function checkIds(
  { examples }: TaughtTask,
  before: ReadonlySet<string>,
  given: ReadonlySet<string>,
): void {
  const renamed = examples.find(({ id }) => !before.has(id) && !given.has(id));
  if (!renamed) return;
  throw otherExample(renamed.id.slice(0, renamed.id.lastIndexOf("#")));
}

export const otherExample = (id: string) =>
  new Refusal(409, {
    code: "serve/other-example",
    where: `example ${JSON.stringify(id)}`,
    problem: "the task has another example with this id",
    expected: "an id for each example, or none: then it is a digest of the values",
    remedy: "Delete the other example first, or change the id.",
  });
