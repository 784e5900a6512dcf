import { describe, expect, it } from "vitest";
import { random } from "../../../base/random.js";
import { layOut, type Span } from "./layout.js";

const span = (name: string, bytes: number, first: number, last: number): Span => ({
  name,
  bytes,
  first,
  last,
});

describe("memory layout", () => {
  it("gives tensors that are never needed at the same time the same address", () => {
    const { addresses, bytes } = layOut([
      span("a", 4096, 0, 1),
      span("b", 4096, 2, 3),
      span("c", 4096, 1, 2),
    ]);
    expect(addresses.get("a")).toBe(addresses.get("b"));
    expect(addresses.get("c")).not.toBe(addresses.get("a"));
    expect(bytes).toBeLessThan(3 * 4096);
  });

  it("never overlaps tensors that are needed at the same time", () => {
    const r = random(1, "layout");
    const whole = (most: number) => Math.floor(r.uniform() * most);
    const spans = Array.from({ length: 200 }, (_, i) => {
      const first = whole(50);
      return span(`${i}`, 1 + whole(5000), first, first + whole(10));
    });
    const { addresses, bytes } = layOut(spans);
    for (const a of spans)
      for (const b of spans) {
        if (a === b || a.first > b.last || b.first > a.last) continue;
        const [x, y] = [addresses.get(a.name)!, addresses.get(b.name)!];
        expect(x + a.bytes <= y || y + b.bytes <= x).toBe(true);
      }
    for (const { name, bytes: own } of spans) expect(addresses.get(name)! + own).toBeLessThanOrEqual(bytes);
  });
});
