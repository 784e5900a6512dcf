/** The base model on all 150 intents of CLINC150 at once: examples of its train part, the whole test part as queries. */

import { join } from "node:path";
import { random } from "../../../src/base/random.js";
import { createDataset } from "../../../src/index.js";
import { ClassHead } from "../../../src/teach/class-head.js";
import { embedRows } from "../../../src/teach/embed.js";
import { labelTexts } from "../../../src/teach/label-texts.js";
import type { EmbeddedExample } from "../../../src/teach/types.js";
import { readJson } from "../files.js";

const kinds = { text: { kind: "text", options: {} } } as const;

type Utterances = readonly (readonly [text: string, intent: string])[];

/** Accuracies, a draw of examples each. */
export interface IntentAccuracies {
  readonly shot: number;
  /** Whether the name of each class is one example more. */
  readonly named: boolean;
  readonly draws: readonly number[];
}

/** Measure `draws` supports of each number of examples per class, without and with the names of the classes. */
export async function measureIntents(
  folder: string,
  shots: readonly number[],
  draws: number,
): Promise<IntentAccuracies[]> {
  const parts = readJson<Record<"train" | "test", Utterances>>(join(folder, "clinc150.json.gz"));
  const [train, test] = [await embedded(parts.train, "train"), await embedded(parts.test, "test")];
  const classes = [...new Set(train.map(({ label }) => label!))].sort();
  const names = await labelTexts(classes, kinds, 1);
  const results: IntentAccuracies[] = [];
  for (const shot of shots)
    for (const named of [false, true]) {
      const accuracies: number[] = [];
      for (let draw = 0; draw < draws; draw++) {
        const support = classes.flatMap((name) => {
          const own = train.filter(({ label }) => label === name);
          return random(draw, "intents", name, shot).sample(own, shot);
        });
        const head = await ClassHead.fit(named ? [...support, ...names] : support, kinds);
        const outcomes = await head.predictAll(test);
        const right = outcomes.filter(({ best }, i) => head.classes[best] === test[i].label).length;
        accuracies.push(right / test.length);
      }
      results.push({ shot, named, draws: accuracies });
    }
  return results;
}

async function embedded(utterances: Utterances, part: string): Promise<readonly EmbeddedExample[]> {
  const examples = utterances.map(([text, label], i) => ({ id: `${part}/${i}`, label, text }));
  return (
    await embedRows(createDataset({ name: part, examples, modalities: { text: { kind: "text" } } }), {})
  ).examples;
}
