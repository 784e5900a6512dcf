import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Draw } from "../../test/support/draw.js";
import { eager, relativeError } from "../../test/support/eager.js";
import { float32, int32, type NDArray } from "../base/array.js";
import { InputError, RunError } from "../base/errors.js";
import { Engine, engineFor, gradient, lax, nn, type Program } from "./index.js";
import { Pool } from "./run/pool.js";
import { np, relaxed, relaxedPrototypeCount, type Tensor, vmap } from "./trace/jax.js";

const engine = new Engine({ threads: 1 });
const spec = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
const values = (array: unknown) => Array.from((array as NDArray).data);

/** Matrix products that take a few hundred milliseconds. */
const busy = (n: number, times: number) => (x: Tensor) => {
  let y = x;
  for (let i = 0; i < times; i++) y = np.matmul(y, x).mul(1 / n);
  return np.sum(y);
};

/** The gradient of a small network, as most programs are. */
const step = (params: { w1: Tensor; w2: Tensor }, x: Tensor, y: Tensor) =>
  gradient((p: { w1: Tensor; w2: Tensor }) => {
    const hidden = nn.relu(np.matmul(x, p.w1));
    return np.mean(np.square(np.matmul(hidden, p.w2).sub(y)));
  })(params);
const stepArgs = () => {
  const d = new Draw("step");
  return [{ w1: d.normal([3, 8]), w2: d.normal([8, 2]) }, d.normal([5, 3]), d.normal([5, 2])];
};

describe("simplification", () => {
  const operators = (fn: (...xs: Tensor[]) => Tensor | Tensor[], ...shapes: number[][]) =>
    engine.compile(
      fn as never,
      shapes.map((shape) => spec(...shape)),
    ).operators;

  it("removes operators that no result needs", () => {
    const kept = operators(
      (x) => {
        np.exp(x);
        return np.sin(x);
      },
      [3],
    );
    expect(kept).toEqual({ Sin: 1, Identity: 1 });
  });

  it("computes a common subexpression once", () => {
    const shared = operators((x, y) => np.exp(x.add(y)).mul(np.exp(x.add(y))), [3], [3]);
    expect(shared).toEqual({ Add: 1, Exp: 1, Mul: 1, Identity: 1 });
  });

  it("folds uniform constants", () => {
    const folded = operators(
      (x) =>
        x
          .add(
            np
              .sqrt(np.full([3], 4))
              .mul(3)
              .sub(6),
          )
          .mul(np.ones([2, 3])),
      [3],
    );
    expect(folded).toEqual({ Reshape: 1, Expand: 1, Identity: 1 });
  });

  it("subtracts instead of adding the negative", () => {
    expect(operators((x, y) => x.sub(y).neg().neg(), [3], [3])).toEqual({ Sub: 1, Identity: 1 });
  });

  it("leaves broadcasting to the operators", () => {
    const bias = operators((x, b) => x.add(np.broadcastTo(b, [4, 3])).mul(np.full([4, 3], 2)), [4, 3], [3]);
    expect(bias).toMatchObject({ Add: 1, Mul: 1 });
    expect(bias.Expand).toBeUndefined();
    const centred = operators((x) => x.sub(np.mean(x, [1], { keepdims: true })), [4, 3]);
    expect(centred.Expand).toBeUndefined();
  });

  it("sums along a broadcast axis by a multiplication", () => {
    const sum = operators((x) => np.sum(np.broadcastTo(x, [7, 3]), [0]), [3]);
    expect(sum).toEqual({ Mul: 1, Identity: 1 });
  });

  it("cancels transposes and reshapes", () => {
    expect(operators((x) => x.transpose([1, 2, 0]).transpose([2, 0, 1]), [2, 3, 4])).toEqual({ Identity: 1 });
    expect(operators((x) => x.reshape([6, 4]).reshape([2, 3, 4]), [2, 3, 4])).toEqual({ Identity: 1 });
    const twice = operators((x) => x.transpose([1, 2, 0]).transpose([1, 2, 0]), [2, 3, 4]);
    expect(twice).toEqual({ Transpose: 1, Identity: 1 });
  });

  it("makes a matrix product one MatMul", () => {
    expect(operators((x, y) => np.matmul(x, y), [4, 3], [3, 5])).toEqual({ MatMul: 1, Identity: 1 });
    expect(operators((x, y) => np.matmul(x, y), [2, 4, 3], [2, 3, 5])).toEqual({ MatMul: 1, Identity: 1 });
    expect(operators((x, y) => np.matmul(x, y.transpose()), [4, 3], [5, 3])).toEqual({
      MatMul: 1,
      Transpose: 1,
      Identity: 1,
    });
  });

  it("makes convolutions with a kernel per task one grouped convolution", () => {
    const perTask = operators(
      vmap((x: Tensor, w: Tensor) => lax.conv(x, w, [1, 1], "SAME"), [0, 0]) as never,
      [3, 2, 4, 8, 8],
      [3, 5, 4, 3, 3],
    );
    expect(perTask.Conv).toBe(1);
  });
});

