/**
 * Bodies of forms (multipart/form-data), as `curl -F` and pages send them. The parts of an example follow one another: `label`,
 * then a part per modality, a file or a text. A part that the example has already begins the next one, which keeps the
 * label unless it has its own:
 *
 *   -F label=ox-eye -F image=@a.jpg -F image=@b.jpg -F label=poppy -F image=@c.jpg -F text="red, in wheat"
 *
 * `number` in place of `label` is a number to predict. The part `task` is JSON with the other fields of the body.
 */

import { Refusal } from "./refusal.js";

type Fields = Record<string, unknown>;

/** The body that a form states. @throws {Refusal} `serve/bad-form` */
export async function bodyOfForm(bytes: Uint8Array, contentType: string): Promise<Fields> {
  const form = await parse(bytes, contentType);
  let body: Fields = {};
  const examples: Fields[] = [];
  let current: Map<string, unknown> | undefined;
  for (const [part, value] of form) {
    if (part === "task") {
      body = taskFields(value);
      continue;
    }
    const name = part === "number" ? "label" : part;
    if (current?.has(name) !== false) {
      if (current) examples.push(Object.fromEntries(current));
      const label: unknown = name === "label" ? undefined : current?.get("label");
      current = new Map(label === undefined ? [] : [["label", label]]);
    }
    current.set(name, await partValue(part, value));
  }
  if (current) examples.push(Object.fromEntries(current));
  return { ...body, examples };
}

async function parse(bytes: Uint8Array, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw badForm("the body", "it is not a form", "multipart/form-data with the boundary of Content-Type");
  }
}

type Part = File | string;

async function partValue(part: string, value: Part): Promise<unknown> {
  if (typeof value !== "string") return { base64: Buffer.from(await value.arrayBuffer()).toString("base64") };
  if (part !== "number") return value;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw badForm('part "number"', `it is ${JSON.stringify(value.slice(0, 40))}`, "a number");
}

function taskFields(value: Part): Fields {
  try {
    const fields: unknown = JSON.parse(typeof value === "string" ? value : "");
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return { ...fields };
  } catch {
    // Refused below, as other values are.
  }
  throw badForm('part "task"', "it is no JSON object", 'the other fields as JSON: {"name": "flowers"}');
}

const badForm = (where: string, problem: string, expected: string) =>
  new Refusal(400, {
    code: "serve/bad-form",
    where,
    problem,
    expected,
    remedy: "Mend the request; docs/serve.md shows forms.",
  });
