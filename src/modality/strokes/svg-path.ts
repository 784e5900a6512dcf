/**
 * Converts SVG path data (`M 10 10 L 90 90 C …`; SVG 1.1, section 8.3) to strokes: one per subpath, with curves and arcs
 * sampled.
 *
 * Implemented here, since the maintained packages either need a newer Node or return lengths, not points.
 */

type Point = readonly [x: number, y: number];

/** Number of points of a curve or arc, its end included. */
const curvePoints = 16;
const mostPoints = 1_000_000;

/** Number of arguments of each command. */
const counts: Readonly<Record<string, number>> = {
  M: 2,
  L: 2,
  H: 1,
  V: 1,
  C: 6,
  S: 4,
  Q: 4,
  T: 2,
  A: 7,
  Z: 0,
};

const start = /^\s*[Mm]\s*[-+.\d]/;
const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

/** Whether a text is path data. */
export const isSvgPath = (text: string): boolean =>
  start.test(text) && /^[MmLlHhVvCcSsQqTtAaZz\d\s,.eE+-]*$/.test(text) && /\d[\s,-]*\.?\d/.test(text);

/** The strokes of path data; undefined if it is invalid. */
export function svgPathStrokes(data: string): Point[][] | undefined {
  if (!start.test(data)) return undefined;
  const strokes: Point[][] = [];
  let [x, y, firstX, firstY] = [0, 0, 0, 0];
  let control: { command: string; x: number; y: number } | undefined;
  let total = 0;
  const to = (px: number, py: number) => {
    if (strokes.length === 0 || ++total > mostPoints) return false;
    strokes[strokes.length - 1].push([px, py]);
    [x, y] = [px, py];
    return true;
  };
  for (const [, letter, rest] of data.matchAll(/([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)/g)) {
    const upper = letter.toUpperCase();
    const numbers = upper === "A" ? arcNumbers(rest) : (rest.match(number) ?? []).map(Number);
    const count = counts[upper];
    if (upper === "Z") {
      if (!to(firstX, firstY)) return undefined;
      // Without a move, the next stroke begins at the start of the closed one.
      strokes.push([[x, y]]);
      continue;
    }
    if (numbers.length === 0 || numbers.length % count !== 0 || !numbers.every(Number.isFinite))
      return undefined;
    for (let at = 0; at < numbers.length; at += count) {
      const [ox, oy] = letter === upper ? [0, 0] : [x, y];
      const own = numbers.slice(at, at + count);
      if (upper === "M" && at === 0) {
        [x, y] = [ox + own[0], oy + own[1]];
        [firstX, firstY] = [x, y];
        strokes.push([[x, y]]);
      } else if (upper === "M" || upper === "L") {
        if (!to(ox + own[0], oy + own[1])) return undefined;
      } else if (upper === "H" || upper === "V") {
        if (!(upper === "H" ? to(ox + own[0], y) : to(x, oy + own[0]))) return undefined;
      } else if (upper === "A") {
        for (const [px, py] of arc([x, y], own, [ox + own[5], oy + own[6]]))
          if (!to(px, py)) return undefined;
      } else {
        const points = Array.from(
          { length: count / 2 },
          (_, i): Point => [ox + own[2 * i], oy + own[2 * i + 1]],
        );
        const smooth = upper === "S" || upper === "T";
        const family = upper === "S" || upper === "C" ? "CS" : "QT";
        const mirrored: Point =
          control && family.includes(control.command) ? [2 * x - control.x, 2 * y - control.y] : [x, y];
        const controls = [[x, y] as Point, ...(smooth ? [mirrored] : []), ...points];
        for (let i = 1; i <= curvePoints; i++)
          if (!to(...bezier(controls, i / curvePoints))) return undefined;
        const [cx, cy] = controls[controls.length - 2];
        control = { command: upper, x: cx, y: cy };
        continue;
      }
      control = undefined;
    }
  }
  // Without the stroke that a closing command began and no command continued.
  const kept = strokes.filter(
    (stroke, i) => stroke.length > 1 || i === 0 || !isPoint(strokes[i - 1].at(-1), stroke[0]),
  );
  return kept.length > 0 ? kept : undefined;
}

const isPoint = (a: Point | undefined, b: Point) => a?.[0] === b[0] && a?.[1] === b[1];

/** The arguments of arcs, whose two flags may be written without spaces: `a 5 5 0 01 9 9`. */
function arcNumbers(text: string): number[] {
  const form = new RegExp(
    `[\\s,]*(${number.source})[\\s,]*(${number.source})[\\s,]*(${number.source})[\\s,]*([01])[\\s,]*([01])[\\s,]*(${number.source})[\\s,]*(${number.source})`,
    "y",
  );
  const numbers: number[] = [];
  let last = 0;
  for (let found = form.exec(text); found; found = form.exec(text)) {
    numbers.push(...found.slice(1).map(Number));
    last = form.lastIndex;
  }
  return text.slice(last).trim() === "" ? numbers : [];
}

/** The point of a Bézier curve at `t`, by De Casteljau's algorithm. */
function bezier(points: readonly Point[], t: number): Point {
  if (points.length === 1) return points[0];
  return bezier(
    points
      .slice(1)
      .map(
        ([x, y], i): Point => [points[i][0] + t * (x - points[i][0]), points[i][1] + t * (y - points[i][1])],
      ),
    t,
  );
}

/** Points of an elliptical arc (SVG 1.1, appendix F.6.5). */
function arc([x1, y1]: Point, [rx0, ry0, turn, large, sweep]: number[], [x2, y2]: Point): Point[] {
  let [rx, ry] = [Math.abs(rx0), Math.abs(ry0)];
  if (rx === 0 || ry === 0 || (x1 === x2 && y1 === y2)) return [[x2, y2]];
  const phi = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)];
  const [dx, dy] = [(x1 - x2) / 2, (y1 - y2) / 2];
  const [px, py] = [cos * dx + sin * dy, -sin * dx + cos * dy];
  const scale = Math.sqrt(Math.max(1, (px / rx) ** 2 + (py / ry) ** 2));
  [rx, ry] = [rx * scale, ry * scale];
  const below = (rx * py) ** 2 + (ry * px) ** 2;
  const factor = Math.sqrt(Math.max(0, (rx * ry) ** 2 / below - 1)) * (large === sweep ? -1 : 1);
  const [qx, qy] = [(factor * rx * py) / ry, (-factor * ry * px) / rx];
  const [cx, cy] = [cos * qx - sin * qy + (x1 + x2) / 2, sin * qx + cos * qy + (y1 + y2) / 2];
  const from = Math.atan2((py - qy) / ry, (px - qx) / rx);
  let angle = Math.atan2((-py - qy) / ry, (-px - qx) / rx) - from;
  if (sweep && angle < 0) angle += 2 * Math.PI;
  if (!sweep && angle > 0) angle -= 2 * Math.PI;
  return Array.from({ length: curvePoints }, (_, i): Point => {
    if (i === curvePoints - 1) return [x2, y2];
    const at = from + (angle * (i + 1)) / curvePoints;
    const [ex, ey] = [rx * Math.cos(at), ry * Math.sin(at)];
    return [cx + cos * ex - sin * ey, cy + sin * ex + cos * ey];
  });
}
