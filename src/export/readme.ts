/** `README.md` of an export: its files, the meaning of inputs and outputs, and programs that run it in three languages. */

import type { PortableGraph } from "../engine/portable/index.js";
import type { Described } from "./metadata.js";
import { csharp, javascript, python } from "./programs.js";

type Port = PortableGraph["inputs"][number];

const described = (ports: readonly Port[]): string =>
  ports.map(({ name, dtype, shape }) => `\`${name}\` ${dtype} [${shape.join(", ")}]`).join("<br>");

/** Most ports in the table of files; of more, their number. */
const MAX_LISTED = 16;

function portsOf(ports: readonly Port[]): string {
  const task = ports.filter(({ name }) => name.startsWith("task_"));
  if (ports.length <= MAX_LISTED) return described(ports);
  const others = ports.filter(({ name }) => !name.startsWith("task_"));
  const parameters = `${task.length} task parameters \`task_…\``;
  return others.length > 0 ? `${described(others)}<br>${parameters}` : parameters;
}

/** The page of an export. */
export function readmeOf(about: Described, graphs: Readonly<Record<string, PortableGraph>>): string {
  const { title, classes } = about;
  const files = Object.entries(graphs).map(
    ([name, { inputs, outputs, nodes }]) =>
      `| \`${name}.onnx\` | ${nodes.length} | ${portsOf(inputs)} | ${portsOf(outputs)} |`,
  );
  const program = classes ? "predict.onnx" : "teach.onnx";
  const { outputs } = graphs[classes ? "predict" : "teach"];
  const [result] = outputs;
  const of = { program, result: result.name };
  return `# ${title}, as ONNX files

Written by metamodal. The files need no metamodal: any runtime of ONNX opset 17 runs them.

| file | operators | inputs | outputs |
| --- | ---: | --- | --- |
${files.join("\n")}

${meaning(about)}

\`preprocessing.json\` states how values become input arrays, with every constant. \`golden.safetensors\` holds an array for each
input and output of these files, by name; the programs below run the golden inputs. Replace them with arrays of your own.

## Python

\`\`\`python
${python(of)}
\`\`\`

## C#

\`\`\`csharp
${csharp(of)}
\`\`\`

## JavaScript

\`\`\`js
${javascript(of)}
\`\`\`
`;
}

/** What the inputs and outputs mean. */
function meaning({ task, classes, words }: Described): string {
  const isRegression = task === "regression";
  const presence = `\`…_present\` is 1 for an example that has the modality and 0 for one that lacks it, whose values are ignored.`;
  const labels = isRegression
    ? "`support_labels` holds the target of each support example, and `support_mask` is 1 for an example and 0 for padding."
    : "`support_labels` holds the number of each support example's class, from 0, and −1 for padding; a class without examples is padding, too.";
  const outputs = isRegression
    ? "`values` are the predicted numbers."
    : "`probabilities` are calibrated and 0 for padding classes; `unknown` is true for a query that is likely of no class of the support; `certainty` is the score that this is decided by.";
  const order =
    classes && !isRegression
      ? ` Classes in the order of the probabilities: ${classes.map((name) => `\`${name}\``).join(", ")}.`
      : "";
  const support = classes ? "" : ` ${labels} Examples may be fewer than there is room for.`;
  return `${presence}${support} ${outputs} ${Object.values(words)
    .map((word) => `\`weights_${word}\``)
    .join(", ")}: fusion weights.${order}`;
}
