/** SVG building blocks without data: the document, elements, text. Coordinates are in pixels; y grows downwards. */

/** Colours of categories (methods, modalities), in order. */
export const COLOURS = ["#4269d0", "#efb118", "#3ca951", "#ff725c", "#a463f2", "#9c6b4e"];
/** Colour of frames and of diagonals. */
export const FRAME = "#bbbbbb";
/** Colour of secondary text. */
export const MUTED = "#777";
/** Colour of a correct prediction. */
export const CORRECT = "#3ca951";
/** Colour of a wrong prediction, and of what cannot be drawn. */
export const WRONG = "#d62728";

/** The colour of category `index`; colours repeat after the last. */
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length];

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Escape text for XML. Control characters, which XML does not have, become spaces. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ").replaceAll(/[&<>"]/g, (char) => escapes[char]);

/** Shorten a name to its last `length` characters, with an ellipsis in front. */
export const shorten = (name: string, length: number): string =>
  name.length > length ? `…${name.slice(1 - length)}` : name;

/** Format a number with three significant digits. */
export const label = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

/** Attributes of an element; absent if undefined. Text is escaped. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with attributes. `content` is SVG: text in it is escaped already. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return content === undefined ? `<${name}${given}/>` : `<${name}${given}>${content}</${name}>`;
}

/** Text whose baseline starts at (x, y), or is centred there or ends there by `text-anchor`. */
export const text = (x: number, y: number, content: string, attributes: Attributes = {}): string =>
  element("text", { x, y, ...attributes }, escaped(content));

/** A complete picture on white. `title` is its accessible name. */
export const svgDocument = (
  { width, height, title }: { width: number; height: number; title: string },
  parts: readonly string[],
): string => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.filter((part) => part !== "").join("\n")}
</svg>
`;
