/** `metamodal data import movielens`: make a data folder of film ratings, in which each user is a task. */

import { importCommand } from "../import-command.js";

export const dataImportMovieLens = importCommand({
  name: "data import movielens",
  summary: "Make a data folder of MovieLens, from its unpacked folder or its address; each user is a task.",
  examples: [
    "metamodal data import movielens downloads/ml-latest-small --out films",
    "metamodal data import movielens https://files.grouplens.org/datasets/movielens/ml-latest-small.zip --out films",
  ],
  units: "users",
  load: ({ importMovieLens }) => importMovieLens,
});
