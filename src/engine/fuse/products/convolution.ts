/**
 * Convolutions of a network, channels-last, as WebAssembly functions. A row of the kernel reads entries of the input that are
 * adjacent, so a tile's rows are neighbouring outputs and its steps are runs of the kernel's rows: no patches are written.
 */

import { FunctionBody } from "../codegen/wasm.js";
import { activate, type Bounds, storeTile } from "./epilogue.js";
import { PANEL, PANEL_VECTORS, panelsOf } from "./packing.js";
import { emitTile, NUMBER, type Variant, VECTOR } from "./tile.js";
import { tilesOf } from "./tiles.js";

/** A convolution of images [N, H, W, C] without padding; the weights are panels of a matrix [kernel · C, K]. */
export interface Convolution {
  readonly images: number;
  /** Height, width and channels of an image and of its result. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [vertical: number, horizontal: number];
  readonly hasBias: boolean;
  readonly bounds: Bounds;
  readonly variant: Variant;
}

/** The function of a convolution. Its parameters are the addresses of the input, the weights, the output and the bias. */
export function emitConvolution(convolution: Convolution): FunctionBody {
  const { images, input, output, strides } = convolution;
  const [height, width, channels] = input;
  const [rows, columns, outputs] = output;
  const body = new FunctionBody(5);
  const [x, y] = [body.offset(0), body.offset(2)];
  body.repeat(images, () => {
    const row = body.offset(x);
    body.repeat(rows, () => {
      const from = body.offset(row);
      for (const tiles of tilesOf(columns))
        body.repeat(tiles.count, () => {
          emitTiles(body, convolution, { from, to: y, pixels: tiles.rows });
          body
            .advance(from, tiles.rows * strides[1] * channels * NUMBER)
            .advance(y, tiles.rows * outputs * NUMBER);
        });
      body.advance(row, strides[0] * width * channels * NUMBER);
    });
    body.advance(x, height * width * channels * NUMBER);
  });
  return body;
}

/** The tiles of some neighbouring outputs. */
function emitTiles(
  body: FunctionBody,
  { input, output, kernel, strides, hasBias, bounds, variant }: Convolution,
  { from, to, pixels }: { from: number; to: number; pixels: number },
): void {
  const [, width, channels] = input;
  const [panel, bias, out] = [body.offset(1), body.offset(3), body.offset(to)];
  const steps = kernel[1] * channels;
  const row = output[2] * NUMBER;
  const tile = (vectors: number, columns: number) => {
    emitTile(body, {
      ...{ rows: pixels, vectors, steps, variant },
      runs: { count: kernel[0], jump: width * channels * NUMBER },
      a: { address: from, row: strides[1] * channels * NUMBER, step: NUMBER },
      b: { address: panel, step: vectors * VECTOR },
      start: (_, vector) => {
        if (hasBias) body.get(bias).op("v128.load", vector * VECTOR);
        else body.raw("v128.const", Array(VECTOR).fill(0));
      },
      finish: (sums) => {
        for (const sum of sums.flat()) activate(body, bounds, sum);
        storeTile(body, sums, { address: out, row, columns });
      },
    });
    body
      .advance(panel, kernel[0] * steps * vectors * VECTOR)
      .advance(bias, vectors * VECTOR)
      .advance(out, vectors * VECTOR);
  };
  const { whole, rest } = panelsOf(output[2]);
  body.repeat(whole, () => tile(PANEL_VECTORS, PANEL));
  if (rest) tile(rest.vectors, rest.columns);
}
