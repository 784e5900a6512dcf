/** Query parameters of lists that come in pages. */

import { Refusal } from "./refusal.js";

const DEFAULT = 100;
const MOST = 1000;

/** Where a page begins, and how many entries it has. @throws {Refusal} `serve/bad-query` */
export function pageOf(query: URLSearchParams): { after: string; limit: number } {
  const given = query.get("limit") ?? String(DEFAULT);
  const limit = Number(given);
  if (/^\d+$/.test(given) && limit >= 1 && limit <= MOST) return { after: query.get("after") ?? "", limit };
  throw new Refusal(400, {
    code: "serve/bad-query",
    where: 'parameter "limit"',
    problem: `it is ${JSON.stringify(given.slice(0, 40))}`,
    expected: `a whole number from 1 to ${MOST}`,
    remedy: "Mend the request.",
  });
}
