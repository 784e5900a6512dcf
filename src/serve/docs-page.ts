/** The page /docs: the routes in a table, without a script. */

import type { Route } from "./route.js";

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The HTML of the page. */
export function docsPage(routes: readonly Route[], version: string): string {
  const lines = routes.map(
    ({ method, path, summary }) =>
      `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>metamodal server</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.2rem .8rem .2rem 0;vertical-align:top}pre{background:#f4f4f4;padding:1rem;overflow:auto}</style></head>
<body><h1>metamodal ${escaped(version)}</h1>
<p>Teach a task from a handful of examples, and predict. <a href="/openapi.json">openapi.json</a> describes every request and reply.</p>
<pre>curl -F label=ox-eye -F image=@a.jpg -F image=@b.jpg -F label=poppy -F image=@c.jpg -F image=@d.jpg HOST/v1/tasks
curl -F image=@new.jpg HOST/v1/tasks/ID/predict</pre>
<table><tbody>
${lines.join("\n")}
</tbody></table></body></html>
`;
}
