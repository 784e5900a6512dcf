import { expect, it } from "vitest";
import { Progress } from "./progress.js";

/** A stream that keeps what is written, and a clock that is set by hand. */
function setting(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const clock = { now: 0 };
  const stream = { isTTY, columns, write: (text: string) => written.push(text) > 0 };
  return { written, clock, progress: new Progress(stream as never, () => clock.now) };
}

it("changes one line on a terminal, at most ten times a second, and no wider than the terminal", () => {
  const { written, clock, progress } = setting(true, 10);
  progress.update(() => "step 1 of a hundred");
  clock.now = 50;
  progress.update(() => "step 2");
  clock.now = 100;
  progress.update(() => "step 3");
  progress.note("kept");
  progress.clear();
  expect(written).toEqual(["\r\x1b[Kstep 1 of", "\r\x1b[Kstep 3", "\r\x1b[Kkept\n", "\r\x1b[K"]);
  expect(progress.bar(0.52)).toBe("━━━━━─────  ");
  expect(progress.bar(7)).toBe("━━━━━━━━━━  ");
});

it("writes plain lines elsewhere, one in five seconds besides notes", () => {
  const { written, clock, progress } = setting(false);
  for (clock.now = 0; clock.now <= 12_000; clock.now += 1000)
    progress.update(() => `second ${clock.now / 1000}`);
  progress.note("kept");
  progress.clear();
  expect(written).toEqual(["second 5\n", "second 10\n", "kept\n"]);
  expect(progress.bar(0.5)).toBe("");
});
