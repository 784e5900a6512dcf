/** House prices as regression tasks, one group per town: 250,000 ± 5,000, linear in three features with weights per town. */

import { random } from "../../src/base/random.js";
import { createDataset, type Dataset, type Example, type Split } from "../../src/data/index.js";

/** Generate `houses` per town and `towns` per split. `level` is the standard deviation of the towns' mean prices. */
export function prices(
  towns: Readonly<Record<Split, number>>,
  houses: number,
  { mean = 250_000, spread = 5_000, level = 0 } = {},
): Dataset {
  const examples = (Object.keys(towns) as Split[]).flatMap((split) =>
    Array.from({ length: towns[split] }, (_, k): Example[] => {
      const r = random(0, "town", split, k);
      const [own, ...worth] = Array.from({ length: 4 }, () => r.normal());
      return Array.from({ length: houses }, () => {
        const v = Array.from({ length: 3 }, () => r.normal());
        const value = v.reduce((sum, x, i) => sum + x * worth[i], 0) / Math.sqrt(3);
        return { label: mean + level * own + spread * value, group: `${split} ${k}`, split, v };
      });
    }).flat(),
  );
  return createDataset({ name: "prices", examples });
}