describe("a program", () => {
  it("has the same bytes for the same function", () => {
    const [first, second] = [1, 2].map(() => engine.compile(step as never, stepArgs()).bytes);
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
  });

  it("has the same results to the bit on any number of threads, in any order", async () => {
    const inputs = Array.from({ length: 6 }, (_, i) => [
      stepArgs()[0],
      new Draw("x", i).normal([5, 3]),
      new Draw("y", i).normal([5, 2]),
    ]);
    const results = async (threads: number, order: number[]) => {
      const program = new Engine({ threads }).compile(step as never, inputs[0] as never);
      const out = await Promise.all(order.map((i) => program.run(inputs[i] as never)));
      return inputs.map((_, i) => {
        const { w1, w2 } = out[order.indexOf(i)] as { w1: NDArray; w2: NDArray };
        return [values(w1), values(w2)];
      });
    };
    const expected = await results(1, [0, 1, 2, 3, 4, 5]);
    expect(await results(2, [5, 0, 3, 4, 2, 1])).toEqual(expected);
    expect(await results(1, [2, 4, 0, 5, 1, 3])).toEqual(expected);
    expect(relativeError(expected[0][0], eager(step as never, inputs[0] as never)[0])).toBeLessThan(1e-5);
  });

  it("takes arguments by name, with keys in any order", async () => {
    const program = engine.compile(
      (p: { a: Tensor; b: Tensor }) => p.a.sub(p.b),
      [{ a: spec(2), b: spec(2) }],
    );
    const [a, b] = [float32([5, 7], [2]), float32([1, 2], [2])];
    expect(values(await program.run([{ b, a }]))).toEqual([4, 5]);
  });

  it("returns the structure of the result, with leaves that are arguments or constants", async () => {
    const fn = (x: Tensor) => ({
      same: x,
      list: [np.full([2], 3), np.sum(x).greater(2)],
      scalar: np.array(4),
    });
    const out = (await engine.compile(fn, [spec(2)]).run([float32([1, 2], [2])])) as never as Record<
      string,
      NDArray
    > & {
      list: NDArray[];
    };
    expect(values(out.same)).toEqual([1, 2]);
    expect(values(out.list[0])).toEqual([3, 3]);
    expect(out.list[1]).toMatchObject({ dtype: "bool", shape: [] });
    expect(values(out.list[1])).toEqual([1]);
    expect(values(out.scalar)).toEqual([4]);
  });

  it("runs again after its sessions were closed", async () => {
    const program = engine.compile((x: Tensor) => x.mul(2), [spec(1)]);
    for (let i = 0; i < 3; i++) {
      expect(values(await program.run([float32([i], [1])]))).toEqual([2 * i]);
      program.release();
    }
  });

  it("refuses other arguments than it was compiled for, by name", async () => {
    const program = engine.compile((p: { w: Tensor }, x: Tensor) => x.mul(p.w), [{ w: spec(2) }, spec(2)]);
    const [two, three] = [float32([1, 2], [2]), float32([1, 2, 3], [3])];
    await expect(program.run([{ w: two }, three])).rejects.toThrow(
      "internal: argument 1 is float32[3], not float32[2]",
    );
    await expect(program.run([{ w: int32([1, 2], [2]) }, two])).rejects.toThrow("argument 0.w is int32[2]");
    await expect(program.run([{}, two])).rejects.toThrow("argument 0.w is absent");
    await expect(program.run([{ w: two }, two, two])).rejects.toThrow("argument 2 is float32[2], not absent");
  });

  it("rejects if ONNX Runtime fails, and can be run again", async () => {
    const take = engine.compile(
      (x: Tensor, i: Tensor) => np.take(x, i, 0),
      [spec(3), { dtype: "int32", shape: [1] }],
    );
    const x = float32([1, 2, 3], [3]);
    const failed = take.run([x, int32([9], [1])]);
    await expect(failed).rejects.toBeInstanceOf(RunError);
    await expect(failed).rejects.toMatchObject({ code: "engine/run-failed" });
    expect(values(await take.run([x, int32([2], [1])]))).toEqual([3]);
  });

  it("names a result that is not a tensor", () => {
    expect(() => engine.compile((() => 3) as never, [])).toThrow("returned 3, not a tensor");
    expect(() => engine.compile((() => null) as never, [])).toThrow("returned null, not a tensor");
  });
});

