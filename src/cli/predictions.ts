/** Prints predictions: as JSON lines while they are made, or as a table at the end, for which only its cells are kept. */

import type { ClassPrediction, Dataset, Prediction, TaughtPrediction } from "../index.js";
import { print, printJson } from "./output.js";
import { percent, table } from "./text.js";

/** Examples that are predicted together. */
const TOGETHER = 4096;

/** The rows of a data set in order, as data sets of at most {@link TOGETHER} rows. */
export function* piecesOf(data: Dataset): Generator<Dataset> {
  if (data.rows.length <= TOGETHER) yield data;
  else
    for (let from = 0; from < data.rows.length; from += TOGETHER)
      yield { ...data, rows: data.rows.slice(from, from + TOGETHER) };
}

export class PredictionPrinter {
  readonly #isJson: boolean;
  readonly #top: number | undefined;
  readonly #cells: string[][] = [];
  #isRegression = false;
  #hasNearest = false;

  /** @param top the number of likeliest classes to print; default: all in JSON, one in a table */
  constructor(isJson: boolean, top: number | undefined) {
    this.#isJson = isJson;
    this.#top = top;
  }

  add(predictions: readonly (Prediction | TaughtPrediction)[]): void {
    for (const prediction of predictions) {
      if (this.#isJson) printJson(isClass(prediction) ? this.#shortened(prediction) : prediction);
      else this.#cells.push(this.#cellsOf(prediction));
    }
  }

  /** Print the table, if it is one. */
  end(): void {
    if (this.#isJson) return;
    const number = (title: string) => ({ title, right: true });
    if (this.#isRegression) {
      print(table([{ title: "id" }, number("value"), { title: "by" }], this.#cells));
      return;
    }
    const columns = [{ title: "id" }, { title: "label" }, number("probability"), { title: "by" }];
    const all = [
      ...columns,
      ...(this.#hasNearest ? [{ title: "most like" }] : []),
      ...(this.#top === undefined ? [] : [{ title: "then" }]),
    ];
    print(table(all, this.#hasNearest ? this.#cells : this.#cells.map((cells) => cells.toSpliced(4, 1))));
  }

  /** The likeliest classes only, from the likeliest on. */
  #shortened<Class extends ClassPrediction>(prediction: Class): Class {
    if (this.#top === undefined) return prediction;
    return { ...prediction, probabilities: Object.fromEntries(likeliest(prediction, this.#top)) };
  }

  #cellsOf(prediction: Prediction | TaughtPrediction): string[] {
    const by = Object.entries(prediction.weights)
      .map(([name, weight]) => `${name} ${percent(weight)}`)
      .join(", ");
    if (!isClass(prediction)) {
      this.#isRegression = true;
      return [prediction.id, `${prediction.value}`, by];
    }
    const nearest =
      "nearest" in prediction
        ? (prediction as { nearest: readonly { id: string }[] }).nearest[0]?.id
        : undefined;
    this.#hasNearest ||= nearest !== undefined;
    const { id, label, unknown, probabilities } = prediction;
    const others = this.#top === undefined ? [] : likeliest(prediction, this.#top).slice(1);
    return [
      id,
      unknown ? `${label} (unknown?)` : label,
      percent(probabilities[label]),
      by,
      nearest ?? "",
      ...(this.#top === undefined
        ? []
        : [others.map(([name, share]) => `${name} ${percent(share)}`).join(", ")]),
    ];
  }
}

const isClass = (prediction: Prediction | TaughtPrediction): prediction is ClassPrediction =>
  prediction.value === undefined;

/** The label and the `count` − 1 next probable classes with their probabilities. */
function likeliest({ label, probabilities }: ClassPrediction, count: number): (readonly [string, number])[] {
  const others = Object.entries(probabilities).filter(([name]) => name !== label);
  others.sort(([, a], [, b]) => b - a);
  return [[label, probabilities[label]], ...others.slice(0, count - 1)];
}
