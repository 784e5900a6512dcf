import { expect, it } from "vitest";
import { episode, tableOf } from "../../test/support/baseline-episode.js";
import { tfIdf } from "./tf-idf.js";

it("predicts by rare words rather than by words that every text contains", async () => {
  const texts = [
    "what is the weather",
    "what is my balance",
    "weather",
    "what is the balance",
    ...Array(8).fill("what is the"),
  ];
  const table = await tableOf(
    texts.map((text, i) => ({ label: `${i}`, text })),
    { text: { kind: "text" } },
  );
  expect(tfIdf(table, episode)).toEqual([0, 1]);
});
