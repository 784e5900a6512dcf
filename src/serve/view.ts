/** What is shown of a task. */

import type { TaughtTask } from "../teach/task.js";
import type { TaskView } from "./schemas.js";

/** The view of a task, with what its report has measured. */
export function viewOf(
  task: TaughtTask,
  { id, name, version, created }: Pick<TaskView, "id" | "name" | "version" | "created">,
): TaskView {
  const { kinds, task: kind } = task.file;
  const counts = new Map(task.classes.map((label) => [label, 0]));
  for (const { label } of task.examples)
    if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  const { accuracy, reason } = task.report ?? {};
  return {
    id,
    ...(name !== undefined && { name }),
    version,
    task: kind,
    classes: [...counts].map(([label, examples]) => ({ name: label, examples })),
    examples: task.examples.length,
    modalities: Object.entries(kinds).map(([modality, declared]) => ({
      name: modality,
      kind: declared.kind,
    })),
    ...(accuracy && { accuracy: { ...accuracy, interval: [...accuracy.interval] } }),
    ...(reason !== undefined && { reason }),
    created,
    changed: new Date().toISOString(),
  };
}