describe("the engine", () => {
  it("keeps programs by key, and runs more than stay open", async () => {
    const own = new Engine({ threads: 1 });
    let compiled = 0;
    const scaled = (factor: number) =>
      own.program(`times ${factor}`, () => {
        compiled++;
        return own.compile((x: Tensor) => x.mul(factor), [spec(1)]);
      });
    const one = float32([1], [1]);
    const factors = Array.from({ length: 60 }, (_, i) => i + 2);
    for (const factor of factors) expect(values(await scaled(factor).run([one]))).toEqual([factor]);
    expect(compiled).toBe(60);
    scaled(61);
    expect(compiled).toBe(60);
    const evicted = scaled(2);
    expect(compiled).toBe(61);
    expect(values(await evicted.run([one]))).toEqual([2]);
  });

  it("is shared by equal options", () => {
    expect(engineFor({ threads: 3 })).toBe(engineFor({ threads: 3 }));
    expect(engineFor({ threads: 3 })).not.toBe(engineFor({ threads: 2 }));
  });

  it("leaves the main thread free while a program runs", async () => {
    const x = new Draw("busy").normal([512, 512]);
    const program = engine.compile(busy(512, 120), [x]);
    await program.run([x]);
    let [last, longest, ticks] = [performance.now(), 0, 0];
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      ticks++;
    }, 5);
    const start = performance.now();
    await program.run([x]);
    const duration = performance.now() - start;
    clearInterval(timer);
    program.release();
    expect(duration).toBeGreaterThan(100);
    expect(ticks).toBeGreaterThan(duration / 50);
    expect(longest).toBeLessThan(duration / 2);
  });

  it("rejects with the reason of a signal that is aborted before a run or while it is queued", async () => {
    const own = new Engine({ threads: 1 });
    const x = new Draw("busy").normal([256, 256]);
    const program = own.compile(busy(256, 60), [x]);
    const before = AbortSignal.abort(new Error("not at all"));
    await expect(program.run([x], { signal: before })).rejects.toThrow("not at all");

    const [first, second, third] = [1, 2, 3].map(() => new AbortController());
    const runs = [first, second, third].map(({ signal }) => program.run([x], { signal }));
    second.abort(new Error("changed my mind"));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: { message: "changed my mind" } });
  });

  it("runs a short program that runs alone on the calling thread while the workers are busy, with the same results", async () => {
    const own = new Engine({ threads: 1 });
    const x = new Draw("busy").normal([256, 256]);
    const long = own.compile(busy(256, 60), [x]);
    const cubed = (y: Tensor) => y.mul(y).mul(y);
    const small = own.compile(cubed, [spec(3)], { alone: true });
    const some = [float32([1, 2, 3], [3]), float32([0.1, 0.2, 0.3], [3])];
    await small.run([some[0]]);
    const ended: string[] = [];
    const busyRun = long.run([x]).then(() => ended.push("long"));
    // Concurrent runs do not mix, although they share the program's memory.
    const here = await Promise.all(some.map((y) => small.run([y])));
    ended.push("small");
    await busyRun;
    expect(ended).toEqual(["small", "long"]);
    const there = await Promise.all(some.map((y) => own.compile(cubed, [spec(3)]).run([y])));
    expect(here.map(values)).toEqual(there.map(values));

    await expect(small.run([some[0]], { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    const waiting = small.run([some[0]]);
    small.release();
    expect(values(await waiting)).toEqual([1, 8, 27]);
    expect(values(await small.run([some[0]]))).toEqual([1, 8, 27]);
  });

  it("keeps concurrent runs of a program that threads share apart", async () => {
    const own = new Engine({ threads: 4 });
    const twice = (x: Tensor) => np.concatenate([np.tanh(np.matmul(x, x)), np.sin(np.matmul(x, x.add(1)))]);
    const some = [1, 2, 3, 4].map((i) => new Draw(`run ${i}`).normal([384, 384]));
    const [program, same] = [0, 1].map(() => own.compile(twice, [some[0]], { alone: true }));
    expect(program.fused!.threads.length).toBe(2);
    const expected = [];
    for (const x of some) expected.push(values((await program.run([x])) as NDArray));
    for (let round = 0; round < 5; round++) {
      const runs = some.map((x, i) => (i % 2 ? program : same).run([x]));
      expect((await Promise.all(runs)).map((y) => values(y as NDArray))).toEqual(expected);
    }
  });

  it("runs a lane in order, so that a run may read the results of one that has not ended when it is started", async () => {
    const own = new Engine({ threads: 2 });
    const program = own.compile((x: Tensor) => x.mul(2).add(1), [spec(3)]);
    const lane = {};
    const runs = [program.start([float32([0, 1, 2], [3])], { lane })];
    for (let i = 0; i < 5; i++) runs.push(program.start([runs[i].results as NDArray], { lane }));
    await Promise.all(runs.map(({ done }) => done));
    expect(runs.map(({ results }) => values(results)[0])).toEqual([1, 3, 7, 15, 31, 63]);

    // A run that fails does not fail the next one in its lane.
    const [bad, good] = [AbortSignal.abort(new Error("no")), undefined].map((signal) =>
      program.start([float32([0, 0, 0], [3])], { lane, signal }),
    );
    await expect(bad.done).rejects.toThrow("no");
    await good.done;
    expect(values(good.results)).toEqual([1, 1, 1]);
  });

  it("rejects the run of a thread that dies, and replaces the thread", async () => {
    const pool = new Pool(1, new URL("../../test/support/dying-worker.mjs", import.meta.url));
    const model = { kind: "model", bytes: new Uint8Array(), inputs: [], outputs: [] } as const;
    const program = { key: "k", source: model, device: "cpu" } as const;
    for (let i = 0; i < 2; i++)
      await expect(pool.run([program], [], [])).rejects.toMatchObject({
        code: "engine/thread-died",
        message: expect.stringContaining("out of luck"),
      });
  });

  it("runs on WebGPU if there is an adapter, and rejects with an InputError otherwise", async () => {
    const gpu = new Engine({ device: "webgpu", threads: 1 });
    const run = gpu
      .compile((x: Tensor) => np.matmul(x, x).add(1), [spec(2, 2)])
      .run([float32([1, 2, 3, 4], [2, 2])]);
    const outcome = await run.catch((error: unknown) => error);
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(InputError);
      expect(outcome).toMatchObject({ code: "engine/no-webgpu", exitCode: 2 });
      expect(outcome.message).toContain("Use --device cpu.");
    } else expect(values(outcome)).toEqual([8, 11, 16, 23]);
  });
});

