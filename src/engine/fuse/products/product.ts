/**
 * Matrix products as WebAssembly functions: C = A · B for a batch of matrices, from which a bias, an addend and an
 * activation are not a pass of their own (Goto, van de Geijn, 2008: blocks along k and n that stay in the cache, packed
 * panels, tiles in registers).
 *
 * The parameters of a function are the addresses of A, B, C, of what the sums start with, and of memory for packing. Blocks
 * and tiles follow from the shape alone.
 */

import { invariant } from "../../../base/errors.js";
import { FunctionBody } from "../codegen/wasm.js";
import { LANES } from "../schedule/nest.js";
import { activate, type Bounds, storeTile } from "./epilogue.js";
import { PANEL, PANEL_VECTORS, packColumns, packedBytes, packRows, packTile, panelsOf } from "./packing.js";
import { emitTile, NUMBER, type Variant, VECTOR } from "./tile.js";
import { MAX_TILE_ROWS, tilesOf } from "./tiles.js";

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Matrices, and how many entries of A and B (0 if all share one) are between them. */
  readonly batch: { readonly count: number; readonly a: number; readonly b: number };
  readonly transA: boolean;
  /** How B is stored: in rows, transposed, or in panels already. */
  readonly b: "rows" | "columns" | "panels";
  /** What the sums start with: zero, a vector that is the same for each row, or a matrix. */
  readonly start: "zero" | "row" | "matrix";
  readonly bounds: Bounds;
  readonly variant: Variant;
}

/** The longest k that is one block, and the length of several. */
const MAX_STEPS = 1024;
const BLOCK_STEPS = 512;
/** Bytes of a block of B. */
const BLOCK_BYTES = 1 << 18;
/** Rows up to which B is read as it is stored: it would be read too seldom to be worth packing. */
const MAX_UNPACKED_ROWS = 8;

/** A block of a product: ranges of k and n. */
interface Block {
  readonly k: number;
  readonly n: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Lengths of the blocks along k: all equal but the last. Panels are one block. */
function stepsOf({ k, b }: Product): { size: number; count: number; rest: number } {
  if (k <= MAX_STEPS || b === "panels") return { size: k, count: 1, rest: 0 };
  const blocks = Math.ceil(k / BLOCK_STEPS);
  const size = Math.ceil(k / blocks);
  return { size, count: Math.floor(k / size), rest: k % size };
}

/** Columns of a block. */
const columnsOf = (product: Product) => {
  const { size } = stepsOf(product);
  return Math.max(PANEL, Math.floor(BLOCK_BYTES / (size * NUMBER) / PANEL) * PANEL);
};

const isPacking = ({ b, m }: Product) => b === "columns" || (b === "rows" && m > MAX_UNPACKED_ROWS);

/** Bytes of memory for packing that the function of a product needs. */
export function scratchBytes(product: Product): number {
  const { size } = stepsOf(product);
  const forB = isPacking(product) ? packedBytes(Math.min(product.n, columnsOf(product)), size) : 0;
  return forB + (product.transA ? size * Math.ceil(MAX_TILE_ROWS / LANES) * VECTOR : 0) + VECTOR;
}

/** The function of a product. */
export function emitProduct(product: Product): FunctionBody {
  const { m, n, k, batch } = product;
  invariant(Math.min(m, n, k, batch.count) > 0, `a product of ${batch.count} × [${m}, ${k}] · [${k}, ${n}]`);
  const emitter = new ProductEmitter(product);
  emitter.emit();
  return emitter.body;
}

class ProductEmitter {
  readonly body = new FunctionBody(5);
  /** Addresses of the matrices of the batch that is computed. */
  readonly #a: number;
  readonly #b: number;
  readonly #c: number;
  readonly #start: number;
  /** Addresses of a packed block of B and of a packed tile of A. */
  readonly #packedB: number;
  readonly #packedA: number;

