import { expect, it } from "vitest";
import { kinds } from "./kinds.js";
import { projections } from "./projection.js";

it("has the constants that encoders name, of their lengths, and no others", async () => {
  const constants = await projections();
  const encoders = Object.values(kinds).flatMap((kind) => kind.encoders);
  const named = new Set(encoders.flatMap((encoder) => encoder.constants ?? []));
  expect([...constants.keys()].sort()).toEqual([...named].sort());
  for (const { constants: name, length } of encoders)
    if (name !== undefined) expect(constants.get(name)?.mean.length).toBe(length);
});