describe("jax-js", () => {
  const compile = (fn: (x: Tensor) => Tensor): Program => engine.compile(fn, [spec(2, 2)]);

  it("is the version that the repairs are for", () => {
    const file = new URL("../../node_modules/@jax-js/jax/package.json", import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8")).version).toBe("0.1.25");
    const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(own.dependencies["@jax-js/jax"]).toBe("0.1.25");
  });

  it("has five prototypes of owned arrays, which are relaxed only while tracing", () => {
    expect(relaxedPrototypeCount).toBe(5);
    const owned = () => {
      const x = np.array([1, 2]);
      x.add(1);
      return x.add(1);
    };
    expect(owned).toThrow(/freed/);
    expect(relaxed(owned).shape).toEqual([2]);
    compile((x) => x.mul(x).add(x));
    expect(() => compile(() => owned().reshape([1, 2]))).not.toThrow();
    expect(owned).toThrow(/freed/);
    expect(() =>
      relaxed(() => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(owned).toThrow(/freed/);
  });

  it("does not change the reference counts of arrays that a function closes over", async () => {
    const matrix = np.array([
      [1, 2],
      [3, 4],
    ]);
    const column = np
      .array([
        [5, 6],
        [7, 8],
      ])
      .transpose()
      .slice([], [0, 1]);
    const scalar = np.array([2, 3]).slice(1);
    const kept = scalar.ref;
    const counts = () => [matrix, column, scalar].map((array) => array.refCount);
    const before = counts();
    expect(before).toEqual([1, 1, 2]);

    const uses = (x: Tensor) =>
      gradient((y: Tensor) =>
        np.sum(
          vmap((row: Tensor) => row.mul(matrix).add(column))(y)
            .mul(scalar)
            .mul(y.mul(y)),
        ),
      )(x);
    const program = compile(uses);
    expect(counts()).toEqual(before);
    await program.run([float32([1, 2, 3, 4], [2, 2])]);
    expect(counts()).toEqual(before);

    expect(() =>
      compile((x) => {
        x.mul(matrix).mul(scalar.mul(column));
        throw new Error("half way");
      }),
    ).toThrow("half way");
    expect(() => compile((x) => np.linalg.inv(x.add(matrix).mul(scalar)))).toThrow(InputError);
    expect(counts()).toEqual(before);
    kept.dispose();
    expect(matrix.add(scalar).js()).toEqual([
      [4, 5],
      [6, 7],
    ]);
  });

  it("misplaces the mapped axis of broadcast and gather after a matrix product, which is repaired while tracing", () => {
    const diagonal = () =>
      np.array([
        [1, 0],
        [0, 2],
      ]);
    const x = () =>
      np.array([
        [1, 2],
        [3, 4],
      ]);
    const spread = (row: Tensor) => np.broadcastTo(np.matmul(row, diagonal()), [2, 2]);
    const right = [
      [
        [1, 4],
        [1, 4],
      ],
      [
        [3, 8],
        [3, 8],
      ],
    ];
    expect(vmap(spread)(x()).js()).not.toEqual(right);
    expect(relaxed(() => vmap(spread)(x()).js())).toEqual(right);
    const picked = (row: Tensor) =>
      np.take(
        row,
        np.array(
          [
            [1, 0],
            [0, 1],
            [1, 1],
          ],
          { dtype: np.int32 },
        ),
        0,
      );
    const cube = () => np.arange(12).astype(np.float32).reshape([2, 3, 2]);
    const one = [0, 1].map((i) => relaxed(() => picked(cube().slice([], [], i)).js()));
    expect(relaxed(() => vmap(picked, 2)(cube()).js())).toEqual(one);
    expect(() => expect(vmap(picked, 2)(cube()).js()).toEqual(one)).toThrow();
  });
});