  constructor(readonly product: Product) {
    const { body } = this;
    [this.#a, this.#b, this.#c, this.#start, this.#packedB] = [0, 1, 2, 3, 4].map((i) => body.offset(i));
    const { size } = stepsOf(product);
    const block = isPacking(product) ? packedBytes(Math.min(product.n, columnsOf(product)), size) : 0;
    this.#packedA = body.offset(this.#packedB, block);
  }

  emit(): void {
    const { m, n, batch, start } = this.product;
    this.body.repeat(batch.count, () => {
      this.#blocksAlongK();
      this.body
        .advance(this.#a, batch.a * NUMBER)
        .advance(this.#b, batch.b * NUMBER)
        .advance(this.#c, m * n * NUMBER);
      if (start === "matrix") this.body.advance(this.#start, m * n * NUMBER);
    });
  }

  #blocksAlongK(): void {
    const { m, n, transA, b } = this.product;
    const { size, count, rest } = stepsOf(this.product);
    const [a, from] = [this.body.offset(this.#a), this.body.offset(this.#b)];
    const block = (k: number, isFirst: boolean, isLast: boolean) => {
      this.#blocksAlongN(a, from, { k, isFirst, isLast });
      this.body
        .advance(a, k * (transA ? m * NUMBER : NUMBER))
        .advance(from, k * (b === "rows" ? n * NUMBER : NUMBER));
    };
    const isOne = count === 1 && rest === 0;
    block(size, true, isOne);
    const middle = count - 1 - (rest === 0 && !isOne ? 1 : 0);
    this.body.repeat(Math.max(0, middle), () => block(size, false, false));
    if (!isOne) block(rest === 0 ? size : rest, false, true);
  }

  #blocksAlongN(a: number, b: number, along: Omit<Block, "n">): void {
    const { n, k, b: stored } = this.product;
    const most = columnsOf(this.product);
    const [from, c, start] = [this.body.offset(b), this.body.offset(this.#c), this.body.offset(this.#start)];
    const block = (columns: number) => {
      this.#rows({ a, b: from, c, start }, { ...along, n: columns });
      const bytes = stored === "rows" ? NUMBER : k * NUMBER;
      this.body
        .advance(from, columns * bytes)
        .advance(c, columns * NUMBER)
        .advance(start, columns * NUMBER);
    };
    this.body.repeat(Math.floor(n / most), () => block(most));
    if (n % most > 0) block(n % most);
  }

  /** Pack a block of B and go through the rows of A, a tile at a time. */
  #rows(at: Record<"a" | "b" | "c" | "start", number>, block: Block): void {
    const { body } = this;
    const { m, n, k, transA, start } = this.product;
    if (isPacking(this.product)) {
      const pack = this.product.b === "rows" ? packRows : packColumns;
      const row = (this.product.b === "rows" ? n : k) * NUMBER;
      pack(body, { from: at.b, to: this.#packedB, k: block.k, n: block.n, row });
    }
    const [a, c, begin] = [at.a, at.c, at.start].map((address) => body.offset(address));
    const rows = (count: number) => {
      if (transA) packTile(body, { from: a, to: this.#packedA, k: block.k, rows: count, row: m * NUMBER });
      this.#panels({ ...at, a, c, start: begin }, block, count);
      body.advance(a, count * (transA ? NUMBER : k * NUMBER)).advance(c, count * n * NUMBER);
      if (start === "matrix") body.advance(begin, count * n * NUMBER);
    };
    for (const tiles of tilesOf(m)) body.repeat(tiles.count, () => rows(tiles.rows));
  }

  /** The tiles of some rows. */
  #panels(at: Record<"a" | "b" | "c" | "start", number>, block: Block, rows: number): void {
    const { body } = this;
    const { n, k, b } = this.product;
    const isPacked = isPacking(this.product);
    const [c, start] = [body.offset(at.c), body.offset(at.start)];
    const panel = body.offset(isPacked ? this.#packedB : at.b);
    const tile = (vectors: number, columns: number) => {
      const step = isPacked || b === "panels" ? vectors * VECTOR : n * NUMBER;
      this.#tile({ a: at.a, b: panel, c, start }, block, { rows, vectors, columns, step });
      const bytes = isPacked
        ? block.k * vectors * VECTOR
        : b === "panels"
          ? k * vectors * VECTOR
          : vectors * VECTOR;
      body
        .advance(panel, bytes)
        .advance(c, vectors * VECTOR)
        .advance(start, vectors * VECTOR);
    };
    const { whole, rest } = panelsOf(block.n);
    body.repeat(whole, () => tile(PANEL_VECTORS, PANEL));
    if (rest) tile(rest.vectors, rest.columns);
  }

  #tile(
    at: Record<"a" | "b" | "c" | "start", number>,
    { k, isFirst, isLast }: Block,
    { rows, vectors, columns, step }: { rows: number; vectors: number; columns: number; step: number },
  ): void {
    const { body } = this;
    const { product } = this;
    const row = product.n * NUMBER;
    const a = product.transA
      ? { address: this.#packedA, row: NUMBER, step: Math.ceil(rows / LANES) * VECTOR }
      : { address: at.a, row: product.k * NUMBER, step: NUMBER };
    emitTile(body, {
      ...{ rows, vectors, steps: k, runs: { count: 1, jump: 0 }, a, variant: product.variant },
      b: { address: at.b, step },
      start: (i, vector) => {
        if (!isFirst || product.start === "zero") body.raw("v128.const", Array(VECTOR).fill(0));
        else body.get(at.start).op("v128.load", (product.start === "matrix" ? i * row : 0) + vector * VECTOR);
      },
      finish: (sums) => {
        for (const [i, vectorsOfRow] of sums.entries())
          for (const [vector, sum] of vectorsOfRow.entries()) {
            // Blocks along k add to what the one before has stored.
            if (!isFirst)
              body
                .get(at.c)
                .op("v128.load", i * row + vector * VECTOR)
                .get(sum)
                .op("f32x4.add")
                .set(sum);
            if (isLast) activate(body, product.bounds, sum);
          }
        storeTile(body, sums, { address: at.c, row, columns });
      },
    });
  }
}
