/**
 * Imports MovieLens (Harper, Konstan, 2015) as a regression data set for recommendation: each user is a task with a few
 * ratings as support. A row is one rating: its text is the title and genres of the film, its target the number of stars, its
 * group the user.
 *
 * The files are `ratings.csv` and `movies.csv` (ml-latest-small and later sets), or `u.data`, `u.item` and `u.genre` (100K).
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { csvRows } from "../formats/csv.js";
import { withSource } from "./download.js";
import { gzip, type ImportSummary, newFolderPlace, writeNewFolder } from "./write.js";

const movieLensAddress = "https://files.grouplens.org/datasets/movielens/ml-latest-small.zip";

interface Rating {
  user: string;
  film: string;
  stars: number;
}

/** Limit of the number of ratings, which are held in memory. */
const mostRatings = 5_000_000;

/**
 * Convert MovieLens (Harper, Konstan, 2015) to a data folder for regression: one row per rating, in stars, with the film's
 * title and genres as text and the user as group. `source` is a folder or the URL of an archive, `to` a new folder.
 *
 * @throws {InputError} `movielens/unknown-layout`, `movielens/bad-rating` for a rating that is not a number or is of an
 * unknown film, `movielens/too-many`, `import/…` for a source that cannot be read, `data/folder-not-empty` for `to`.
 * @example const { rows } = await importMovieLens("ml-latest-small", "movielens");
 */
export async function importMovieLens(
  source: string,
  to: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ImportSummary> {
  newFolderPlace(to);
  return withSource(source, signal, async (outer) => {
    const folder = folderIn(outer, source);
    const isCsv = existsSync(join(folder, "ratings.csv"));
    const films = isCsv ? await filmsOfCsv(folder) : filmsOfItems(folder);
    const users = new Set<string>();
    const lines: string[] = [];
    for await (const { rating, where } of isCsv ? ratingsOfCsv(folder) : ratingsOfData(folder)) {
      signal?.throwIfAborted();
      const { user, film, stars } = rating;
      if (!(Number.isFinite(stars) && user && film))
        throw badRating(where, "a field is missing or no number");
      const text = films.get(film);
      if (text === undefined) throw badRating(where, `there is no film ${film}`);
      if (lines.length === mostRatings) throw tooMany(source);
      users.add(user);
      lines.push(JSON.stringify({ id: `${user}/${film}`, label: stars, group: user, text }));
    }
    if (lines.length === 0) throw unknownLayout(source, "there are no ratings");
    const card = {
      name: "movielens",
      licence: "GroupLens: research only, no redistribution without permission",
      task: "regression",
      groupAsTask: true,
      modalities: { text: { kind: "text" } },
    };
    const files: [string, Uint8Array | string][] = [
      ["dataset.json", `${JSON.stringify(card, null, 2)}\n`],
      ["metadata.jsonl.gz", gzip(`${lines.join("\n")}\n`)],
    ];
    await writeNewFolder(to, files);
    return { rows: lines.length, units: { unsplit: users.size }, unusedRows: 0, files: files.length };
  });
}

/** The folder with the files: the given one, or the only one in it. */
function folderIn(outer: string, source: string): string {
  const names = readdirSync(outer, { withFileTypes: true });
  const inner = names.filter((entry) => entry.isDirectory()).map(({ name }) => join(outer, name));
  const isKnown = (folder: string) =>
    ["ratings.csv", "u.data"].some((file) => existsSync(join(folder, file)));
  const found = [outer, ...inner].find(isKnown);
  if (found) return found;
  throw unknownLayout(source, "there is neither ratings.csv nor u.data");
}

const textOf = (title: string, genres: readonly string[]): string =>
  genres.length > 0 ? `${title}: ${genres.join(", ")}` : title;

/** The rows of a CSV, with the cells of the named columns. */
async function* namedRows(folder: string, file: string, names: readonly string[]) {
  if (!existsSync(join(folder, file))) throw unknownLayout(file, "the file is missing");
  let at: number[] | undefined;
  for await (const { record, lines } of csvRows(join(folder, file), file)) {
    if (at) {
      yield { cells: at.map((column) => record[column]), where: `${file}:${lines}` };
      continue;
    }
    at = names.map((name) => record.indexOf(name));
    if (at.includes(-1))
      throw unknownLayout(`${file}:${lines}`, `the columns are ${record.join(", ").slice(0, 80)}`);
  }
}

async function filmsOfCsv(folder: string): Promise<Map<string, string>> {
  const films = new Map<string, string>();
  for await (const { cells } of namedRows(folder, "movies.csv", ["movieId", "title", "genres"])) {
    const [id, title, genres] = cells;
    films.set(id, textOf(title, genres.startsWith("(") ? [] : genres.split("|")));
  }
  return films;
}

async function* ratingsOfCsv(folder: string): AsyncGenerator<{ rating: Rating; where: string }> {
  for await (const { cells, where } of namedRows(folder, "ratings.csv", ["userId", "movieId", "rating"])) {
    const [user, film, stars] = cells;
    yield { rating: { user, film, stars: stars === "" ? Number.NaN : Number(stars) }, where };
  }
}

/** The lines of a file of the 100K set, which is in Latin-1. */
function linesOf(folder: string, file: string): string[] {
  if (!existsSync(join(folder, file))) throw unknownLayout(file, "the file is missing");
  return readFileSync(join(folder, file), "latin1").split(/\r?\n/).filter(Boolean);
}

/** `id|title|date||address|` and a 0 or 1 for each genre. */
function filmsOfItems(folder: string): Map<string, string> {
  const genres = linesOf(folder, "u.genre").map((line) => line.split("|")[0]);
  const films = linesOf(folder, "u.item").map((line): [string, string] => {
    const [id, title, ...rest] = line.split("|");
    const flags = rest.slice(-genres.length);
    return [
      id,
      textOf(
        title,
        genres.filter((_, i) => flags[i] === "1"),
      ),
    ];
  });
  return new Map(films);
}

async function* ratingsOfData(folder: string): AsyncGenerator<{ rating: Rating; where: string }> {
  for (const [i, line] of linesOf(folder, "u.data").entries()) {
    const [user, film, stars] = line.split("\t");
    yield { rating: { user, film, stars: Number(stars) }, where: `u.data:${i + 1}` };
  }
}

const unknownLayout = (where: string, problem: string) =>
  new InputError({
    code: "movielens/unknown-layout",
    where,
    problem,
    expected:
      "ratings.csv (userId, movieId, rating) and movies.csv (movieId, title, genres), or u.data, u.item and u.genre",
    remedy: `Unpack ${movieLensAddress} and give its folder, or give the URL.`,
  });

const badRating = (where: string, problem: string) =>
  new InputError({
    code: "movielens/bad-rating",
    where,
    problem,
    expected: "a user, a film of the list and a number of stars",
    remedy: "Download the set again.",
  });

const tooMany = (where: string) =>
  new InputError({
    code: "movielens/too-many",
    where,
    problem: `there are more than ${mostRatings} ratings`,
    expected: `at most ${mostRatings}`,
    remedy: "Take a smaller set, such as ml-latest-small, or the ratings of fewer users.",
  });
