/** Optimistic concurrency: a change that expects a version of a task is refused when it has another (RFC 9110, If-Match). */

import { Refusal } from "./refusal.js";
import type { TaskView } from "./schemas.js";

/** The check of a header `If-Match`; without one, any version is expected. */
export function checkMatch(header: string | undefined): (view: TaskView) => void {
  const tags = header?.split(",").map((tag) => tag.trim());
  return ({ version }) => {
    if (!tags || tags.includes("*") || tags.includes(`"${version}"`)) return;
    throw new Refusal(
      412,
      {
        code: "serve/changed",
        where: "header If-Match",
        problem: `the task has the version "${version}"`,
        expected: `If-Match: "${version}"`,
        remedy: "Get the task again, and decide anew.",
      },
      { etag: `"${version}"` },
    );
  };
}
