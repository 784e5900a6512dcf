/** What is shown of a task. */

import type { TaskView } from "./schemas.js";
import type { ServedTask } from "./served.js";
import { isAdapted } from "./stored.js";

/** The view of a task, with what its report has measured. */
export function viewOf(
  { stored, kind, classes, modalities, report }: ServedTask,
  { id, name, version, created }: Pick<TaskView, "id" | "name" | "version" | "created">,
): TaskView {
  const counts = new Map(classes.map((label) => [label, 0]));
  for (const { label } of stored.examples)
    if (typeof label === "string") counts.set(label, (counts.get(label) ?? 0) + 1);
  const { accuracy, reason } = report ?? {};
  return {
    id,
    ...(name !== undefined && { name }),
    version,
    ...(isAdapted(stored) && { model: stored.model }),
    task: kind,
    classes: [...counts].map(([label, examples]) => ({ name: label, examples })),
    examples: stored.examples.length,
    modalities: [...modalities],
    ...(accuracy && { accuracy: { ...accuracy, interval: [...accuracy.interval] } }),
    ...(reason !== undefined && { reason }),
    created,
    changed: new Date().toISOString(),
  };
}
